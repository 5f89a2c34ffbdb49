"""Removed folders that are to be deleted in time: whatever clocks say, not much before it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelf import Shelf
from vibe_desktop.library import forgetting
from vibe_desktop.library.folders import bring_back, removed_folders
from vibe_desktop.library.forgetting import DAYS_KEPT, delete_due, forget_in_time

DAY = 86_400
BEGIN = 1.79e9
YEARS = 4000
"""days"""


@pytest.fixture
def look(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return what looks for what is to be deleted, so many days later by a clock that may be wrong."""
    shelf.put("one.mp3")
    shelf.scan()

    def look(day: float, wrong_by: float = 0) -> int:
        at = BEGIN + (day + wrong_by) * DAY
        monkeypatch.setattr(forgetting, "time", SimpleNamespace(time=lambda: at))
        return delete_due(shelf.db)

    return look


@pytest.fixture
def forget(shelf: Shelf, look: Callable[..., int]) -> Callable[..., None]:
    """Return what removes the folder on the first day, to be deleted in time."""

    def forget(wrong_by: float = 0) -> None:
        for folder in removed_folders(shelf.db):
            bring_back(shelf.db, folder.id)
        look(0, wrong_by)
        [root] = shelf.tracks.roots()
        shelf.tracks.forget_root(root.id)
        forget_in_time(shelf.db, root.id)

    return forget


def test_in_its_time_and_not_before_it_is_deleted(
    look: Callable[..., int], forget: Callable[..., None]
) -> None:
    forget()
    assert [look(day) for day in range(0, DAYS_KEPT, 5)] == [0] * 12
    assert look(DAYS_KEPT + 0.1) == 1


@pytest.mark.parametrize("wrong_by", [180, YEARS, -180, -YEARS])
def test_one_look_at_a_wrong_clock_costs_a_week_at_most(
    look: Callable[..., int], forget: Callable[..., None], wrong_by: float
) -> None:
    forget()
    assert look(1) == 0
    assert look(2, wrong_by) == 0
    assert [look(day) for day in range(3, DAYS_KEPT - 7, 5)] == [0] * 10
    assert [look(day) for day in (56, 61)].count(1) == 1


@pytest.mark.parametrize("wrong_by", [180, YEARS, -180, -YEARS])
def test_a_clock_that_was_wrong_when_it_was_removed_does_no_harm(
    look: Callable[..., int], forget: Callable[..., None], wrong_by: float
) -> None:
    forget(wrong_by)
    assert [look(day) for day in range(1, DAYS_KEPT - 7, 5)] == [0] * 11
    assert [look(day) for day in (56, 61)].count(1) == 1


def test_who_was_away_for_long_finds_it_still_there(
    look: Callable[..., int], forget: Callable[..., None], shelf: Shelf
) -> None:
    forget()
    assert look(400) == 0
    [folder] = removed_folders(shelf.db)
    assert folder.delete_after == pytest.approx(BEGIN + (400 + DAYS_KEPT - 7) * DAY)


def test_one_that_an_earlier_version_is_to_delete_is_counted_from_its_beginning(
    look: Callable[..., int], forget: Callable[..., None], shelf: Shelf
) -> None:
    forget()
    shelf.db.run("UPDATE root SET clock_seen_at = NULL")
    assert look(100) == 0
    assert [look(day) for day in range(107, 147, 7)] == [0] * 6
    assert [look(day) for day in (149, 156)].count(1) == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    looks=st.lists(st.tuples(st.floats(0, DAYS_KEPT), st.floats(-YEARS, YEARS) | st.just(0.0)), max_size=12),
    wrong_by=st.just(0.0) | st.floats(-YEARS, YEARS),
)
def test_each_wrong_clock_costs_a_week_at_most(
    shelf: Shelf,
    look: Callable[..., int],
    forget: Callable[..., None],
    looks: list[tuple[float, float]],
    wrong_by: float,
) -> None:
    forget(wrong_by)
    costs = 7 * (wrong_by != 0)
    for day, wrong in sorted(looks):
        costs += 14 * (wrong != 0)  # where it goes wrong, and where it is right again
        if day < DAYS_KEPT - costs:
            assert look(day, wrong) == 0
