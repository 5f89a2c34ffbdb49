"""The evaluation: rows go in, figures that can be trusted come out."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
HEAD = "track_id\tartist_id\talbum_id\tseconds\tmoods\tgenres\tinstruments\theard_caption\n"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import eval_moods

    return eval_moods


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    tracks, queries = tmp_path / "tracks.tsv", tmp_path / "queries.tsv"
    rows = [
        f"t{n}\ta{n}\tb{n}\t200\t{mood}\t{genre}\tpiano\tA {mood} piece of {genre}."
        for n, (mood, genre) in enumerate([("sad|slow", "classical"), ("happy", "pop"), ("epic", "")] * 10)
    ]
    tracks.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    queries.write_text("query\tmoods\nslow and sad\tsad\nfeeling happy\thappy|fun\n", encoding="utf-8")
    return tracks, queries


def test_a_hidden_column_is_empty_but_still_the_truth(script: ModuleType, tables: tuple[Path, Path]) -> None:
    [row] = script.read_rows(tables[0], ["moods", "heard"], 1)
    assert (row.moods, row.heard, row.genres) == ((), "", ("classical",))
    assert row.truth == {"sad", "slow"}
    assert row.columns == "classical, piano"


def test_scores_count_hits_and_their_places(script: ModuleType, tables: tuple[Path, Path]) -> None:
    rows = script.read_rows(tables[0], [], None)
    sad = [n for n in range(1, 31) if n % 3 == 1]
    wrong = [n for n in range(1, 31) if n % 3 != 1]
    best = script.judge("q", frozenset({"sad"}), sad + wrong[:10], rows)
    worst = script.judge("q", frozenset({"sad"}), wrong[:20], rows)
    late = script.judge("q", frozenset({"sad"}), wrong[:10] + sad, rows)
    assert (best.precision, best.ndcg, best.base) == (0.5, 1.0, pytest.approx(1 / 3))
    assert best.lift == pytest.approx(1.5)
    assert (worst.precision, worst.ndcg) == (0.0, 0.0)
    assert late.precision == best.precision
    assert 0 < late.ndcg < best.ndcg
    summary = script.summarise([best, worst], [sad, [sad[0]]])
    assert (summary.precision, summary.worst_lift, summary.below_chance, summary.hub_share) == (
        0.25,
        0.0,
        0.5,
        1.0,
    )


def test_every_system_is_measured(
    script: ModuleType,
    tables: tuple[Path, Path],
    models_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tracks, queries = map(str, tables)
    cache = str(tmp_path / "cache")
    arguments = [
        "--tracks",
        tracks,
        "--queries",
        queries,
        "--models",
        str(models_folder),
        "--cache",
        cache,
        "--json",
    ]
    script.main(arguments)
    first = json.loads(capsys.readouterr().out)
    script.main(arguments)
    assert json.loads(capsys.readouterr().out) == first
    assert set(first["systems"]) == {"vibe", "sbert", "classic", "bm25", "random"}
    # Ten of thirty fit each request: they come before the rest.
    assert first["systems"]["vibe"]["p20"] == 0.5
    assert first["systems"]["vibe"]["ndcg20"] == 1.0
    assert [each["query"] for each in first["queries"]] == ["slow and sad", "feeling happy"]
