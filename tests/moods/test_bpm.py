"""Beats a minute."""

import pytest

from vibe_desktop.moods.bpm import FASTEST, SLOWEST, take_bpm, tempo_range


@pytest.mark.parametrize(
    ("text", "bpm"),
    [
        ("120 bpm", (114, 126)),
        ("around 120bpm", (114, 126)),
        ("a tempo of 90 bpm", (86, 94)),
        ("100 beats per minute", (95, 105)),
        ("120-130 bpm", (120, 130)),
        ("between 130 and 120 BPM", (120, 130)),
        ("bpm 100 to 110", (100, 110)),
        ("over 140 bpm", (140, FASTEST)),
        ("140+ bpm", (140, FASTEST)),
        ("140 bpm or more", (140, FASTEST)),
        ("not slower than 140 bpm", (140, FASTEST)),
        ("under 90 bpm", (SLOWEST, 90)),
        ("no faster than 90 bpm", (SLOWEST, 90)),
        ("at most 90 bpm", (SLOWEST, 90)),
    ],
)
def test_a_tempo_becomes_a_range_and_leaves_the_text(text: str, bpm: tuple[float, float]) -> None:
    found, rest = take_bpm(f"calm {text}")
    assert found == bpm
    assert rest.strip(" ,") == "calm"


@pytest.mark.parametrize("text", ["120 minutes", "1985", "1120 bpm", "bpm", "fast"])
def test_other_numbers_are_no_tempo(text: str) -> None:
    assert take_bpm(text) == (None, text)


@pytest.mark.parametrize(
    ("bpm", "text"),
    [
        ((114, 126), "around 120 bpm"),
        ((140, FASTEST), "over 140 bpm"),
        ((SLOWEST, 90), "under 90 bpm"),
        ((120, 130), "120–130 bpm"),
    ],
)
def test_a_range_is_said_as_people_say_it(bpm: tuple[float, float], text: str) -> None:
    assert tempo_range(*bpm) == text
