"""Files that kill or fail are set aside, everything else gets its turn."""

from __future__ import annotations

import os

import pytest

from shelf import Shelf
from vibe_desktop.library.journal import READ


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    for name in "abc":
        shelf.put(f"{name}.mp3")
    shelf.scan()
    return shelf


def _pending(shelf: Shelf) -> list[int]:
    return [track_id for track_id, _ in shelf.tracks.pending_tags()]


def _die_while_open(shelf: Shelf, ids: list[int]) -> None:
    """Leave the files open as a killed process does."""
    shelf.journal.begin(ids, READ)
    shelf.db.close()
    shelf.reopen()


def test_files_open_when_the_program_died_are_known_after_it(shelf: Shelf) -> None:
    shelf.journal.begin([3], READ)
    shelf.journal.end([3], READ)
    _die_while_open(shelf, [1, 2])
    assert shelf.journal.interrupted(READ) == {1, 2}
    assert shelf.journal.interrupted("another task") == set()
    assert _pending(shelf) == [1, 2, 3]


def test_a_file_open_at_every_death_of_the_program_is_set_aside_at_last(shelf: Shelf) -> None:
    for _ in range(4):
        _die_while_open(shelf, [1])
        assert shelf.journal.interrupted(READ) == {1}
    _die_while_open(shelf, [1, 2])
    assert shelf.journal.interrupted(READ) == {2}
    [failure] = shelf.journal.failures()
    assert (failure.track_id, failure.task) == (1, READ)
    assert failure.path == os.fsencode(shelf.music / "a.mp3")
    assert _pending(shelf) == [2, 3]


def test_one_good_reading_forgives_all_earlier_deaths(shelf: Shelf) -> None:
    for _ in range(4):
        _die_while_open(shelf, [1])
    shelf.journal.begin([1], READ)
    shelf.journal.end([1], READ)
    _die_while_open(shelf, [1])
    assert shelf.journal.interrupted(READ) == {1}


def test_a_job_stopped_in_good_order_blames_no_file(shelf: Shelf) -> None:
    _die_while_open(shelf, [1])
    shelf.journal.begin([1, 2], READ)
    shelf.journal.release([1, 2], READ)
    assert shelf.journal.interrupted(READ) == {1}


def test_a_failed_file_waits_until_it_changes(shelf: Shelf) -> None:
    shelf.journal.begin([1], READ)
    shelf.journal.fail(1, READ, "This is not audio.")
    assert shelf.journal.interrupted(READ) == set()
    assert [failure.reason for failure in shelf.journal.failures()] == ["This is not audio."]
    assert _pending(shelf) == [2, 3]
    shelf.scan()
    assert _pending(shelf) == [2, 3]
    shelf.put("a.mp3", b"whole again")
    shelf.scan()
    assert _pending(shelf) == [1, 2, 3]
    assert shelf.journal.failures() == []


def test_failing_at_one_task_leaves_the_others_open(shelf: Shelf) -> None:
    shelf.journal.fail(1, "hear:ear", "broken")
    assert _pending(shelf) == [1, 2, 3]


@pytest.mark.parametrize(("asked", "left"), [([1], {2}), (None, set()), ([], {1, 2})])
def test_a_person_may_ask_for_another_try(shelf: Shelf, asked: list[int] | None, left: set[int]) -> None:
    for track_id in (1, 2):
        shelf.journal.fail(track_id, READ, "broken")
    shelf.journal.begin([3], READ)
    shelf.journal.retry(asked)
    assert {failure.track_id for failure in shelf.journal.failures()} == left
    assert shelf.journal.interrupted(READ) == (set() if asked is None else {3})


def test_a_good_reading_forgets_the_failure(shelf: Shelf) -> None:
    shelf.journal.fail(1, READ, "broken")
    shelf.journal.end([1], READ)
    assert shelf.journal.failures() == []
