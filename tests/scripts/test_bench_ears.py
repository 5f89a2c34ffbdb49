"""The section about ears measures every ear it is given, and says so where there is no torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import audio_files
from tiny_clap import write_tiny_clap

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, models_folder: Path) -> Any:
    """Return a run over two short tracks with a tiny CLAP, which may not make anything."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from bench_ears_made import Exports
    from bench_report import Bench

    music, clap = tmp_path / "music", tmp_path / "exported"
    music.mkdir()
    for number in range(2):
        audio_files.make_audio(music / f"{number}.mp3", "mp3", audio_files.tone(12.0, 220.0 + 110 * number))
    clap.mkdir()
    write_tiny_clap(clap)
    return Bench(
        folder=tmp_path / "run",
        models=models_folder,
        music=music,
        files=0,
        tracks=2,
        sizes=(),
        window=0,
        why=False,
        exports=Exports(tmp_path / "kept", torch=False),
        clap=[clap],
    )


def test_every_ear_is_measured(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from bench_ears import ears

    bench.folder.mkdir()
    ears(bench)
    found = {figure.name: figure for figure in bench.figures}
    for title in ("MusiCNN", "CLAP from exported"):
        assert found[f"{title}: decode, p50"].value > 0
        assert found[f"{title}: log-mel, p50"].value > 0
        assert found[f"{title}: 1 worker, a track all in"].value > 0
        assert found[f"{title}: a worker's memory"].value > 20
    assert found["CLAP from exported: one prompt, p50"].value > 0
    assert found["CLAP from exported: memory of who answers"].value > 20
    assert (
        found["a window, CLAP from exported, log-mel and all"].value
        > found["a window, our log-mel"].value / 2
    )
    printed = capsys.readouterr().out
    assert printed.count("2 of 2 heard") == 4
    assert "librosa and laion-clap were not measured: left out, as asked." in printed


def test_without_networks_the_ear_that_is_there_is_measured(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from bench_ears import clap_folders

    bench.clap = []
    assert clap_folders(bench) == []
    assert "CLAP was not measured (give exported networks with --clap): left out, as asked." in (
        capsys.readouterr().out
    )


def test_aims_are_for_the_build_that_is_installed(bench: Any) -> None:
    from bench_ears import install
    from vibe_desktop.models.installed import read_manifest, write_manifest

    bench.folder.mkdir()
    [clap] = bench.clap
    assert install(bench, clap).aims.track is None
    manifest = read_manifest(clap)
    build = {"variant": "HTSAT-tiny", "precision": "int8"}
    write_manifest(clap, replace(manifest, settings=manifest.settings | build))  # type: ignore[operator]
    aimed = install(bench, clap)
    assert (aimed.title, aimed.aims.track, aimed.aims.worker) == ("CLAP HTSAT-tiny int8", 600, 450)
    assert (aimed.models / "clap" / "audio.onnx").is_file()
