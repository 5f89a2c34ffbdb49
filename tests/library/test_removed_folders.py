"""A folder that a person removes: shown nowhere, kept whole, back when it is added again."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from shelf import Shelf
from vibe_desktop.domain import PlaylistEntry, TrackId, TrackState
from vibe_desktop.library.database import Database
from vibe_desktop.library.folders import bring_back
from vibe_desktop.library.forgetting import delete_due, forget_in_time
from vibe_desktop.library.saved import PlaylistStore
from vibe_desktop.library.table import TrackTable
from vibe_desktop.library.tastes import TasteStore


@pytest.fixture
def song(shelf: Shelf) -> TrackId:
    """Give a track with a like, a play, an own caption and a place in a playlist."""
    path = shelf.put("one.mp3")
    shelf.scan()
    track_id = shelf.tag(path, title="Harbour")
    tastes = TasteStore(shelf.db)
    tastes.set_liked([track_id], liked=True)
    tastes.record_play(track_id, 1.0, 90.0)
    shelf.descriptions.set_own(track_id, "Mine.")
    PlaylistStore(shelf.db).create("Kept", [PlaylistEntry(track_id, "why")])
    return track_id


def remove(shelf: Shelf, folder: Path | None = None) -> None:
    wanted = str(folder or shelf.music).encode()
    [root] = [root for root in shelf.tracks.roots() if root.path == wanted]
    shelf.tracks.forget_root(root.id)


def shown(shelf: Shelf) -> set[TrackId]:
    """Return the tracks that are to be seen anywhere, having made sure that everything agrees."""
    tracks = shelf.tracks
    seen = set(tracks.ids().tolist())
    paths = [str(path).encode() for path in shelf.ids()]
    assert set(TrackTable(shelf.db).ids("title").tolist()) == seen
    assert set(tracks.titles("harb", 5)) <= seen
    assert {track.id for track in tracks.find("harbour")} <= seen
    assert set(tracks.at_paths(paths).values()) == seen
    assert {track_id for track_id, _ in shelf.descriptions.search(["mine"], 5)} <= seen
    assert {track_id for track_id, _ in shelf.descriptions.terms()} <= seen
    assert set(TasteStore(shelf.db).forgotten_favourites(1e12, 9)) <= seen
    counts = tracks.counts()
    assert (counts.tracks, counts.present, counts.missing, counts.offline) == (len(seen), len(seen), 0, 0)
    return seen


def test_its_tracks_are_shown_nowhere_and_come_back_with_everything(shelf: Shelf, song: TrackId) -> None:
    assert shown(shelf) == {song}
    remove(shelf)
    assert shown(shelf) == set()
    assert shelf.tracks.roots() == []
    assert shelf.tracks.tracks([song])[0].state is TrackState.OFFLINE

    shelf.tracks.add_root(shelf.music)
    assert shown(shelf) == {song}
    assert TasteStore(shelf.db).liked() == {song}
    assert TasteStore(shelf.db).play_counts([song]) == {song: 1}
    assert shelf.tracks.tracks([song])[0].caption.sentence == "Mine."
    [playlist] = PlaylistStore(shelf.db).all()
    assert PlaylistStore(shelf.db).entries(playlist.id) == [PlaylistEntry(song, "why")]


def test_a_scan_of_other_folders_does_not_bring_it_back(shelf: Shelf, song: TrackId) -> None:
    other = shelf.folder / "other"
    other.mkdir()
    (other / "two.mp3").write_bytes(b"two")
    shelf.scan(other)
    remove(shelf)
    report = shelf.scan(other)
    assert report.found == 1
    assert song not in shown(shelf)


def test_one_removed_while_it_is_scanned_stays_removed(
    shelf: Shelf, song: TrackId, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vibe_desktop.library.files import FileTable

    at = FileTable.at

    def removed_meanwhile(table: FileTable, paths: list[bytes]) -> object:
        remove(shelf)
        monkeypatch.undo()
        return at(table, paths)

    shelf.put("late.mp3")
    monkeypatch.setattr(FileTable, "at", removed_meanwhile)
    assert shelf.scan().added == 1
    assert shown(shelf) == set()
    assert shelf.tracks.pending_tags() == []


def test_inside_another_folder_its_tracks_go_over_to_that_one(shelf: Shelf) -> None:
    inner = shelf.put("inner/one.mp3").parent
    shelf.scan(shelf.music, inner)
    before = shown(shelf)
    remove(shelf, inner)
    assert shown(shelf) == before
    assert shelf.scan().added == 0
    assert shown(shelf) == before
    remove(shelf)
    assert shown(shelf) == set()


def test_removing_the_outer_folder_leaves_the_inner_one(shelf: Shelf) -> None:
    inner = shelf.put("inner/one.mp3").parent
    shelf.put("two.mp3")
    shelf.scan(shelf.music, inner)
    remove(shelf)
    assert shown(shelf) == {shelf.ids()[inner / "one.mp3"]}


def test_adding_the_folder_around_it_brings_its_tracks_back(shelf: Shelf, song: TrackId) -> None:
    remove(shelf)
    shelf.scan(shelf.folder)
    assert shown(shelf) == {song}


def test_removing_what_is_not_there_is_harmless(shelf: Shelf, song: TrackId) -> None:
    shelf.tracks.forget_root(999)
    remove(shelf)
    shelf.tracks.forget_root(1)
    assert shown(shelf) == set()


def test_one_brought_back_at_the_moment_it_is_forgotten_keeps_everything(
    shelf: Shelf, song: TrackId, monkeypatch: pytest.MonkeyPatch
) -> None:
    [root] = shelf.tracks.roots()
    remove(shelf)
    forget_in_time(shelf.db, root.id)
    shelf.db.run("UPDATE root SET delete_after = 1")
    transaction = Database.transaction

    def brought_back_before(db: Database, **how: Any) -> AbstractContextManager[None]:
        monkeypatch.undo()
        with closing(Database.open(db.path)) as another:
            bring_back(another, root.id)
        return transaction(db, **how)

    monkeypatch.setattr(Database, "transaction", brought_back_before)
    assert delete_due(shelf.db) == 0
    assert shown(shelf) == {song}
    assert TasteStore(shelf.db).liked() == {song}
