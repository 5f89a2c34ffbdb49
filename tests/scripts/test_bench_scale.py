"""The table about growth: tiny files are real music, some of them change, growth is told by the tenfold."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from vibe_desktop.app import App
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


def _titles(folder: Path) -> dict[str, tuple[str, float | None]]:
    from vibe_desktop.library.tags import read_file

    read = {path.name: read_file(bytes(path)).tags for path in folder.rglob("*") if path.is_file()}
    return {name: (tags.title, tags.seconds) for name, tags in read.items()}


def test_tiny_files_are_music_and_every_hundredth_becomes_another_song(tmp_path: Path) -> None:
    from bench_made import tagged_files
    from bench_scale_made import SECONDS, change, size_of

    tagged_files(tmp_path, 150, SECONDS)
    before = _titles(tmp_path)
    assert len(before) == 150
    assert all(title and seconds and seconds < 1 for title, seconds in before.values())

    assert change(tmp_path) == 2
    after = _titles(tmp_path)
    assert sum(after[name] != before[name] for name in before) == 2
    assert size_of(tmp_path) == sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())


def test_what_an_ear_is_said_to_have_heard_leaves_a_job_nothing_to_listen_to(
    tmp_path: Path, models_folder: Path
) -> None:
    from bench_made import tagged_files
    from bench_scale_made import SECONDS, change, let_hear

    music, profile = tmp_path / "music", Profile(tmp_path / "profile")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    tagged_files(music, 8, SECONDS)
    with App(profile) as app:
        ear = app.ear().ear
        assert ear is not None
        for left in (8, 1):
            app.index([music], Progress(), listen=False)
            assert len(app.stores.vectors.unheard(ear.space, "hear")) == left
            let_hear(app, ear.space)
            assert app.stores.vectors.unheard(ear.space, "hear") == []
            change(music)
        assert app.stores.tracks.counts().heard[ear.space.fingerprint] == 8


def test_growth_is_told_for_ten_times_as_many_whatever_the_sizes() -> None:
    from bench_scale_table import Table

    table = Table([100, 1_000, 4_000])
    for size in (100, 1_000, 4_000):
        table.found("linear", "s", size, size / 1_000, aim=5.0)
        table.found("constant", "MB", size, 200.0)
    table.found("rare", "s", 4_000, 0.5)

    assert table.growth("linear") == pytest.approx(10.0)
    assert table.growth("constant") == pytest.approx(1.0)
    assert table.growth("rare") is None
    assert "| linear | 0.1 s | 1 s | 4 s | × 10.0 | 5 s |" in table.markdown()
    assert "| rare | – | – | 0.5 s |  |  |" in table.markdown()


def test_a_program_is_watched_to_its_end_and_a_bad_one_is_told(capfd: Any) -> None:
    from bench_scale_watch import PROGRAM, Failed, run

    watched = run([sys.executable, "-c", "import time; x = b'x' * 60_000_000; time.sleep(0.5)"])
    assert watched.seconds > 0.5
    assert watched.memory[PROGRAM] > 60_000_000

    with pytest.raises(Failed, match="no way"):
        run([sys.executable, "-c", "raise SystemExit('no way')"])
