"""A profile that may only be read: what is in it answers and plays, and the person knows nothing is kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from program import Program, without_privileges
from vibe_desktop.paths import Profile
from window import Opener


@pytest.fixture
def fixed(known: Profile, tmp_path: Path) -> Iterator[Program]:
    """Return a program with a heard library in a profile nobody may write to."""
    without = without_privileges()
    for place in (known.folder, *known.folder.glob("*.*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    yield Program(known.folder, without)
    known.folder.chmod(0o755)


@pytest.fixture
def read_only_disk(known: Profile, tmp_path: Path) -> Iterator[Profile]:
    """Return the same on a disk that is mounted for reading; only root on Linux can do that."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk cannot be mounted here")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    shutil.copytree(known.folder, folder / "profile", symlinks=True)
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield Profile(folder / "profile")
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.is_file()
    }


def test_fault_50_what_is_there_answers_and_is_not_touched(fixed: Program, tmp_path: Path) -> None:
    before = _bytes_of(fixed.profile)

    answer = fixed.json("queue", "loud metal")
    assert {entry["artist"] for entry in answer["entries"][:3]} == {"Rust Choir"}
    assert fixed.json("library")["counts"]["tracks"] == 10
    assert "Rust Choir" in fixed("show", "Anvil")
    assert fixed.json("playlists", "list") == []
    fixed("export", tmp_path / "all.json")

    assert _bytes_of(fixed.profile) == before


def test_fault_50_what_would_change_it_says_so_plainly(fixed: Program) -> None:
    assert "cannot be written" in fixed.complaint("index")
    assert "opened for writing" in fixed.complaint("show", "Anvil", "--caption", "Mine.")
    findings = {each["subject"]: each for each in fixed.json("doctor", code=1)}
    assert not findings["library"]["well"]
    assert "may only be read" in findings["library"]["seen"]


def test_fault_50_a_library_of_an_older_version_says_that_it_has_to_be_written(fixed: Program) -> None:
    fixed.profile.chmod(0o755)
    database = fixed.profile / "library.sqlite3"
    database.chmod(0o644)
    import sqlite3

    with sqlite3.connect(database) as db:
        db.execute("PRAGMA user_version = 1")
    db.close()
    fixed.profile.chmod(0o555)
    database.chmod(0o444)

    assert "opened for writing" in fixed.complaint("library")


def test_fault_50_the_window_opens_plays_and_says_that_nothing_is_kept(
    read_only_disk: Profile, open_window: Opener, expect_log: Callable[[str], None]
) -> None:
    before = _bytes_of(read_only_disk.folder)
    with open_window(read_only_disk) as window:
        window.until(lambda: window.told("may only be read"))
        window.ask("loud metal")
        assert window.titles
        window.services.jukebox.play_item(window.items[0].key)
        window.until(lambda: window.services.jukebox.position > 0.2)
        window.services.jukebox.next()
        window.main.show_page("library")
        window.main.show_page("playlists")
        window.main._autosave()
        window.settle()
        noticing = window.watch.noticing
        noticing.start()
        window.until(lambda: noticing.state.folders)
        assert (noticing.state.on, noticing.pid) == (False, None), "each change would be a job that fails"
        assert not window.told("could not be saved")
        assert not window.watch.active
        assert not window.watch.finished
    assert _bytes_of(read_only_disk.folder) == before


def test_fault_50_a_second_window_raises_the_first_there_too(read_only_disk: Profile, qapp: object) -> None:
    from vibe_desktop.desktop.single_instance import SingleInstance

    first, second = SingleInstance(read_only_disk), SingleInstance(read_only_disk)
    assert first.claim()
    assert not second.claim()
    first.close()
    assert second.claim()
    second.close()
