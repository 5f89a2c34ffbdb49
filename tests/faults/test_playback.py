"""Playback when files go, break or never were music, and when the sound has nowhere to go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from audio_files import encode, make_audio, tone
from players import entry, silent_vlc, until
from vibe_desktop.domain import TrackId
from vibe_desktop.playback.failures import MOST_FAILURES
from vibe_desktop.playback.jukebox import Jukebox, PlayState
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.playback.play_queue import Repeat
from vibe_desktop.playback.player import EventKind, PlayerEvent


class Diary:
    """Keeps what was listened to."""

    def __init__(self) -> None:
        self.plays: list[TrackId] = []
        self.skips: list[TrackId] = []

    def played(self, track_id: TrackId, seconds: float) -> None:
        self.plays.append(track_id)

    def skipped(self, track_id: TrackId, seconds: float) -> None:
        self.skips.append(track_id)


class Evening:
    """A jukebox over libvlc whose sound goes nowhere, with a queue of files."""

    def __init__(self, files: Sequence[Path], seconds: float = 2.0) -> None:
        self.diary = Diary()
        self.jukebox = Jukebox(silent_vlc(), self.diary)
        self.jukebox.queue.replace(
            [entry(number, path=bytes(file), seconds=seconds) for number, file in enumerate(files, 1)]
        )

    @property
    def track(self) -> int | None:
        return self.jukebox.now.entry.track.id if self.jukebox.now else None

    def until(self, condition: Callable[[], bool]) -> None:
        until(lambda: self.jukebox.tick() is not None and condition())

    def until_stopped(self) -> None:
        self.until(lambda: self.jukebox.state is PlayState.STOPPED)

    def close(self) -> None:
        self.jukebox.close(5.0)


@pytest.fixture
def evening_of() -> Iterator[Callable[..., Evening]]:
    made: list[Evening] = []

    def make(*files: Path, seconds: float = 2.0) -> Evening:
        made.append(Evening(files, seconds))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_fault_29_what_is_not_music_is_never_counted_as_played(
    evening_of: Callable[..., Evening], tmp_path: Path
) -> None:
    page = tmp_path / "page.mp3"
    page.write_text("<html><body>Not found</body></html>" * 50, encoding="utf-8")
    real = make_audio(tmp_path / "real.flac", signal=tone(1.0))
    evening = evening_of(page, real, seconds=1.0)

    evening.jukebox.play()
    evening.until_stopped()

    assert 1 not in evening.diary.plays
    assert evening.diary.skips == []
    assert set(evening.jukebox.problems) == {evening.jukebox.queue.items[0].key}


def test_fault_58_a_queue_nothing_of_which_plays_stops_with_one_notice(
    evening_of: Callable[..., Evening], tmp_path: Path
) -> None:
    broken = [tmp_path / f"{number}.mp3" for number in range(8)]
    for file in broken[::2]:
        file.write_bytes(b"no music " * 500)
    evening = evening_of(*broken)
    evening.jukebox.repeat = Repeat.ALL

    evening.jukebox.play()
    evening.until_stopped()

    assert len(evening.jukebox.problems) == MOST_FAILURES
    assert "5 tracks in a row" in evening.jukebox.notice
    assert evening.diary.plays == evening.diary.skips == []
    assert evening.jukebox.tick() == frozenset()


def test_fault_59_a_file_deleted_while_it_plays_is_finished_or_left_once(
    evening_of: Callable[..., Evening], tmp_path: Path
) -> None:
    files = [make_audio(tmp_path / f"{number}.flac", signal=tone(2.0)) for number in range(3)]
    evening = evening_of(*files)
    files[1].unlink()

    evening.jukebox.play()
    evening.until(lambda: evening.jukebox.state is PlayState.PLAYING and evening.jukebox.position > 0.2)
    files[0].unlink()
    evening.until(lambda: evening.track == 3 and evening.jukebox.state is PlayState.PLAYING)
    evening.until_stopped()

    missing = evening.jukebox.queue.items[1].key
    assert "not there" in evening.jukebox.problems[missing]
    assert evening.jukebox.queue.items[2].key not in evening.jukebox.problems
    assert evening.jukebox.notice == ""


def test_fault_59_a_file_that_shrinks_while_it_plays_is_left_once(
    evening_of: Callable[..., Evening], tmp_path: Path
) -> None:
    shrinking = tmp_path / "shrinking.wav"
    shrinking.write_bytes(encode("wav", tone(60.0)))
    after = make_audio(tmp_path / "after.flac", signal=tone(1.0))
    evening = evening_of(shrinking, after, seconds=60.0)

    evening.jukebox.play()
    evening.until(lambda: evening.jukebox.state is PlayState.PLAYING and evening.jukebox.position > 0.1)
    with shrinking.open("r+b") as file:
        file.truncate(50_000)
    evening.jukebox.seek(30.0)
    evening.until(lambda: evening.track == 2)

    assert evening.diary.plays == []


class Unplugged(NullPlayer):
    """A player whose sound can be taken away: what plays breaks off, and so does whatever is tried next."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__("", now)
        self.gone = False
        self.tried = 0

    def poll(self) -> list[PlayerEvent]:
        events = super().poll()
        if self.gone and self._source and self._started:
            self.tried += 1
            events.append(PlayerEvent(EventKind.FAILED, self._source, "It broke off before its end."))
            self.stop()
        return events


class Night:
    """A jukebox whose time is the test's, and whose sound output can be unplugged."""

    def __init__(self, folder: Path, tracks: int) -> None:
        self.time = 100.0
        self.player = Unplugged(lambda: self.time)
        self.diary = Diary()
        self.jukebox = Jukebox(self.player, self.diary, now=lambda: self.time)
        files = [folder / f"{number}.flac" for number in range(tracks)]
        for file in files:
            file.touch()
        self.jukebox.queue.replace([entry(number, path=bytes(file)) for number, file in enumerate(files, 1)])
        self.jukebox.play()
        until(lambda: self.jukebox.tick() is not None and self.jukebox.state is PlayState.PLAYING)

    def pass_by(self, seconds: int) -> None:
        for _ in range(seconds * 4):
            self.time += 0.25
            self.jukebox.tick()


@pytest.mark.parametrize("tracks", [1, 3, 60])
def test_fault_57_without_an_output_the_queue_stays_where_it_was(tmp_path: Path, tracks: int) -> None:
    night = Night(tmp_path, tracks)
    jukebox = night.jukebox
    with closing(night.player):
        night.pass_by(42)
        night.player.gone = True
        until(lambda: jukebox.tick() is not None and jukebox.state is PlayState.STOPPED)

        assert night.player.tried == min(tracks, MOST_FAILURES)
        assert jukebox.notice
        assert jukebox.now is jukebox.queue.items[0]
        assert jukebox.position == pytest.approx(42.0, abs=0.5)
        assert night.diary.plays == night.diary.skips == []

        night.player.gone = False
        jukebox.play()
        until(lambda: jukebox.tick() is not None and jukebox.state is PlayState.PLAYING)
        assert jukebox.position == pytest.approx(42.0, abs=0.5)
        assert jukebox.notice == ""


ASLEEP = """
import json, os, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_playback import Evening
from vibe_desktop.playback.jukebox import PlayState
evening = Evening([Path(each) for each in sys.argv[2:]], seconds=2.0)
evening.jukebox.play()
evening.until(lambda: evening.jukebox.position > 0.5)
print(evening.jukebox.position, flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
evening.until_stopped()
evening.close()
print(json.dumps([evening.track, evening.diary.skips, list(evening.jukebox.problems.values())]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that halts a process")
def test_fault_57_after_a_sleep_it_goes_on_and_skips_nothing(tmp_path: Path) -> None:
    files = [make_audio(tmp_path / f"{number}.flac", signal=tone(2.0)) for number in range(2)]
    tests = Path(__file__).parent
    with subprocess.Popen(
        [sys.executable, "-c", ASLEEP, tests, *files],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tests.parent)},
    ) as sleeper:
        assert sleeper.stdout is not None
        assert float(sleeper.stdout.readline()) > 0
        until(lambda: psutil.Process(sleeper.pid).status() == psutil.STATUS_STOPPED)
        time.sleep(2.5)  # longer than a track
        sleeper.send_signal(signal.SIGCONT)
        assert json.loads(sleeper.stdout.readline()) == [None, [], []]
