"""What counts as heard."""

from __future__ import annotations

import pytest

from vibe_desktop.playback.listening import Listening


def hear(listening: Listening, start: float, seconds: float, at: float = 0.0) -> int:
    """Let it sound from `start`, told eight times a second; return how often that was said to be a play."""
    steps = round(seconds * 8)
    return sum(listening.go_on(start + step / 8, at + step / 8) for step in range(steps + 1))


@pytest.mark.parametrize(("length", "needed"), [(100.0, 50.0), (1000.0, 240.0), (None, 240.0), (4.0, 2.0)])
def test_a_play_is_half_the_track_or_four_minutes(length: float | None, needed: float) -> None:
    listening = Listening(length)
    assert hear(listening, 0.0, needed - 0.25) == 0
    assert hear(listening, needed - 0.25, needed, needed - 0.25) == 1


def test_seeking_is_not_listening() -> None:
    listening = Listening(100.0)
    hear(listening, 0.0, 10.0)
    listening.move(90.0)
    assert hear(listening, 90.0, 9.0, 10.0) == 0
    assert listening.heard == pytest.approx(19.0)
    listening.move(0.0)
    assert hear(listening, 0.0, 40.0, 19.0) == 1


def test_a_jump_nobody_told_of_is_no_listening_either() -> None:
    listening = Listening(100.0)
    hear(listening, 0.0, 5.0)
    assert not listening.go_on(80.0, 5.125)
    assert listening.heard == pytest.approx(5.125)


def test_a_pause_and_a_sleeping_machine_do_not_count() -> None:
    listening = Listening(100.0)
    hear(listening, 0.0, 5.0)
    listening.halt()
    hear(listening, 5.0, 5.0, 3_600.0)
    listening.go_on(10.0, 9_999.0)
    listening.go_on(95.0, 19_999.0)  # a player that reckons by a clock which went on meanwhile
    assert listening.heard == pytest.approx(10.0)


def test_a_skip_sounded_and_was_cut_short() -> None:
    listening = Listening(300.0)
    assert not listening.skipped
    hear(listening, 0.0, 29.0)
    assert listening.skipped
    hear(listening, 29.0, 2.0, 29.0)
    assert not listening.skipped


def test_a_short_track_that_was_played_is_not_skipped() -> None:
    listening = Listening(20.0)
    assert hear(listening, 0.0, 11.0) == 1
    assert not listening.skipped


def test_an_unknown_length_is_known_at_the_end() -> None:
    listening = Listening()
    assert hear(listening, 0.0, 50.0) == 0
    assert listening.end()
    assert not listening.end()
