"""Moved files found again by their sound, and copies never taken for moved files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from shelf import Shelf
from tag_writing import tag_file
from vibe_desktop.domain import Hearing, Label
from vibe_desktop.library import spelling
from vibe_desktop.library.scanner import reconcile_moves

TITLE: dict[str, Any] = {"title": "Dawn", "artist": "Ana"}


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.record("stays.flac", title="Stays")
    return shelf


def _to_another_disk(source: Path, target: Path) -> Path:
    """Move a file as between disks: another inode, the same time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    source.unlink()
    return target


def _add_vector(shelf: Shelf, track_id: int) -> None:
    shelf.db.run(
        "INSERT OR IGNORE INTO space (id, name, kind, dimensions, fingerprint) VALUES (1, 'e', 'ear', 2, 'f')"
    )
    shelf.db.run("INSERT INTO vector VALUES (1, ?, x'0000', x'00')", (track_id,))
    hearing = Hearing(np.ones(2, np.float32), np.ones(2, np.float32), (Label("piano", 0.9),))
    shelf.descriptions.store_hearings(1, [(track_id, hearing)])


def test_a_file_moved_to_another_disk_keeps_its_id_and_all_that_is_kept_about_it(shelf: Shelf) -> None:
    old = shelf.record("a/dawn.flac", genres=["Folk"], **TITLE)
    shelf.index()
    track_id = shelf.ids()[old]
    shelf.descriptions.set_own(track_id, "mine")
    _add_vector(shelf, track_id)
    new = _to_another_disk(old, shelf.music / "b" / "01 dawn.flac")
    assert shelf.index() == 1
    assert shelf.ids()[new] == track_id
    assert old not in shelf.ids()
    [track] = shelf.tracks.tracks([track_id])
    assert (track.path, track.caption.sentence, track.labels) == (str(new), "mine", (Label("piano", 0.9),))
    assert shelf.tracks.ids(genres=["Folk"]).tolist() == [track_id]
    assert [found.id for found in shelf.tracks.find("dawn")] == [track_id]
    assert shelf.tracks.counts().tracks == 2


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a", "ogg", "opus", "aiff"])
def test_a_file_moved_and_retagged_at_once_is_the_same_track(shelf: Shelf, kind: str) -> None:
    old = shelf.record(f"incoming/track01.{kind}", title="track01")
    shelf.index()
    track_id = shelf.ids()[old]
    new = _to_another_disk(old, shelf.music / "Ana" / f"Dawn.{kind}")
    tag_file(new, album="Mornings" * 50, **TITLE)
    assert shelf.index() == 1
    [track] = shelf.tracks.tracks([track_id])
    assert (track.path, track.tags.title, track.tags.artist) == (str(new), "Dawn", "Ana")


def test_retagging_in_place_keeps_id_and_content_key(shelf: Shelf) -> None:
    path = shelf.record("a.flac", title="Wrong")
    shelf.index()
    before = shelf.db.run("SELECT id, content_key FROM track ORDER BY id")
    tag_file(path, title="Right", comment="x" * 5000)
    shelf.index()
    assert shelf.db.run("SELECT id, content_key FROM track ORDER BY id") == before
    assert shelf.tracks.tracks([shelf.ids()[path]])[0].tags.title == "Right"


def test_a_copy_that_survives_is_not_taken_for_the_deleted_original(shelf: Shelf) -> None:
    original = shelf.record("a.flac", **TITLE)
    copy = Path(shutil.copy2(original, shelf.music / "b.flac"))
    shelf.index()
    ids = shelf.ids()
    original.unlink()
    assert shelf.index() == 0
    assert shelf.ids() == ids
    assert shelf.missing() == {original}
    assert copy not in shelf.missing()


def test_a_disk_that_takes_its_time_keeps_nobody_from_writing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shelf.record("a/dawn.flac", **TITLE)
    shelf.index()
    _to_another_disk(old, shelf.music / "b" / "dawn.flac")
    shutil.copy2(shelf.record("c/noon.flac", title="Noon"), shelf.music / "noon.flac")
    writing = []
    lstat = os.lstat

    def asked(path: bytes) -> os.stat_result:
        writing.append(shelf.db.connection.in_transaction)
        return lstat(path)

    monkeypatch.setattr(spelling, "os", Mock(wraps=os, lstat=asked))
    assert shelf.index() == 1
    assert len(writing) >= 3
    assert not any(writing)


def test_folders_are_listed_once_however_many_copies_lie_in_them(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = shelf.record("a/0.flac", **TITLE)
    (shelf.music / "b").mkdir()
    copies = [Path(shutil.copy2(original, shelf.music / f"{'ab'[n % 2]}/{n}.flac")) for n in range(1, 12)]
    names_in = Mock(wraps=spelling.names_in)
    monkeypatch.setattr(spelling, "names_in", names_in)
    assert shelf.index() == 0
    assert {original, *copies} < set(shelf.ids())
    listed = sorted(call.args[0] for call in names_in.call_args_list)
    assert listed == [os.fsencode(shelf.music / name) for name in ("", "a", "b")]


def test_a_copy_in_another_folder_scanned_alone_survives_as_itself(shelf: Shelf) -> None:
    one, two = shelf.music / "one", shelf.music / "two"
    original = shelf.record("one/a.flac", **TITLE)
    shelf.record("one/b.flac")
    shelf.index(one)
    copy = two / "a.flac"
    two.mkdir()
    shutil.copy2(original, copy)
    shelf.index(two)
    ids = shelf.ids()
    original.unlink()
    assert shelf.index(one) == 0
    assert shelf.ids() == ids


def test_a_move_to_a_folder_scanned_before_the_old_one_is_found(shelf: Shelf) -> None:
    one, two = shelf.music / "one", shelf.music / "two"
    original = shelf.record("one/a.flac", **TITLE)
    shelf.record("one/b.flac")
    shelf.index(one)
    track_id = shelf.ids()[original]
    new = _to_another_disk(original, two / "a.flac")
    assert shelf.index(two) == 0
    assert shelf.index(one) == 1
    assert shelf.ids()[new] == track_id


def test_a_copy_made_in_the_same_breath_as_a_move_is_told_apart_by_its_name(shelf: Shelf) -> None:
    old = shelf.record("a/dawn.flac", **TITLE)
    shelf.index()
    track_id = shelf.ids()[old]
    (shelf.music / "b").mkdir()
    copy = Path(shutil.copy2(old, shelf.music / "b" / "copy of dawn.flac"))
    new = _to_another_disk(old, shelf.music / "b" / "dawn.flac")
    assert shelf.index() == 1
    assert shelf.ids()[new] == track_id
    assert shelf.ids()[copy] != track_id


def test_where_nothing_tells_two_files_apart_nothing_is_paired(shelf: Shelf) -> None:
    one = shelf.record("a/one.flac", **TITLE)
    two = Path(shutil.copy2(one, shelf.music / "a" / "two.flac"))
    shelf.index()
    one.unlink()
    _to_another_disk(two, shelf.music / "b" / "three.flac")
    assert shelf.index() == 0
    assert shelf.missing() == {one, two}
    assert shelf.index() == 0


def test_copies_in_several_albums_move_each_to_its_own(shelf: Shelf) -> None:
    olds = [shelf.record(f"old/{album}/intro.flac", frequency=500) for album in ("first", "second", "third")]
    shelf.index()
    ids = shelf.ids()
    news = [_to_another_disk(old, shelf.music / "new" / old.parent.name / old.name) for old in olds]
    assert shelf.index() == 3
    assert [shelf.ids()[new] for new in news] == [ids[old] for old in olds]


def test_a_missing_track_found_in_another_place_much_later_is_itself_again(shelf: Shelf) -> None:
    old = shelf.record("a.flac", **TITLE)
    shelf.index()
    track_id = shelf.ids()[old]
    away = _to_another_disk(old, shelf.folder / "away.flac")
    shelf.index()
    shelf.index()
    new = _to_another_disk(away, shelf.music / "found again.flac")
    shelf.index()
    assert shelf.ids()[new] == track_id
    assert not shelf.missing()


def test_a_move_is_found_though_the_scan_that_saw_it_was_stopped_at_any_point(shelf: Shelf) -> None:
    old = shelf.record("a.flac", **TITLE)
    shelf.index()
    track_id = shelf.ids()[old]
    new = _to_another_disk(old, shelf.music / "b.flac")
    # As if stopped after the new row was stored and before the old one was marked.
    shelf.scan()
    shelf.db.run("UPDATE track SET missing_since = NULL")
    shelf.read()
    assert reconcile_moves(shelf.tracks) == 0
    assert shelf.index() == 1
    assert shelf.ids()[new] == track_id


def test_a_held_folder_moved_to_another_disk_is_found_once_it_is_let_go(shelf: Shelf) -> None:
    olds = [shelf.record(f"old/{number}.wav", title=str(number)) for number in range(55)]
    shelf.index()
    ids = shelf.ids()
    for old in olds:
        _to_another_disk(old, shelf.music / "new" / old.name)
    assert shelf.index() == 0
    assert shelf.tracks.roots()[0].held == 55
    assert shelf.index() == 0
    shelf.let_hours_pass(1)
    assert shelf.index() == 55
    assert {path.name: track_id for path, track_id in shelf.ids().items()} == {
        path.name: track_id for path, track_id in ids.items()
    }
    assert not shelf.missing()


def test_a_better_format_in_the_same_place_keeps_the_track(shelf: Shelf) -> None:
    old = shelf.record("album/01 dawn.mp3", frequency=700, **TITLE)
    shelf.index()
    track_id = shelf.ids()[old]
    old.unlink()
    new = shelf.record("album/01 dawn.flac", frequency=700, **TITLE)
    assert shelf.index() == 1
    assert shelf.ids()[new] == track_id


def test_another_song_of_the_same_place_but_another_length_is_another_track(shelf: Shelf) -> None:
    old = shelf.record("album/01 dawn.mp3", seconds=1.0, **TITLE)
    shelf.index()
    old.unlink()
    shelf.record("album/01 dawn.flac", seconds=4.0, **TITLE)
    assert shelf.index() == 0
    assert shelf.missing() == {old}


def test_a_recording_encoded_anew_elsewhere_is_known_by_its_musicbrainz_id(shelf: Shelf) -> None:
    recording = "0c3e1f5a-1111-4222-8333-944455556666"
    old = shelf.record("a/x.mp3", frequency=800, recording_id=recording)
    shelf.index()
    track_id = shelf.ids()[old]
    old.unlink()
    new = shelf.record("b/y.flac", frequency=800, recording_id=recording)
    assert shelf.index() == 1
    assert shelf.ids()[new] == track_id


def test_a_new_track_the_person_has_described_is_never_removed(shelf: Shelf) -> None:
    old = shelf.record("a.flac", **TITLE)
    shelf.index()
    new = _to_another_disk(old, shelf.music / "b.flac")
    shelf.scan()
    shelf.read()
    shelf.descriptions.set_own(shelf.ids()[new], "mine")
    assert reconcile_moves(shelf.tracks) == 0
    assert old in shelf.missing()
    assert new in shelf.ids()


def test_what_was_made_from_the_new_row_is_handed_over_where_the_old_one_lacks_it(shelf: Shelf) -> None:
    old = shelf.record("a.flac", **TITLE)
    shelf.index()
    track_id = shelf.ids()[old]
    new = _to_another_disk(old, shelf.music / "b.flac")
    shelf.scan()
    shelf.read()
    _add_vector(shelf, shelf.ids()[new])
    assert reconcile_moves(shelf.tracks) == 1
    assert shelf.db.run("SELECT track_id FROM vector") == [(track_id,)]
    assert shelf.tracks.tracks([track_id])[0].labels == (Label("piano", 0.9),)
    assert shelf.db.run("SELECT generation FROM space") == [(1,)]
    assert shelf.db.run("PRAGMA foreign_key_check") == []
