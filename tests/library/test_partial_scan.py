"""A scan limited to folders in which something changed: what it takes in, and what it leaves to others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shelf import Shelf
from vibe_desktop.library.scanner import Noticed, ScanReport, scan
from vibe_desktop.progress import Progress


def settled(path: Path) -> Path:
    """Let a file be long at rest."""
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def look_at(shelf: Shelf, *folders: Path) -> ScanReport:
    return scan(shelf.tracks, Noticed(tuple(os.fsencode(folder) for folder in folders)), Progress())


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Give a library that knows four songs in each of two folders."""
    for folder in "ab":
        for number in range(4):
            settled(shelf.put(f"{folder}/{number}.mp3"))
    shelf.scan()
    return shelf


def test_only_what_is_in_the_folders_is_looked_at(filled: Shelf) -> None:
    settled(filled.put("a/new.mp3"))
    settled(filled.put("b/unseen.mp3"))
    (filled.music / "b/0.mp3").unlink()
    report = look_at(filled, filled.music / "a")
    assert (report.partial, report.added, report.missing) == (True, 1, 0)
    assert look_at(filled, filled.music / "b").missing == 1
    assert filled.missing() == {filled.music / "b/0.mp3"}


@pytest.mark.parametrize("ends", [["a", "b"], ["b"], ["b", "a"]])
def test_a_moved_file_keeps_its_number_whichever_end_is_looked_at(filled: Shelf, ends: list[str]) -> None:
    before = filled.ids()
    (filled.music / "a/0.mp3").rename(filled.music / "b/moved.mp3")
    for end in ends:
        look_at(filled, filled.music / end)
    assert filled.ids()[filled.music / "b/moved.mp3"] == before[filled.music / "a/0.mp3"]
    assert len(filled.ids()) == len(before)
    assert filled.missing() == set()


def test_what_is_written_to_now_is_left_for_later_and_never_taken_for_missing(filled: Shelf) -> None:
    new, known = filled.put("a/new.mp3"), filled.music / "a/0.mp3"
    known.write_bytes(b"longer than before")
    report = look_at(filled, filled.music / "a")
    assert (report.added, report.changed, report.missing) == (0, 0, 0)
    assert {os.fsdecode(each.path) for each in report.unsettled} == {str(new), str(known)}
    settled(new)
    settled(known)
    report = look_at(filled, filled.music / "a")
    assert (report.added, report.changed, report.unsettled) == (1, 1, [])


def test_too_much_that_vanished_is_judged_by_a_look_at_all_of_it(shelf: Shelf) -> None:
    for number in range(120):
        settled(shelf.put(f"{number % 2}/{number}.mp3"))
    shelf.scan()
    for path in (shelf.music / "0").iterdir():
        path.unlink()
    report = look_at(shelf, shelf.music / "0")
    assert (report.missing, report.held) == (0, {str(shelf.music): 60})
    assert shelf.missing() == set()


def test_an_emptied_folder_is_offline_and_comes_back(filled: Shelf) -> None:
    (filled.music / "a").rename(filled.folder / "a")
    (filled.music / "b").rename(filled.folder / "b")
    assert look_at(filled, filled.music / "a", filled.music / "b").offline == [str(filled.music)]
    assert filled.missing() == set()
    (filled.folder / "a").rename(filled.music / "a")
    (filled.folder / "b").rename(filled.music / "b")
    report = look_at(filled, filled.music / "a")
    assert (report.offline, report.found) == ([], 8)
    assert len(filled.tracks.ids()) == 8


def test_folders_inside_folders_keep_their_own_songs(shelf: Shelf) -> None:
    settled(shelf.put("outer.mp3"))
    settled(shelf.put("in/side/inner.mp3"))
    shelf.scan(shelf.music, shelf.music / "in" / "side")
    settled(shelf.put("in/side/new.mp3"))
    settled(shelf.put("in/new.mp3"))
    look_at(shelf, shelf.music / "in")
    owners = dict(shelf.db.run("SELECT t.path, r.path FROM track t JOIN root r ON r.id = t.root_id"))
    inner = os.fsencode(shelf.music / "in" / "side")
    assert owners[inner + os.sep.encode() + b"new.mp3"] == inner
    assert owners[os.fsencode(shelf.music / "in" / "new.mp3")] == os.fsencode(shelf.music)
    assert owners[inner + os.sep.encode() + b"inner.mp3"] == inner


@pytest.mark.parametrize("folder", [".hidden", "@eaDir", "quiet", "quiet/deep"])
def test_what_a_whole_scan_passes_by_is_passed_by(filled: Shelf, folder: str) -> None:
    settled(filled.put("quiet/.nomedia"))
    settled(filled.put(f"{folder}/song.mp3"))
    assert look_at(filled, filled.music / folder).added == 0


@pytest.mark.skipif(os.name == "nt", reason="links are not for everyone there")
def test_a_link_into_the_music_adds_nothing_and_moves_nothing(filled: Shelf) -> None:
    before = filled.ids()
    (filled.music / "link").symlink_to(filled.music / "a")
    (filled.music / "b/link.mp3").symlink_to(filled.music / "a/0.mp3")
    look_at(filled, filled.music / "link", filled.music / "b", filled.music / "link" / "0.mp3")
    assert filled.ids() == before
    outside = filled.folder / "outside"
    outside.mkdir()
    settled(filled.put("../outside/far.mp3"))
    (filled.music / "far").symlink_to(outside)
    assert look_at(filled, filled.music / "far").added == 1
    assert filled.music / "far" / "far.mp3" in filled.ids()
