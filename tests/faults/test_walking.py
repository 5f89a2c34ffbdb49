"""Walking through folders that loop, lead elsewhere, overlap, hide, refuse or never end, and odd clocks."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from ailing import WithMount, on_ailing_disk
from audio_files import make_audio, tone
from keeping import cherish, ids_by_path, kept, look, missing
from program import Program, new_program, without_privileges
from shelf import Shelf
from vibe_desktop.library.scanner import scan
from vibe_desktop.progress import Progress

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and permissions are others there")

QUICK = ("--no-listen", "--workers", "1")
HOUR = 3600 * 10**9


@dataclass(frozen=True)
class Maze:
    """A library of a folder full of traps, walked as an ordinary person, and walked again."""

    program: Program
    music: Path
    songs: dict[str, int]
    """the numbers of its songs by their paths below `music`"""
    report: dict[str, Any]
    again: dict[str, Any]
    """what a second look told, in which some folders could not be read any more"""


def build(music: Path) -> None:
    pitches = iter(range(300, 3000, 20))
    for name in (
        "album/song.mp3", "album/other.mp3", "shut/song.mp3", "endless/1.mp3", "endless/2.mp3",
        "inner/deep/song.mp3", "closed.mp3",
        # What is none of the person's music:
        "album/._song.mp3", ".hidden/song.mp3", ".dot.mp3", "$RECYCLE.BIN/song.mp3", "@eaDir/song.mp3",
        "lost+found/song.mp3", "System Volume Information/song.mp3", "#recycle/song.mp3",
        "ringtones/song.mp3", "ringtones/deeper/song.mp3", "drafts/song.mp3", "__MACOSX/song.mp3",
    ):  # fmt: skip
        make_audio(music / name, signal=tone(0.3, next(pitches)), title=name)
    (music / "ringtones" / ".nomedia").touch()
    (music / "drafts" / ".vibeignore").touch()
    outside = music.parent / "elsewhere"
    make_audio(outside / "far.mp3", signal=tone(0.3, next(pitches)), title="far")
    links: dict[str, str | Path] = {
        "loop": ".", "album/up": "..", "album/round": "round about", "album/round about": "round",
        "broken.mp3": "nothing.mp3", "alias.mp3": "album/song.mp3", "out": outside,
        "single.mp3": outside / "far.mp3", "kernel": "/proc", "myself": "/proc/self",
    }  # fmt: skip
    for link, target in links.items():
        (music / link).symlink_to(target)


@pytest.fixture(scope="module")
def maze(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Maze]:
    folder = tmp_path_factory.mktemp("maze")
    music = folder / "music"
    build(music)
    program = new_program(folder, models_folder)
    person = Program(program.profile, without_privileges())
    report = person.json("index", music, music / "inner", *QUICK)
    songs = {os.path.relpath(path, music): number for path, number in ids_by_path(program).items()}
    cherish(program)
    before = kept(program)

    (music / "shut").chmod(0)
    (music / "closed.mp3").chmod(0)
    ailing = on_ailing_disk(person, {music / "endless": "for ever"})
    again = ailing.json("index", *QUICK)
    assert kept(program) == before
    yield Maze(program, music, songs, report, again)
    (music / "shut").chmod(0o755)


def test_fault_18_links_that_lead_in_circles_end_and_every_song_is_there_once(maze: Maze) -> None:
    inside = {name for name in maze.songs if not name.startswith(("out", "single"))}
    assert inside == {
        "album/song.mp3", "album/other.mp3", "shut/song.mp3", "endless/1.mp3", "endless/2.mp3",
        "inner/deep/song.mp3", "closed.mp3",
    }  # fmt: skip


def test_fault_19_a_link_to_nothing_is_counted_and_one_that_leads_out_is_followed(maze: Maze) -> None:
    assert len([name for name in maze.songs if Path(name).name in ("far.mp3", "single.mp3")]) == 1
    # The broken one, two in a circle, and two that lead to songs that are there anyway.
    assert maze.report["scan"]["skipped"] == 5


def test_fault_20_a_folder_inside_another_has_its_songs_once(maze: Maze) -> None:
    assert [name for name in maze.songs if name.startswith("inner")] == ["inner/deep/song.mp3"]
    assert maze.report["scan"]["added"] == len(maze.songs) == 8
    assert maze.again["scan"]["added"] == 0


def test_fault_22_what_may_not_be_read_is_named_and_not_taken_for_deleted(maze: Maze) -> None:
    assert str(maze.music / "shut") in maze.again["scan"]["unreadable"]
    assert maze.again["scan"]["missing"] == 0
    assert missing(maze.program) == set()


def test_fault_23_a_folder_that_answers_with_the_same_error_for_ever_is_left_after_the_first(
    maze: Maze,
) -> None:
    assert set(maze.again["scan"]["unreadable"]) == {str(maze.music / name) for name in ("shut", "endless")}
    assert maze.again["scan"]["found"] == maze.report["scan"]["found"] - 3


def test_fault_24_what_systems_and_taggers_leave_behind_is_no_music(maze: Maze) -> None:
    tops = {name.partition("/")[0] for name in maze.songs}
    assert tops <= {"album", "shut", "endless", "inner", "closed.mp3", "out", "single.mp3"}
    assert "album/._song.mp3" not in maze.songs
    assert maze.report["failed"] == 0


# --- One folder by two ways ---


def test_fault_20_a_folder_mounted_twice_has_its_songs_once_mounted_or_not(
    tmp_path: Path, models_folder: Path
) -> None:
    real, mount = tmp_path / "real", tmp_path / "deeper" / "down" / "mount"
    mount.mkdir(parents=True)
    for number, name in enumerate(("a.mp3", "b.mp3")):
        make_audio(real / name, signal=tone(0.3, 300.0 + 20 * number), title=name)
    program = new_program(tmp_path, models_folder)
    mounted = WithMount(program, real, mount)
    program("index", real, *QUICK)
    cherish(program)
    before, songs = kept(program), set(ids_by_path(program).values())

    report = mounted.json("index", real, mount, *QUICK)

    assert (report["scan"]["found"], report["scan"]["added"], report["read"]) == (2, 0, 0)
    assert set(ids_by_path(program).values()) == songs
    look(program)  # without the mount
    assert set(ids_by_path(program)) == {real / "a.mp3", real / "b.mp3"}
    assert missing(program) == set()
    assert kept(program) == before


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.db.close()


def test_fault_20_a_folder_added_again_by_a_link_to_it_keeps_its_songs(shelf: Shelf) -> None:
    paths = [shelf.put("a/1.mp3"), shelf.put("a/2.mp3")]
    shelf.scan()
    ids = shelf.ids()
    link = shelf.folder / "my" / "own" / "Music"
    link.parent.mkdir(parents=True)
    link.symlink_to(shelf.music)
    for _ in range(2):
        report = shelf.scan(shelf.music, link)
        assert (report.found, report.added, report.missing) == (2, 0, 0)
        assert set(shelf.ids().values()) == set(ids.values())
        assert not shelf.missing()
    link.unlink()
    shelf.scan()
    assert shelf.ids() == {path: ids[path] for path in paths}


# --- Times ---


def shift(path: Path, nanoseconds: int) -> None:
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns + nanoseconds))


def scanned(shelf: Shelf) -> int:
    return scan(shelf.tracks, (shelf.music,), Progress()).changed


@pytest.mark.parametrize("shifted", [-10 * 365 * 24 * HOUR, -HOUR, -2 * 10**9, -1, 1, 2 * 10**9, HOUR])
def test_fault_41_a_file_whose_time_differs_at_all_is_read_again(shelf: Shelf, shifted: int) -> None:
    path = shelf.put("song.mp3")
    scanned(shelf)
    track_id = shelf.tag(path, title="Before")
    shift(path, shifted)
    assert scanned(shelf) == 1
    assert shelf.tracks.pending_tags() == [(track_id, bytes(path))]


@pytest.mark.parametrize("kind", ["vfat", "FAT32", "exfat", "cifs"])
@pytest.mark.parametrize(
    ("shifted", "grows", "again"),
    [(HOUR, False, 0), (-HOUR, False, 0), (HOUR, True, 1), (HOUR + 1, False, 1), (2 * HOUR, False, 1)],
)
def test_fault_41_a_stick_or_share_whose_clock_went_on_by_an_hour_is_not_read_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, kind: str, shifted: int, *, grows: bool, again: int
) -> None:
    mounts = [SimpleNamespace(mountpoint=str(shelf.folder), fstype=kind)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: mounts)
    path = shelf.put("song.mp3", b"a song")
    scanned(shelf)
    shelf.tag(path, title="Before")
    before = path.stat().st_mtime_ns
    if grows:
        shelf.put("song.mp3", b"a longer song")
        os.utime(path, ns=(before, before))
    shift(path, shifted)
    assert scanned(shelf) == again
    assert len(shelf.tracks.pending_tags()) == again
    # Told once, the new time is the one to compare with.
    assert scanned(shelf) == 0


def test_fault_41_a_shift_of_an_hour_on_another_disk_counts(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = [
        SimpleNamespace(mountpoint="/nowhere", fstype="vfat"),
        SimpleNamespace(mountpoint=str(shelf.folder), fstype="ext4"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: mounts)
    path = shelf.put("song.mp3")
    scanned(shelf)
    shift(path, HOUR)
    assert scanned(shelf) == 1


YEARS = {"1901": -2_177_452_800, "1970": 0, "2099": 4_070_908_800, "2286": 10_000_000_000}


def test_fault_63_no_year_a_file_claims_stops_a_look_or_makes_it_newly_added(shelf: Shelf) -> None:
    for year, seconds in YEARS.items():
        os.utime(shelf.put(f"{year}.mp3"), (seconds, seconds))
    assert shelf.scan().added == len(YEARS)
    assert shelf.scan().changed == 0
    now = time.time()
    assert all(abs(seen - now) < 60 for (seen,) in shelf.db.run("SELECT first_seen FROM track"))


def test_fault_63_a_clock_that_was_wrong_for_a_while_mixes_up_no_songs(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shelf.record("old.flac", title="Old")
    shelf.record("stays.flac", title="Stays")
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: float(YEARS["2099"]))
        shelf.index()
    track_id = shelf.ids()[old]
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 0.0)
        old.rename(shelf.music / "moved.flac")
        gone = shelf.record("gone.flac", title="Gone")
        shelf.index()
        gone.unlink()
        shelf.index()
    assert shelf.ids()[shelf.music / "moved.flac"] == track_id
    assert shelf.missing() == {gone}
    shelf.record("gone.flac", title="Gone")
    shelf.index()
    assert not shelf.missing()
