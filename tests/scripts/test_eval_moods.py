"""The evaluation: rows go in, figures that can be trusted come out."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
HEAD = ["track_id", "artist_id", "album_id", "seconds", "moods", "genres", "instruments", "heard_caption"]
SORTS = (
    ("sad|slow", "classical", "violin", "A slow, sorrowful violin over quiet strings."),
    ("calm|relaxing", "ambient", "piano", "Soft piano and warm pads, peaceful and still."),
    ("party|fun", "disco", "drums", "A funky disco groove that makes people dance."),
    ("dark|heavy", "metal", "electricguitar", "Distorted guitars and growling vocals, aggressive."),
    ("happy|children", "pop", "ukulele", "A cheerful ukulele with hand claps and whistling."),
)
ASKED = {
    "tears and slow strings after the funeral": "sad",
    "falling asleep": "calm|relaxing",
    "dance floor at midnight": "party",
    "heavy angry riffs": "heavy",
}


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


@pytest.fixture
def tables(_scripts: None) -> ModuleType:
    import evaluation_tables

    return evaluation_tables


@pytest.fixture
def report(_scripts: None) -> ModuleType:
    import evaluation_report

    return evaluation_report


@pytest.fixture
def tracks(tmp_path: Path) -> Path:
    """Return a table of 100 tracks, 20 of each sort."""
    lines = [[f"t{n}", f"a{n}", f"b{n}", "200", *SORTS[n % len(SORTS)]] for n in range(len(SORTS) * 20)]
    return table(tmp_path / "tracks.tsv", HEAD, lines)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return table(tmp_path / "queries.tsv", ["query", "moods"], list(ASKED.items()))


def table(file: Path, head: list[str], lines: list[Any], ending: str = "\n") -> Path:
    text = ending.join("\t".join(line) for line in (head, *lines)) + ending
    file.write_text(text, encoding="utf-8", newline="")
    return file


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that keeps vectors: the vocabulary's phrases take the longest to embed."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture
def run(models_folder: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return what runs the script and gives what it printed."""
    import eval_moods

    def running(*arguments: str | Path) -> str:
        wanted = ("--models", models_folder, "--cache", cache, *arguments)
        assert eval_moods.main([str(each) for each in wanted]) == 0
        return capsys.readouterr().out

    return running


def test_a_hidden_column_is_empty_but_still_the_truth(tables: ModuleType, tracks: Path) -> None:
    [row] = tables.read_rows(tracks, ["moods", "heard"], 1)
    assert (row.moods, row.heard, row.genres) == ((), "", ("classical",))
    assert row.truth == {"sad", "slow"}
    assert row.columns == "classical, violin"


def test_columns_may_come_in_any_order_and_be_missing(tables: ModuleType, tmp_path: Path) -> None:
    file = table(tmp_path / "t.tsv", ["genres", "moods", "colour"], [["pop | rock", "sad||slow "], ["folk"]])
    first, second = tables.read_rows(file)
    assert (first.genres, first.moods, first.heard, first.seconds) == (
        ("pop", "rock"),
        ("sad", "slow"),
        "",
        None,
    )
    assert (second.genres, second.truth) == (("folk",), frozenset())


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_may_end_as_on_windows_and_begin_with_a_mark(
    tables: ModuleType, tmp_path: Path, ending: str
) -> None:
    lines = [["in love", "love|romantic"], ["at sea", "dream"]]
    file = table(tmp_path / "q.tsv", ["\ufeffquery", "moods"], lines, ending)
    assert tables.read_requests(file) == [
        tables.Asked("in love", frozenset({"love", "romantic"})),
        tables.Asked("at sea", frozenset({"dream"})),
    ]


def test_quotes_are_text_unless_a_program_put_them(tables: ModuleType, tmp_path: Path) -> None:
    fields = ['"A ""four on the floor"" kick."', '"cut off', '"Sad"', 'so "called"', '"""Sad"""']
    file = table(tmp_path / "t.tsv", ["moods", "heard_caption"], [["x", field] for field in fields])
    heard = [row.heard for row in tables.read_rows(file)]
    assert heard == ['A "four on the floor" kick.', '"cut off', '"Sad"', 'so "called"', '"Sad"']
    file = table(tmp_path / "q.tsv", ['"query"', '"moods"'], [['"sad songs"', '"sad"']])
    assert tables.read_requests(file) == [tables.Asked("sad songs", frozenset({"sad"}))]


def test_a_table_that_is_none_is_told(
    tracks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import eval_moods

    without = table(tmp_path / "q.tsv", ["query"], [["sad"]])
    for file, told in ((without, "has no column moods"), (tmp_path / "none.tsv", "cannot be read")):
        assert eval_moods.main(["--tracks", str(tracks), "--queries", str(file)]) == 1
        assert told in capsys.readouterr().err


def test_a_missing_model_is_told_with_the_way_to_get_it(
    tracks: Path, queries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import eval_moods

    arguments = ["--tracks", str(tracks), "--queries", str(queries), "--models", str(tmp_path / "none")]
    assert eval_moods.main(arguments) == 1
    assert "models install" in capsys.readouterr().err


def test_scores_count_hits_and_their_places(tables: ModuleType, report: ModuleType, tracks: Path) -> None:
    rows = tables.read_rows(tracks)
    asked = tables.Asked("q", frozenset({"sad"}))
    sad = [n for n in range(1, 101) if n % 5 == 1]
    wrong = [n for n in range(1, 101) if n % 5 != 1]
    best = report.judge(asked, sad, rows)
    late = report.judge(asked, wrong[:10] + sad[:10], rows)
    early = report.judge(asked, sad[:10] + wrong[:10], rows)
    few = report.judge(asked, sad[:10], rows)
    assert (best.precision, best.ndcg, best.base) == (1.0, pytest.approx(1.0), 0.2)
    assert best.lift == pytest.approx(5.0)
    assert late.precision == early.precision == few.precision == 0.5
    assert 0 < late.ndcg < early.ndcg == few.ndcg < 1


def test_every_system_is_measured(run: Any, tracks: Path, queries: Path) -> None:
    arguments = ("--tracks", tracks, "--queries", queries, "--json")
    first = json.loads(run(*arguments))
    assert json.loads(run(*arguments)) == first
    assert set(first) == {"systems", "queries"}
    assert set(first["systems"]) == {"vibe", "random", "bm25", "sbert", "classic"}
    figures = {"p20", "ndcg20", "lift", "worst_lift", "below_chance", "hub_share"}
    assert all(set(system) == figures for system in first["systems"].values())
    assert [each["query"] for each in first["queries"]] == list(ASKED)
    # Twenty of a hundred fit each request and are told apart by every column: all come first, and no other.
    assert first["systems"]["vibe"] == pytest.approx(
        {"p20": 1.0, "ndcg20": 1.0, "lift": 5.0, "worst_lift": 5.0, "below_chance": 0.0, "hub_share": 0.25}
    )
    assert first["systems"]["random"]["p20"] < 0.5
    assert first["queries"][0]["vibe"] == pytest.approx({"p20": 1.0, "ndcg20": 1.0, "lift": 5.0, "base": 0.2})


def test_what_nothing_can_answer_is_left_out_by_name(run: Any, tracks: Path, tmp_path: Path) -> None:
    asked = [["falling asleep", "calm"], ["waltz of the whales", "whale"], ["from the fifties", "calm"]]
    file = table(tmp_path / "q.tsv", ["query", "moods"], asked)
    told = run("--tracks", tracks, "--queries", file, "--limit", "50", "--split")
    assert "Not counted, as no track is a hit: “waltz of the whales”." in told
    assert "odd requests:" in told
    assert "even requests:\nNo request here tells anything." in told
    document = json.loads(run("--tracks", tracks, "--queries", file, "--json", "--split", "--hide", "moods"))
    assert [each["vibe"]["base"] for each in document["queries"]] == [0.2, 0.0, 0.2]
    assert set(document["halves"]) == {"odd", "even"}
    assert document["halves"]["odd"]["vibe"] == document["systems"]["vibe"]
    assert document["halves"]["even"] == {}


def test_a_way_from_one_feeling_to_another_is_ranked_by_both(run: Any, tracks: Path, tmp_path: Path) -> None:
    file = table(tmp_path / "q.tsv", ["query", "moods"], [["from sad to happy", "sad|happy"]])
    document = json.loads(run("--tracks", tracks, "--queries", file, "--json"))
    assert document["systems"]["vibe"]["p20"] == 1.0


def test_every_loss_is_told(report: ModuleType) -> None:
    from evaluation_measures import Score

    ours = [Score("one", 0.5, 0.5, 0.6), Score("two", 0.5, 0.5, 0.1)]
    other = [Score("one", 0.5, 0.4, 0.6), Score("two", 0.5, 0.9, 0.1)]
    told = report.text(
        report.Figures({"vibe": ours, "bm25": other}, {"vibe": [[1], [2]], "bm25": [[1], [2]]}),
        split=False,
        per_query=False,
    )
    assert "vibe against bm25: 1 won, 1 lost, 0 even" in told
    assert "bm25 is better at: “two”" in told
    assert "Below chance, vibe: “one”" in told


def test_a_page_is_filled_between_its_marks(run: Any, tracks: Path, queries: Path, tmp_path: Path) -> None:
    import eval_moods
    import page_marks

    page = tmp_path / "page.md"
    begin, end = page_marks.marks(eval_moods.NAME)
    page.write_text(f"Before.\n\n{begin}old figures\n{end}\nAfter.\n", encoding="utf-8")
    told = run(
        "--tracks", tracks, "--queries", queries, "--queries", queries, "--limit", "25", "--markdown", page
    )
    text = page.read_text(encoding="utf-8")
    assert not told
    assert "old figures" not in text
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert [line for line in text.splitlines() if line.startswith("### ")] == [
        f"### {title}" for title in eval_moods.SETTINGS
    ]
    assert text.count("| vibe, odd requests |") == 3
