"""A disk that is full or far away: the music plays on, work waits, and nothing is half written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio_files import make_audio
from music_folder import SONGS, make_sound
from program import Program
from vibe_desktop.app import App
from vibe_desktop.background import obstacles
from vibe_desktop.domain import NoRoomError
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.playback.play_queue import Repeat
from vibe_desktop.ui.job_words import hold_words
from vibe_desktop.ui.widgets.notice import NoticeBar
from window import Opener

_LEFT = 48 << 10


@pytest.fixture
def small_disk(known: Profile, tmp_path: Path) -> Iterator[Profile]:
    """Return the profile on a disk with 100 kB left; only root on Linux can make one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk cannot be mounted here")
    folder = tmp_path / "disk"
    folder.mkdir()
    used = sum(file.stat().st_size for file in known.folder.iterdir() if file.is_file())
    command = ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", str(folder)]
    if used > 9 << 20 or subprocess.run(command, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    shutil.copytree(known.folder, folder / "profile", symlinks=True)
    yield Profile(folder / "profile")
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    """Take all the room there is but what is needed to look at a library."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            file.truncate(file.tell() - _LEFT)
    return ballast


def _more_music(folder: Path, count: int) -> None:
    for number in range(count):
        path = folder / f"{number}.flac"
        make_audio(path, signal=make_sound("pluck", 1.0, number), title=f"New {number}", artist="Late")


def test_fault_49_the_window_waits_for_room_plays_on_and_finishes(
    small_disk: Profile, open_window: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obstacles, "_FIRST_SECONDS", 0.1)
    monkeypatch.setattr(obstacles, "ROOM_WANTED", 2 << 20)
    _more_music(tmp_path / "more", 3)
    with open_window(small_disk) as window:
        window.ask("loud metal")
        window.services.jukebox.repeat = Repeat.ALL
        window.services.jukebox.play_item(window.items[0].key)
        ballast = _fill(small_disk.folder.parent)
        job = window.watch.index([tmp_path / "more"])
        window.until(lambda: job.obstacle)
        assert hold_words(job) == "Waits for room on the disk"
        window.until(lambda: window.all(NoticeBar))
        assert "no room left" in window.one(NoticeBar).accessibleName()
        assert "Waits for room" in window.main._card.accessibleName()
        assert window.services.jukebox.state is PlayState.PLAYING
        assert not job.over

        ballast.unlink()
        window.until(lambda: job.over)
        assert job.result
        # How much of it was done before room ran out, and how much after, is another matter each time.
        new = window.services.app.reading_tracks.tracks(window.services.app.table.ids(words="Late").tolist())
        assert sorted(track.tags.title for track in new) == ["New 0", "New 1", "New 2"]
        counts = window.services.app.reading_tracks.counts()
        assert (counts.tags_read, counts.captioned) == (counts.present, counts.present)
        assert set(counts.heard.values()) == {counts.present}
        assert window.services.jukebox.state is PlayState.PLAYING


def test_fault_49_whoever_cannot_wait_resumes_and_whoever_gives_up_stops(
    small_disk: Profile, open_window: Opener, tmp_path: Path
) -> None:
    _more_music(tmp_path / "more", 1)
    with open_window(small_disk) as window:
        ballast = _fill(small_disk.folder.parent)
        job = window.watch.index([tmp_path / "more"])
        window.until(lambda: job.obstacle)
        ballast.unlink()
        job.pause()
        assert hold_words(job) == "Paused"
        job.resume()
        window.until(lambda: job.over)
        assert job.result

        _fill(small_disk.folder.parent)
        (tmp_path / "more" / "1.flac").write_bytes((tmp_path / "more" / "0.flac").read_bytes() + b"\0")
        job = window.watch.index([tmp_path / "more"])
        window.until(lambda: job.obstacle)
        job.cancel()
        window.until(lambda: job.over)
        assert not job.error


def test_fault_49_what_was_there_stays_and_the_next_run_completes(
    small_disk: Profile, tmp_path: Path
) -> None:
    program = Program(small_disk.folder)
    _more_music(tmp_path / "more", 3)
    ballast = _fill(small_disk.folder.parent)

    assert "no room left" in program.complaint("index", tmp_path / "more", "--no-listen")
    assert program.json("queue", "loud metal")["entries"]
    assert "no room left" in program.complaint("show", "Anvil", "--caption", "Mine. " * 2000)
    assert program.json("library")["counts"]["tracks"] >= len(SONGS)

    ballast.unlink()
    program("index", tmp_path / "more", "--no-listen")
    assert program.json("library")["counts"]["tracks"] == len(SONGS) + 3
    db = Database.open(small_disk.database)
    assert db.run("PRAGMA integrity_check") == [("ok",)]
    db.close()


def test_fault_49_a_person_is_told_that_a_like_was_not_kept(small_disk: Profile) -> None:
    with App(small_disk) as app:
        ids = app.stores.tracks.ids().tolist()
        app.tastes.set_liked(ids[:1], liked=True)
        _fill(small_disk.folder.parent)
        lists = (app.playlists.create("Long", ids * 20) for _ in range(100))
        with pytest.raises(NoRoomError, match="no room left"):
            list(lists)  # until the room within the files is taken as well
        assert app.tastes.liked() == {ids[0]}
        names = [playlist.tracks for playlist in app.playlists.all()]
        assert names == [len(ids) * 20] * len(names)


_FAR_AWAY = """
import sys
import psutil
from collections import namedtuple

Mount = namedtuple("Mount", "mountpoint fstype")
real = psutil.disk_partitions
place = sys.argv.pop(1)
psutil.disk_partitions = lambda all=False: [*real(all=all), Mount(place, "autofs"), Mount(place, "nfs4")]
from vibe_desktop.__main__ import main
main()
"""


def test_fault_48_on_another_machines_disk_no_memory_is_shared(known: Profile, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(known.folder, target_is_directory=True)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-c", _FAR_AWAY, str(known.folder), "--profile", str(link), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "10 tracks" in " ".join(run("library").split()) or "10" in run("library")
    assert _journal_mode(known.database) == "truncate"
    assert run("show", "Anvil", "--caption", "Hammer on steel.")
    assert "another machine" in run("doctor")
    assert not list(known.folder.glob("*-wal"))
    assert not list(known.folder.glob("*-shm"))
    Program(known.folder)("show", "Anvil")
    assert _journal_mode(known.database) == "wal"


def _journal_mode(file: Path) -> str:
    """Return how a database is kept, as its header says: https://sqlite.org/fileformat.html."""
    return "wal" if file.read_bytes()[18] == 2 else "truncate"
