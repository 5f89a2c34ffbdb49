"""What every player promises, with sound or without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from players import events_until, music, silent_vlc, told, until
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.playback.player import EventKind, Player, Source

STARTED, ENDED, FAILED = EventKind.STARTED, EventKind.ENDED, EventKind.FAILED


@pytest.fixture(params=[NullPlayer, silent_vlc], ids=["null", "vlc"])
def player(request: pytest.FixtureRequest) -> Iterator[Player]:
    make: Callable[[], Player] = request.param
    player = make()
    yield player
    player.close(10)


def test_nothing_plays_at_first(player: Player) -> None:
    assert (player.position, player.length, player.poll()) == (0.0, None, [])


def test_plays_a_file_to_its_end(player: Player, tmp_path: Path) -> None:
    source = music(tmp_path, seconds=1.0)
    player.play(source)
    events = events_until(player, ENDED, source)
    assert told(events) == [(STARTED, source), (ENDED, source)]
    assert events[-1].then is None
    assert player.poll() == []


def test_time_advances_and_stays_within_the_length(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=3.0))
    assert player.position == 0.0
    events_until(player, STARTED, source)
    assert player.length == pytest.approx(3.0, abs=0.05)
    until(lambda: player.position > 0.2)
    assert player.position <= 3.0


def test_pause_halts_and_resume_goes_on(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=3.0))
    events_until(player, STARTED, source)
    player.pause()
    # The player may be a moment further by the time it has halted.
    until(lambda: _stands_still(player))
    at = player.position
    player.resume()
    until(lambda: player.position > at + 0.1)
    assert (ENDED, source) in told(events_until(player, ENDED, source))


def _stands_still(player: Player) -> bool:
    before = player.position
    time.sleep(0.6)
    return player.position == before


def test_opens_paused_at_a_place(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=10.0), at=8.0, paused=True)
    events_until(player, STARTED, source)
    until(lambda: _stands_still(player))
    assert player.position == pytest.approx(8.0, abs=0.3)
    player.resume()
    until(lambda: player.position > 8.5)


def test_pause_while_opening_holds(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=3.0))
    player.pause()
    events_until(player, STARTED, source)
    until(lambda: _stands_still(player))
    assert player.position < 1.0


def test_seek_goes_there_at_once(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=60.0))
    events_until(player, STARTED, source)
    player.seek(30.0)
    assert player.position == pytest.approx(30.0, abs=1.0)
    until(lambda: player.position > 31.0)
    assert player.position < 50.0


def test_seek_while_opening_is_kept(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=60.0))
    player.seek(40.0)
    events_until(player, STARTED, source)
    until(lambda: player.position > 41.0)


def test_seek_beyond_the_end_ends(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=30.0))
    events_until(player, STARTED, source)
    player.seek(500.0)
    events_until(player, ENDED, source)


def test_a_missing_file_fails_with_a_reason(player: Player, tmp_path: Path) -> None:
    source = Source(bytes(tmp_path / "gone.flac"), seconds=3.0)
    player.play(source)
    (event,) = events_until(player, FAILED, source)
    assert "not there" in event.reason


def test_the_prepared_source_follows_by_itself(player: Player, tmp_path: Path) -> None:
    first, second = music(tmp_path, "a.flac", 1.0), music(tmp_path, "b.mp3", 1.0)
    player.play(first)
    player.prepare(second)
    events = events_until(player, ENDED, second)
    assert told(events) == [(STARTED, first), (ENDED, first), (STARTED, second), (ENDED, second)]
    assert events[1].then is second


def test_what_was_prepared_can_be_taken_back(player: Player, tmp_path: Path) -> None:
    first, second = music(tmp_path, "a.flac", 1.0), music(tmp_path, "b.mp3", 1.0)
    player.play(first)
    player.prepare(second)
    player.prepare(None)
    assert events_until(player, ENDED, first)[-1].then is None


def test_a_prepared_source_that_is_missing_fails_in_its_turn(player: Player, tmp_path: Path) -> None:
    first, second = music(tmp_path, seconds=1.0), Source(bytes(tmp_path / "gone.mp3"))
    player.play(first)
    player.prepare(second)
    events = events_until(player, FAILED, second)
    assert told(events) == [(STARTED, first), (ENDED, first), (FAILED, second)]


def test_a_pause_holds_over_what_follows(player: Player, tmp_path: Path) -> None:
    first, second = music(tmp_path, "a.flac", 1.0), music(tmp_path, "b.flac", 30.0)
    player.play(first)
    player.prepare(second)
    events_until(player, STARTED, second)
    player.pause()
    until(lambda: _stands_still(player))
    assert player.position < 10.0


def test_playing_something_else_silences_the_former(player: Player, tmp_path: Path) -> None:
    first, second = music(tmp_path, "a.flac", 30.0), music(tmp_path, "b.flac", 1.0)
    player.play(first)
    events_until(player, STARTED, first)
    player.play(second)
    assert told(events_until(player, ENDED, second)) == [(STARTED, second), (ENDED, second)]


def test_stop_forgets_and_play_begins_again(player: Player, tmp_path: Path) -> None:
    source = music(tmp_path, seconds=30.0)
    player.play(source)
    events_until(player, STARTED, source)
    player.stop()
    assert (player.position, player.length) == (0.0, None)
    again = music(tmp_path, seconds=1.0)
    player.play(again)
    assert told(events_until(player, ENDED, again))[-2:] == [(STARTED, again), (ENDED, again)]


def test_volume_gain_and_mute_are_taken_at_any_time(player: Player, tmp_path: Path) -> None:
    player.set_volume(0.3)
    player.set_muted(True)
    player.play(source := music(tmp_path, seconds=1.0))
    player.set_gain(-6.0)
    player.set_volume(7.0)
    events_until(player, ENDED, source)
    player.set_muted(False)
    assert player.poll() == []


def test_close_while_playing_is_quick_and_final(player: Player, tmp_path: Path) -> None:
    player.play(source := music(tmp_path, seconds=30.0))
    events_until(player, STARTED, source)
    player.prepare(music(tmp_path, "b.flac", 30.0))
    player.close(10)
    assert player.position == 0.0
