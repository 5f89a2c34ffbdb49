"""How loud tracks and the slider are."""

from __future__ import annotations

import math

import pytest

from vibe_desktop.domain import Tags
from vibe_desktop.playback.loudness import gain_db
from vibe_desktop.playback.volume import decibels, percent
from vibe_desktop.settings import ReplayGain

BOTH = Tags(
    replaygain_track_db=-7.0,
    replaygain_track_peak=0.9,
    replaygain_album_db=-4.0,
    replaygain_album_peak=1.0,
)


def test_the_mode_decides() -> None:
    assert [gain_db(BOTH, mode) for mode in ReplayGain] == [0.0, -7.0, -4.0]


def test_the_other_kind_is_better_than_none() -> None:
    assert gain_db(Tags(replaygain_track_db=-3.0), ReplayGain.ALBUM) == -3.0
    assert gain_db(Tags(replaygain_album_db=-5.0), ReplayGain.TRACK) == -5.0
    assert gain_db(Tags(), ReplayGain.TRACK) == 0.0


@pytest.mark.parametrize(
    ("gain", "peak", "expected"),
    [
        (6.0, 0.5, 6.0),
        (6.0, 0.7, -20 * math.log10(0.7)),
        (6.0, None, 0.0),
        (-1.0, 1.3, -20 * math.log10(1.3)),
    ],
)
def test_the_loudest_sample_stays_within_full_scale(gain: float, peak: float | None, expected: float) -> None:
    tags = Tags(replaygain_track_db=gain, replaygain_track_peak=peak)
    assert gain_db(tags, ReplayGain.TRACK) == pytest.approx(expected)
    assert gain_db(tags, ReplayGain.TRACK, protect=False) == gain


def test_what_no_tagger_meant_is_bounded() -> None:
    assert gain_db(Tags(replaygain_track_db=-58.0), ReplayGain.TRACK) == -20.0


def test_the_slider() -> None:
    assert [percent(place) for place in (-1.0, 0.0, 0.25, 1.0, 3.0)] == [0, 0, 25, 100, 100]
    assert decibels(0.5) == pytest.approx(-18.06, abs=0.01)
    assert (decibels(1.0), decibels(0.0)) == (0.0, -math.inf)
