"""What a job is at, in plain words."""

from __future__ import annotations

import pytest

from vibe_desktop.progress import StageReport
from vibe_desktop.ui.job_words import amount, pace, share, songs, stage_words, time_left


def test_songs_are_counted_as_people_do() -> None:
    assert [songs(count) for count in (0, 1, 1240)] == ["0 songs", "1 song", "1,240 songs"]


def test_a_stage_tells_how_far_how_fast_and_how_long() -> None:
    stage = StageReport("Listening with CLAP", 1200, 4368, 500.0, "")
    assert stage_words(stage) == "Listening with CLAP"
    assert amount(stage) == "1,200 of 4,368"
    assert pace(stage) == "2.4 a second · 22 min left"
    assert share(stage) == pytest.approx(1200 / 4368)


def test_bytes_are_told_as_megabytes() -> None:
    stage = StageReport("Downloading MusiCNN", 12_000_000, 29_292_476, 4.0, "29 MB")
    assert amount(stage) == "12 of 29 MB"
    assert pace(stage) == "3.0 MB a second · under a minute left"


def test_what_cannot_be_known_is_not_told() -> None:
    stage = StageReport("Looking for music", 0, None, 0.0, "")
    assert (amount(stage), pace(stage), share(stage)) == ("", "", None)
    just_begun = StageReport("Listening", 1, 4000, 1.0, "")
    assert pace(just_begun) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "under a minute left"), (1300, "22 min left"), (9000, "about 2 hours left"), (9e9, "days left")],
)
def test_time_left_is_no_more_exact_than_it_can_be(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_slow_work_is_told_by_the_minute() -> None:
    assert pace(StageReport("Listening", 6, 6, 120.0, "")) == "3.0 a minute"
