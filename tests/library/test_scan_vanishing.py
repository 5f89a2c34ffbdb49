"""Folders that are offline and files that vanish by the thousand: nothing is believed too soon."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shelf import Shelf
from vibe_desktop.domain import TrackState


def _fill(shelf: Shelf, folder: str, count: int) -> list[Path]:
    return [shelf.put(f"{folder}/{number:03}.mp3") for number in range(count)]


@pytest.mark.parametrize("remount", [False, True])
def test_a_folder_that_is_not_mounted_or_empty_is_offline_and_nothing_is_missing(
    shelf: Shelf, *, remount: bool
) -> None:
    _fill(shelf, "a", 80)
    shelf.scan()
    before = shelf.state()
    shelf.music.rename(shelf.folder / "unplugged")
    if remount:
        shelf.music.mkdir()
    report = shelf.scan()
    assert report.offline == [str(shelf.music)]
    assert (report.missing, report.held) == (0, {})
    assert len(shelf.tracks.ids()) == 0
    assert shelf.tracks.counts().offline == 80
    assert shelf.tracks.tracks([1])[0].state == TrackState.OFFLINE
    if remount:
        shelf.music.rmdir()
    (shelf.folder / "unplugged").rename(shelf.music)
    report = shelf.scan()
    assert (report.offline, report.changed, report.returned, report.added) == ([], 0, 0, 0)
    assert shelf.state() == before
    assert len(shelf.tracks.ids()) == 80


def test_a_single_track_deleted_from_a_tiny_folder_leaves_it_offline_until_confirmed(shelf: Shelf) -> None:
    path = shelf.put("song.mp3")
    shelf.scan()
    path.unlink()
    assert shelf.scan().offline
    report = shelf.scan(confirmed=True)
    assert (report.offline, report.missing) == ([], 1)
    assert shelf.missing() == {path}
    assert shelf.scan().offline == []


def test_songs_are_gone_for_good_from_the_folders_that_is_said_of_alone(shelf: Shelf) -> None:
    emptied, unplugged, inside = (shelf.music / name for name in ("emptied", "unplugged", "emptied/inside"))
    songs = [
        shelf.put(f"{folder.relative_to(shelf.music)}/song.mp3") for folder in (emptied, unplugged, inside)
    ]
    shelf.scan(emptied, unplugged, inside)
    for song in songs:
        song.unlink()
    report = shelf.scan(emptied, unplugged, inside, confirmed=[emptied])
    assert report.missing == 1
    assert shelf.missing() == {emptied / "song.mp3"}
    assert sorted(report.offline) == sorted(map(str, (unplugged, inside)))


def test_one_folder_offline_leaves_the_others_as_they_are(shelf: Shelf) -> None:
    one, two = shelf.music / "one", shelf.music / "two"
    shelf.put("one/a.mp3")
    gone = shelf.put("two/b.mp3")
    shelf.put("two/c.mp3")
    shelf.scan(one, two)
    one.rename(shelf.folder / "unplugged")
    gone.unlink()
    report = shelf.scan(one, two)
    assert report.offline == [str(one)]
    assert shelf.missing() == {gone}


def test_many_files_vanishing_at_once_are_held_until_a_scan_an_hour_later_agrees(shelf: Shelf) -> None:
    paths = _fill(shelf, "a", 100) + _fill(shelf, "b", 60)
    shelf.scan()
    shutil.rmtree(shelf.music / "b")
    report = shelf.scan()
    assert report.held == {str(shelf.music): 60}
    assert not shelf.missing()
    assert shelf.tracks.roots()[0].held == 60
    for _ in range(3):
        assert shelf.scan().held == {str(shelf.music): 60}
        shelf.let_hours_pass(0.3)
    shelf.let_hours_pass(0.1)
    report = shelf.scan()
    assert (report.held, report.missing) == ({}, 60)
    assert shelf.missing() == set(paths[100:])
    assert shelf.tracks.roots()[0].held == 0


def test_more_files_vanishing_after_a_held_scan_are_held_again(shelf: Shelf) -> None:
    paths = _fill(shelf, "a", 100)
    shelf.scan()
    for path in paths[:60]:
        path.unlink()
    assert shelf.scan().held
    shelf.let_hours_pass(5)
    paths[60].unlink()
    assert shelf.scan().held == {str(shelf.music): 61}
    assert shelf.scan().held == {str(shelf.music): 61}
    assert not shelf.missing()


def test_a_clock_put_back_keeps_nothing_in_doubt_for_ever(shelf: Shelf) -> None:
    paths = _fill(shelf, "a", 100)
    shelf.scan()
    for path in paths[:60]:
        path.unlink()
    shelf.scan()
    shelf.let_hours_pass(-1000)
    assert shelf.scan().held
    shelf.let_hours_pass(1)
    assert shelf.scan().missing == 60


def test_held_files_that_come_back_were_never_missing(shelf: Shelf) -> None:
    _fill(shelf, "a", 40)
    _fill(shelf, "b", 60)
    shelf.scan()
    (shelf.music / "b").rename(shelf.folder / "b")
    assert shelf.scan().held
    (shelf.folder / "b").rename(shelf.music / "b")
    report = shelf.scan()
    assert (report.returned, report.missing, report.held) == (0, 0, {})
    assert shelf.tracks.roots()[0].held == 0


def test_a_person_who_confirms_is_believed_at_once(shelf: Shelf) -> None:
    _fill(shelf, "a", 40)
    _fill(shelf, "b", 60)
    shelf.scan()
    shutil.rmtree(shelf.music / "b")
    assert shelf.scan(confirmed=True).missing == 60


@pytest.mark.parametrize(("gone", "of"), [(50, 60), (60, 250)])
def test_few_files_or_a_small_share_are_believed_at_once(shelf: Shelf, gone: int, of: int) -> None:
    paths = _fill(shelf, "a", of)
    shelf.scan()
    for path in paths[:gone]:
        path.unlink()
    report = shelf.scan()
    assert (report.missing, report.held) == (gone, {})
