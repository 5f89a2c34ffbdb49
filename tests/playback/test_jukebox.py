"""The jukebox over the silent player, whose time the test makes pass, and over libvlc where there is one."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from audio_files import encode, make_audio, tone
from players import entry, silent_vlc, until
from vibe_desktop.domain import MoodRequest, ReasonPart, Track, TrackId
from vibe_desktop.playback.choose import choose_player
from vibe_desktop.playback.failures import MOST_FAILURES
from vibe_desktop.playback.jukebox import Change, Jukebox, PlayState
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.playback.play_queue import Repeat
from vibe_desktop.settings import ReplayGain


class Diary:
    """Keeps what the jukebox tells of listening."""

    def __init__(self) -> None:
        self.plays: list[TrackId] = []
        self.skips: list[TrackId] = []

    def played(self, track_id: TrackId, seconds: float) -> None:
        assert seconds > 0
        self.plays.append(track_id)

    def skipped(self, track_id: TrackId, seconds: float) -> None:
        assert 0 < seconds < 30
        self.skips.append(track_id)


class Evening:
    """A jukebox with a silent player and a queue of real files; `listen` lets time pass."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = 1_000.0
        self.diary = Diary()
        self.jukebox = self.new_jukebox()

    def new_jukebox(self) -> Jukebox:
        return Jukebox(NullPlayer("", self.clock), self.diary, now=self.clock)

    def clock(self) -> float:
        return self.time

    def queue(self, *numbers: int, gone: Sequence[int] = (), seconds: float | None = 200.0) -> None:
        for number in set(numbers) - set(gone):
            (self.folder / str(number)).touch()
        self.jukebox.queue.replace(
            [entry(number, path=bytes(self.folder / str(number)), seconds=seconds) for number in numbers]
        )

    def started(self) -> None:
        """Tick until the player has opened what it was asked for."""
        until(lambda: self.jukebox.tick() is not None and self.jukebox.state is not PlayState.LOADING)

    def listen(self, seconds: float) -> None:
        for _ in range(round(seconds * 8)):
            self.time += 0.125
            self.jukebox.tick()
        self.started()
        # What follows by itself is opened too before the next second passes.
        until(lambda: self.jukebox.tick() is not None and self._opened())

    def _opened(self) -> bool:
        before, self.time = self.jukebox.position, self.time + 0.01
        return self.jukebox.state is not PlayState.PLAYING or self.jukebox.position > before

    def track(self) -> int | None:
        return self.jukebox.now.entry.track.id if self.jukebox.now else None

    def play(self) -> None:
        self.jukebox.play()
        self.started()


@pytest.fixture
def evening(tmp_path: Path) -> Evening:
    return Evening(tmp_path)


def test_plays_the_queue_and_stops_at_its_end(evening: Evening) -> None:
    evening.queue(1, 2)
    evening.play()
    assert (evening.track(), evening.jukebox.state) == (1, PlayState.PLAYING)
    evening.listen(201)
    assert evening.track() == 2
    evening.listen(201)
    assert (evening.track(), evening.jukebox.state) == (None, PlayState.STOPPED)
    assert (evening.diary.plays, evening.diary.skips) == ([1, 2], [])
    evening.play()
    assert evening.track() == 1


def test_says_what_changed_once(evening: Evening) -> None:
    evening.jukebox.tick()
    evening.queue(1)
    evening.jukebox.play()
    assert evening.jukebox.tick() >= {Change.TRACK, Change.STATE, Change.QUEUE}
    evening.started()
    assert evening.jukebox.tick() == frozenset()
    evening.jukebox.seek(50)
    evening.jukebox.set_volume(0.5)
    assert evening.jukebox.tick() == {Change.POSITION, Change.VOLUME}
    assert evening.jukebox.tick() == frozenset()


def test_a_play_is_told_once_and_seeking_makes_none(evening: Evening) -> None:
    evening.queue(1, 2)
    evening.play()
    evening.jukebox.seek(195)
    evening.listen(6)
    assert (evening.track(), evening.diary.plays) == (2, [])
    evening.listen(105)
    assert evening.diary.plays == [2]


def test_where_there_is_no_sound_nothing_is_heard(evening: Evening) -> None:
    evening.jukebox.use(NullPlayer("No sound here.", evening.clock))
    evening.queue(1, 2)
    evening.play()
    evening.listen(210)
    evening.jukebox.next()
    assert (evening.track(), evening.diary.plays, evening.diary.skips) == (None, [], [])


def test_going_on_soon_is_a_skip_and_later_is_not(evening: Evening) -> None:
    evening.queue(1, 2, 3)
    evening.play()
    evening.listen(5)
    evening.jukebox.next()
    evening.started()
    assert (evening.track(), evening.diary.skips) == (2, [1])
    evening.listen(31)
    evening.jukebox.next()
    assert (evening.track(), evening.diary.skips) == (3, [1])


def test_what_never_sounded_is_not_skipped(evening: Evening) -> None:
    evening.queue(1, 2, 3)
    evening.jukebox.play()
    evening.jukebox.next()
    evening.jukebox.next()
    assert (evening.track(), evening.diary.skips) == (3, [])


def test_previous_goes_back_at_first_and_to_the_beginning_later(evening: Evening) -> None:
    evening.queue(1, 2)
    evening.play()
    evening.jukebox.next()
    evening.started()
    evening.listen(10)
    evening.jukebox.previous()
    assert evening.track() == 2
    assert evening.jukebox.position == pytest.approx(0.0, abs=0.1)
    evening.jukebox.previous()
    assert (evening.track(), evening.diary.skips) == (1, [])


def test_pause_holds_through_next(evening: Evening) -> None:
    evening.queue(1, 2)
    evening.play()
    evening.jukebox.toggle()
    evening.jukebox.next()
    evening.started()
    assert (evening.track(), evening.jukebox.state) == (2, PlayState.PAUSED)
    evening.jukebox.toggle()
    assert evening.jukebox.state is PlayState.PLAYING


def test_a_missing_file_is_passed_over(evening: Evening) -> None:
    evening.queue(1, 2, 3, gone=[2])
    evening.play()
    evening.listen(201)
    evening.started()
    assert (evening.track(), evening.jukebox.notice) == (3, "")
    (reason,) = evening.jukebox.problems.values()
    assert "not there" in reason


def test_five_failures_in_a_row_stop_with_one_notice(evening: Evening) -> None:
    evening.queue(*range(1, 9), gone=range(1, 9))
    notices = 0

    def stopped() -> bool:
        nonlocal notices
        notices += Change.NOTICE in evening.jukebox.tick()
        return evening.jukebox.state is PlayState.STOPPED

    evening.jukebox.play()
    until(stopped)
    assert (notices, evening.track(), len(evening.jukebox.problems)) == (1, MOST_FAILURES, MOST_FAILURES)
    assert "5 tracks in a row" in evening.jukebox.notice
    evening.jukebox.play()
    assert evening.jukebox.notice == ""


def test_all_gone_with_repeat_stops_too(evening: Evening) -> None:
    evening.queue(1, 2, gone=[1, 2])
    evening.jukebox.repeat = Repeat.ALL
    evening.play()
    assert (evening.jukebox.state, evening.jukebox.notice != "") == (PlayState.STOPPED, True)


def test_the_last_track_failing_is_said(evening: Evening) -> None:
    evening.queue(1, gone=[1])
    evening.play()
    assert (evening.jukebox.state, evening.jukebox.now) == (PlayState.STOPPED, None)
    assert "not there" in evening.jukebox.notice


def test_repeat_one_counts_each_time(evening: Evening) -> None:
    evening.queue(1, 2)
    evening.jukebox.repeat = Repeat.ONE
    evening.play()
    evening.listen(200.5)
    evening.listen(150)
    assert (evening.track(), evening.diary.plays) == (1, [1, 1])
    evening.jukebox.next()
    assert evening.track() == 2


def test_the_same_once_more_is_another_place_in_it(evening: Evening) -> None:
    evening.queue(1)
    evening.play()
    evening.jukebox.repeat = Repeat.ONE
    evening.listen(190)
    evening.jukebox.tick()
    changes: set[Change] = set()
    while evening.jukebox.position > 100:
        evening.time += 0.125
        changes |= evening.jukebox.tick()
    assert changes >= {Change.TRACK, Change.POSITION}
    assert evening.jukebox.now
    evening.jukebox.play_item(evening.jukebox.now.key)
    assert Change.POSITION in evening.jukebox.tick()


def test_a_snapshot_follows_the_queue(evening: Evening) -> None:
    evening.queue(1, 2)
    assert [each["track"] for each in evening.jukebox.snapshot()["entries"]] == [1, 2]
    evening.jukebox.queue.remove({evening.jukebox.queue.items[0].key})
    assert [each["track"] for each in evening.jukebox.snapshot()["entries"]] == [2]


def test_the_queue_may_change_while_it_plays(evening: Evening) -> None:
    evening.queue(1, 2, 3)
    evening.play()
    evening.listen(190)
    queue = evening.jukebox.queue
    queue.remove([item.key for item in queue.items if item.entry.track.id in (1, 2)])
    evening.listen(11)
    assert evening.track() == 3


def test_a_track_put_next_at_the_last_moment_comes_next(evening: Evening) -> None:
    evening.queue(1, 2)
    (evening.folder / "9").touch()
    evening.play()
    evening.listen(199)
    evening.jukebox.queue.insert(1, [entry(9, path=bytes(evening.folder / "9"))])
    evening.time += 2.0
    evening.jukebox.tick()
    evening.started()
    assert evening.track() == 9


def find_in(evening: Evening) -> Callable[[Sequence[TrackId]], list[Track]]:
    tracks = {item.entry.track.id: item.entry.track for item in evening.jukebox.queue.items}
    return lambda ids: [tracks[each] for each in ids if each in tracks]


def test_everything_comes_back_paused_where_it_was(evening: Evening) -> None:
    evening.queue(1, 2, 3)
    request = MoodRequest("calm", "calm", years=(1980, 1989), steer=(("energy", -0.5),), like=(2,))
    old = evening.jukebox
    why = (ReasonPart("heard", "piano"), ReasonPart("", "1st by sound"))
    entries = [replace(item.entry, parts=why) for item in old.queue.items]
    old.queue.replace(entries, name="calm", request=request, notes=["Few."])
    old.repeat = Repeat.ALL
    old.play_item(old.queue.items[1].key)
    evening.started()
    evening.listen(60)
    saved = json.loads(json.dumps(old.snapshot()))
    find = find_in(evening)
    evening.jukebox = evening.new_jukebox()
    assert evening.jukebox.restore(saved, find)
    new = evening.jukebox
    assert (evening.track(), new.state, new.queue.undo_text) == (2, PlayState.PAUSED, "")
    assert new.position == pytest.approx(60, abs=1)
    assert (new.queue.name, new.queue.request, new.queue.notes) == ("calm", request, ("Few.",))
    assert (new.repeat, [item.entry for item in new.queue.items]) == (Repeat.ALL, entries)
    new.seek_by(30)
    evening.play()
    assert new.position == pytest.approx(90, abs=1)


def test_tracks_that_are_no_more_are_left_out(evening: Evening) -> None:
    evening.queue(1, 2, 3)
    evening.jukebox.play_item(evening.jukebox.queue.items[1].key)
    saved = evening.jukebox.snapshot()
    find = find_in(evening)
    assert evening.jukebox.restore(saved, lambda ids: find([each for each in ids if each != 2]))
    assert ([item.entry.track.id for item in evening.jukebox.queue.items], evening.jukebox.now) == (
        [1, 3],
        None,
    )


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"entries": 3},
        {"entries": [{}]},
        {"entries": [{"track": math.inf}]},
        {"entries": [], "at": 0, "request": {"text": 1}, "repeat": "?"},
    ],
)
def test_a_damaged_snapshot_brings_nothing_back(evening: Evening, broken: dict[str, object]) -> None:
    evening.queue(1)
    assert not evening.jukebox.restore(broken, lambda _ids: [])
    assert len(evening.jukebox.queue.items) == 1


def test_another_player_takes_over_where_it_is(evening: Evening) -> None:
    evening.queue(1)
    evening.play()
    evening.listen(50)
    evening.jukebox.use(NullPlayer("Quiet.", evening.clock))
    assert (evening.jukebox.trouble, Change.NOTICE in evening.jukebox.tick()) == ("Quiet.", True)
    evening.started()
    evening.listen(10)
    assert evening.jukebox.position == pytest.approx(60, abs=1)


def test_without_libvlc_the_silence_says_how_to_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "vibe_desktop.playback.vlc_player", raising=False)
    monkeypatch.setitem(sys.modules, "vlc", None)
    player = choose_player()
    assert isinstance(player, NullPlayer)
    assert "VLC is not installed" in player.trouble
    assert "Install" in player.trouble


def test_real_files_through_libvlc(tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_bytes(b"<html>" * 100)
    short = len(encode("flac", tone(30.0))) // 8
    (tmp_path / "cut.flac").write_bytes(encode("flac", tone(30.0))[:short])
    paths = [
        make_audio(tmp_path / "1.flac", signal=tone(2.0)),
        tmp_path / "bad.mp3",
        tmp_path / "cut.flac",
        make_audio(tmp_path / "4.ogg", signal=tone(3.0)),
    ]
    diary = Diary()
    jukebox = Jukebox(silent_vlc(), diary)
    lengths = (2.0, 180.0, 30.0, 3.0)
    jukebox.queue.replace(
        [
            entry(number, path=bytes(path), seconds=seconds, replaygain_track_db=-3.0)
            for number, (path, seconds) in enumerate(zip(paths, lengths, strict=True), 1)
        ]
    )
    jukebox.replaygain = ReplayGain.TRACK
    jukebox.play()
    until(lambda: jukebox.tick() is not None and jukebox.state is PlayState.STOPPED, pause=0.05)
    jukebox.close(10)
    assert (jukebox.now, jukebox.notice) == (None, "")
    assert sorted(jukebox.problems) == [2, 3]
    assert 2 not in diary.plays
