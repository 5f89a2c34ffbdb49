"""The section about passages measures moods answered by CLAP, at every size it is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tiny_clap import write_tiny_clap

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, models_folder: Path) -> Any:
    """Return a run over a small library with a tiny CLAP, which may not make anything."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from bench_ears_made import Exports
    from bench_report import Bench

    (tmp_path / "run").mkdir()
    write_tiny_clap(tmp_path / "exported")
    return Bench(
        folder=tmp_path / "run",
        models=models_folder,
        music=None,
        files=0,
        tracks=0,
        sizes=(300,),
        window=0,
        why=False,
        exports=Exports(tmp_path / "kept", torch=False),
        clap=[tmp_path / "exported"],
    )


def test_moods_by_clap_are_measured(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from bench_queries import passages

    passages(bench)
    found = {figure.name.removeprefix("300 tracks by CLAP: "): figure.value for figure in bench.figures}
    assert found["first mood"] > found["warm, p50"] > 0
    assert found["warm, p95"] >= found["warm, p50"]
    assert found["memory, not only for this"] > 50
    told = capsys.readouterr().out
    for stage in (
        "parse",
        "mean",
        "feel",
        "listen",
        "near",
        "steer",
        "candidates",
        "rerank",
        "fetch",
        "arrange",
    ):
        assert f"    {stage} " in told
    for way in ("mood", "avoid", "less", "like", "steer", "arc", "years"):
        assert f"    with {way} " in told


def test_requests_are_all_different_and_of_every_kind(bench: Any) -> None:
    from bench_made import fill_library, requests
    from vibe_desktop.moods.named import Names

    with bench.app("requests") as app:
        fill_library(app, 100, app.encoder.space, None)
        asked = [(way, read()) for way, read in requests(app.vocabulary, Names(app.stores.tracks), 61)]
        held = [terms for _, terms in app.stores.descriptions.terms()]
    assert len({(request.text, request.like, request.steer) for _, request in asked}) == 61
    ways = ("avoid", "less", "like", "steer", "arc", "years")
    for way, request in asked:
        assert request.mood
        assert [name for name in ways if getattr(request, name)] == ([] if way == "mood" else [way])
    assert {way for way, _ in asked} == {"mood", *ways}
    assert len(held) == 100
    assert all(len(terms) >= 4 for terms in held)


def test_where_there_is_no_clap_it_is_said(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from bench_queries import passages

    passages(replace(bench, clap=[]))
    assert bench.figures == []
    assert "CLAP was not measured" in capsys.readouterr().out
