"""Likes, plays and skips."""

from __future__ import annotations

from pathlib import Path

import pytest

from libraries import add_tracks
from shelf import Shelf
from vibe_desktop.library.scanner import reconcile_moves
from vibe_desktop.library.tastes import TasteStore


@pytest.fixture
def tastes(shelf: Shelf) -> TasteStore:
    add_tracks(shelf.db, 6)
    return TasteStore(shelf.db)


def test_a_like_is_given_and_taken_back(tastes: TasteStore) -> None:
    tastes.set_liked([1, 3, 999], liked=True)
    tastes.set_liked([3], liked=True)
    assert tastes.liked() == {1, 3}
    assert tastes.liked([1, 2]) == {1}
    tastes.set_liked([1], liked=False)
    assert tastes.liked() == {3}


def test_plays_are_counted_and_skips_are_not(tastes: TasteStore) -> None:
    tastes.record_play(2, 100.0, 200.0)
    tastes.record_play(2, 400.0, 200.0)
    tastes.record_skip(2, 500.0, 3.0)
    tastes.record_skip(4, 500.0, 3.0)
    tastes.record_play(999, 100.0, 200.0)
    assert tastes.play_counts([1, 2, 4, 999]) == {2: 2}
    assert tastes.never_played(10) == [6, 5, 4, 3, 1]


def test_forgotten_favourites_are_liked_or_often_played_and_not_lately(
    shelf: Shelf, tastes: TasteStore
) -> None:
    tastes.set_liked([1, 2, 5], liked=True)
    for at in (10.0, 20.0, 30.0):
        tastes.record_play(3, at, 100.0)
    tastes.record_play(4, 5.0, 100.0)
    tastes.record_play(2, 900.0, 100.0)
    tastes.record_skip(1, 900.0, 2.0)
    shelf.db.run("UPDATE track SET missing_since = 1 WHERE id = 5")
    assert tastes.forgotten_favourites(500.0, 10) == [1, 3]
    assert tastes.forgotten_favourites(500.0, 1) == [1]


def test_what_was_done_with_a_moved_file_before_it_was_recognised_goes_over(
    shelf: Shelf, tmp_path: Path
) -> None:
    """A file that was copied and removed where it was is new at first, and may be liked then."""
    tastes = TasteStore(shelf.db)
    old = shelf.record("old/song.flac", title="Song")
    shelf.index()
    [before] = shelf.ids().values()
    tastes.record_play(before, 1.0, 100.0)
    content = old.read_bytes()
    old.unlink()
    new = shelf.put("new/other.flac", content)
    shelf.scan(confirmed=True)
    shelf.read()
    fresh = shelf.ids()[new]
    assert fresh != before
    tastes.set_liked([fresh], liked=True)
    tastes.record_play(fresh, 2.0, 100.0)
    assert reconcile_moves(shelf.tracks) == 1
    assert shelf.ids() == {new: before}
    assert tastes.liked() == {before}
    assert tastes.play_counts([before]) == {before: 2}


def test_questions_do_not_wait_for_who_writes(shelf: Shelf, tastes: TasteStore) -> None:
    reading = shelf.db.reader()
    asked = TasteStore(shelf.db, reading)
    reading.connection.set_busy_timeout(0)
    with shelf.db.transaction():
        tastes.set_liked([1], liked=True)
        assert asked.liked() == set()
    assert asked.liked() == {1}
    reading.close()
