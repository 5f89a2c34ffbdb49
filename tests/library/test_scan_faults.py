"""Scanning while permissions, disks and processes fail: what cannot be seen is unknown, never gone."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from shelf import Shelf
from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and signals")


_AS_NOBODY = """
import os, sys
from pathlib import Path
from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database
from vibe_desktop.library.scanner import scan
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.progress import Progress
import psutil  # now: nobody may not be allowed to read where Python's modules lie
os.umask(0)
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    os.chown(folder / "library.sqlite3", 65534, 65534)
    os.setuid(65534)
tracks = TrackStore(Database.open(folder / "library.sqlite3"))
try:
    report = scan(tracks, [Path(name) for name in sys.argv[2:]], Progress())
    print(report.missing, report.held, report.offline, report.unreadable)
except VibeError as error:
    print(error.message)
"""


def _scan_as_nobody(folder: Path, *roots: Path) -> str:
    command = [sys.executable, "-c", _AS_NOBODY, str(folder), *map(str, roots)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that everybody may enter and write to."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "music" / "locked" / "deeper").mkdir(parents=True)
        for place in ("a.mp3", "b.mp3", "locked/c.mp3", "locked/deeper/d.mp3"):
            (folder / "music" / place).write_text(place)
        Database.open(folder / "library.sqlite3").close()
        yield folder
        for path in (folder / "music", folder / "music" / "locked"):
            path.chmod(0o755)


def _missing(folder: Path) -> list[str]:
    database = Database.open(folder / "library.sqlite3")
    rows = database.run("SELECT path FROM track WHERE missing_since IS NOT NULL")
    database.close()
    return [Path(os.fsdecode(path)).name for (path,) in rows]


@posix
def test_tracks_in_a_folder_that_may_not_be_read_keep_their_state_while_others_go(open_folder: Path) -> None:
    music = open_folder / "music"
    assert _scan_as_nobody(open_folder, music) == "0 {} [] []"
    (music / "locked").chmod(0)
    (music / "b.mp3").unlink()
    assert _scan_as_nobody(open_folder, music) == f"1 {{}} [] ['{music / 'locked'}']"
    assert _missing(open_folder) == ["b.mp3"]


@posix
def test_a_folder_that_may_no_longer_be_read_is_offline_and_a_new_one_is_refused(open_folder: Path) -> None:
    music = open_folder / "music"
    _scan_as_nobody(open_folder, music)
    music.chmod(0)
    assert _scan_as_nobody(open_folder, music) == f"0 {{}} ['{music}'] ['{music}']"
    assert _missing(open_folder) == []
    assert "cannot be read" in _scan_as_nobody(open_folder, music / "locked")


def _failing_scandir(failing: Path, error: int) -> Callable[[bytes], Any]:
    """Return an os.scandir that fails for one folder as a disk does that goes away."""
    real = os.scandir

    def scandir(folder: bytes) -> Any:
        if folder == os.fsencode(failing):
            raise OSError(error, os.strerror(error))
        return real(folder)

    return scandir


@pytest.mark.parametrize("name", ["EIO", "ENOTCONN", "ESTALE", "EACCES"])
def test_a_disk_that_fails_in_the_middle_of_a_scan_costs_no_track(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for number in range(100):
        shelf.put(f"{number // 20}/{number}.mp3")
    shelf.scan()
    before = shelf.state()
    failing = shelf.music / "2"
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", _failing_scandir(failing, getattr(errno, name)))
        report = shelf.scan()
    assert report.unreadable == [str(failing)]
    assert report.found == 80
    assert shelf.state() == before


def test_a_disk_unmounted_in_the_middle_of_a_scan_leaves_the_folder_offline(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        shelf.put(f"{number // 20}/{number}.mp3")
    shelf.scan()
    before = [row[:2] + row[3:] for row in shelf.state()]
    real = os.scandir

    def scandir(folder: bytes) -> Any:
        listing = real(folder)
        if folder.endswith(b"0"):
            shelf.music.rename(shelf.folder / "away")
            shelf.music.mkdir()
        return listing

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        report = shelf.scan()
    assert report.offline == [str(shelf.music)]
    assert [row[:2] + row[3:] for row in shelf.state()] == before


def _change_everything(shelf: Shelf) -> None:
    """Move, copy, retag, delete, add and restore files, all at once."""
    music = shelf.music
    (music / "folder").rename(music / "renamed folder")
    shutil.copy2(music / "moved.wav", music / "moved to another disk.wav")
    (music / "moved.wav").unlink()
    (music / "deleted.wav").unlink()
    shutil.copy2(music / "original.wav", music / "copy.wav")
    (music / "changed.wav").write_bytes((music / "changed.wav").read_bytes() + b"LIST")
    shelf.record("new.wav", frequency=4000)


def _stock(shelf: Shelf) -> None:
    names = (
        "folder/1.wav",
        "folder/2.wav",
        "moved.wav",
        "deleted.wav",
        "original.wav",
        "changed.wav",
        "twin.wav",
    )
    for number, name in enumerate(names):
        shelf.record(name, frequency=1000 + 10 * number)
    shelf.index()


def _undisturbed(folder: Path) -> tuple[list[Any], dict[str, int]]:
    shelf = Shelf(folder)
    _stock(shelf)
    _change_everything(shelf)
    shelf.index()
    result = _comparable(shelf)
    shelf.db.close()
    return result


def _comparable(shelf: Shelf) -> tuple[list[Any], dict[str, int]]:
    """Return the library's state without what differs from disk to disk, and the ids by name."""
    state = [
        (Path(os.fsdecode(path)).name, size, missing, key, pending, settled, tags)
        for path, _, _, size, _, _, missing, key, pending, settled, tags, _ in shelf.state()
    ]
    # A new track's id may be higher where an attempt to store it was undone.
    ids = {
        path.name: track_id
        for path, track_id in shelf.ids().items()
        if path.name not in ("new.wav", "copy.wav")
    }
    return sorted(state), ids


class PlannedStop(BaseException):
    """The process ends here."""


def test_a_stop_before_any_commit_is_healed_by_the_next_run(tmp_path: Path) -> None:
    expected = _undisturbed(tmp_path / "undisturbed")
    for allowed in range(50):
        shelf = Shelf(tmp_path / str(allowed))
        _stock(shelf)
        _change_everything(shelf)
        left = iter(range(allowed))

        def stop(left: Iterator[int] = left) -> bool:
            if next(left, None) is None:
                raise PlannedStop
            return False

        shelf.db.connection.set_commit_hook(stop)
        try:
            shelf.index()
        except PlannedStop:
            shelf.db.close()
            shelf.reopen()
            shelf.index()
            done = False
        else:
            shelf.db.connection.set_commit_hook(None)
            done = True
        assert _comparable(shelf) == expected, f"stopped before commit {allowed}"
        shelf.db.close()
        if done:
            assert allowed > 5
            return
    pytest.fail("the run never came through")


_INDEX_FOR_EVER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]) / "library")]
from shelf import Shelf
shelf = Shelf.__new__(Shelf)
shelf.folder = Path(sys.argv[2])
shelf.music = shelf.folder / "music"
shelf.reopen()
print("ready", flush=True)
shelf.index()
"""


@posix
def test_killing_the_program_at_random_loses_and_doubles_nothing(tmp_path: Path) -> None:
    expected = _undisturbed(tmp_path / "undisturbed")
    shelf = Shelf(tmp_path / "killed")
    _stock(shelf)
    _change_everything(shelf)
    shelf.db.close()
    chance = random.Random(1)
    for _ in range(5):
        command = [sys.executable, "-c", _INDEX_FOR_EVER, str(Path(__file__).parents[1]), str(shelf.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
    shelf.reopen()
    shelf.index()
    assert _comparable(shelf) == expected
    assert shelf.db.run("PRAGMA integrity_check") == [("ok",)]
    shelf.db.close()


def test_a_full_library_stops_the_scan_with_a_sentence_and_the_next_one_goes_on(shelf: Shelf) -> None:
    for number in range(3000):
        shelf.put(f"{'x' * 100}/{number}.mp3")
    pages = shelf.db.run("PRAGMA page_count")[0][0]
    shelf.db.run(f"PRAGMA max_page_count = {pages + 150}")
    with pytest.raises(VibeError, match="no room left"):
        shelf.scan()
    stored = len(shelf.ids())
    assert 0 < stored < 3000
    assert stored % 500 == 0
    shelf.db.run("PRAGMA max_page_count = 1000000")
    assert shelf.scan().added == 3000 - stored
