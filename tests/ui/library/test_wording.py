"""Counts, lengths and days as a person says them."""

from __future__ import annotations

import time

import pytest

from vibe_desktop.ui.library import wording

DAY = 86_400


@pytest.mark.parametrize(("count", "said"), [(0, "0 songs"), (1, "1 song"), (5076, "5,076 songs")])
def test_songs(count: int, said: str) -> None:
    assert wording.songs(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 min"),
        (45 * 60, "45 min"),
        (3600, "1 h"),
        (3 * 3600 + 12 * 60, "3 h 12 min"),
        (3599, "1 h"),
        (14 * DAY, "14 days"),
        (1e9, "11,574 days"),
    ],
)
def test_long_times_are_said_roughly(seconds: float, said: str) -> None:
    assert wording.duration(seconds) == said


def test_days_that_are_near_have_names() -> None:
    now = time.time()
    assert wording.day(now) == "today"
    assert wording.day(now - DAY) in {"yesterday", "today"}  # a day of 23 hours, twice a year
    assert wording.day(0).count("70") == 1


@pytest.mark.parametrize(
    ("count", "said"), [(0, "never played"), (1, "played once"), (12, "played 12 times")]
)
def test_plays(count: int, said: str) -> None:
    assert wording.plays(count) == said
