"""A player without sound: time passes and tracks follow each other, where nothing on the system can play."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from vibe_desktop.playback.player import EventKind, PlayerEvent, Source

NOT_THERE = "The file is not there."
_UNKNOWN_SECONDS = 180.0


@dataclass(slots=True)
class _Clock:
    """Where a source is: `at` seconds in at the moment `since`, and still there while not running."""

    source: Source
    at: float
    since: float
    paused: bool
    running: bool = False


class NullPlayer:
    """Obeys `Player` by the clock alone; `trouble` is what it answers when asked why it is silent."""

    def __init__(self, trouble: str = "", now: Callable[[], float] = time.monotonic) -> None:
        """Play nothing yet; `now` tells the time in seconds."""
        self.trouble = trouble
        self._now = now
        self._clock: _Clock | None = None
        self._prepared: Source | None = None
        self._looked: SimpleQueue[tuple[Source, bool]] = SimpleQueue()

    @property
    def position(self) -> float:
        """Seconds into the current source; 0 when there is none."""
        if self._clock is None:
            return 0.0
        return min(self._at(self._clock), _seconds(self._clock.source))

    @property
    def length(self) -> float | None:
        """Seconds the current source is expected to last."""
        return _seconds(self._clock.source) if self._clock else None

    def play(self, source: Source, *, at: float = 0.0, paused: bool = False) -> None:
        """Begin to count, once the file is seen to be there."""
        self._prepared = None
        self._begin(source, at, paused=paused)

    def prepare(self, source: Source | None) -> None:
        """Keep a source for when the current one ends."""
        self._prepared = source

    def pause(self) -> None:
        """Stop counting."""
        self._set(paused=True)

    def resume(self) -> None:
        """Count on."""
        self._set(paused=False)

    def seek(self, seconds: float) -> None:
        """Count on from another place."""
        if self._clock is not None:
            self._clock.at = min(max(0.0, seconds), _seconds(self._clock.source))
            self._clock.since = self._now()

    def set_volume(self, position: float) -> None:
        """Nothing to make louder."""

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - the name says it
        """Nothing to silence."""

    def set_gain(self, gain_db: float) -> None:
        """Nothing to make louder."""

    def poll(self) -> list[PlayerEvent]:
        """Return what happened since the last call, oldest first."""
        events = self._starts()
        while (clock := self._clock) and clock.running and self._at(clock) >= _seconds(clock.source):
            then, self._prepared, self._clock = self._prepared, None, None
            events.append(PlayerEvent(EventKind.ENDED, clock.source, then=then))
            if then is not None:
                self._begin(then, 0.0, paused=clock.paused)
        return events

    def stop(self) -> None:
        """Forget the current and the prepared source."""
        self._clock = self._prepared = None

    def close(self, seconds: float = 1.0) -> None:  # noqa: ARG002 - the protocol's
        """Stop; there is nothing to give back."""
        self.stop()

    def _begin(self, source: Source, at: float, *, paused: bool) -> None:
        self._clock = _Clock(source, at, self._now(), paused)
        # A drive that does not answer keeps this thread, not the caller.
        threading.Thread(target=self._look, args=(source,), name="look for a file", daemon=True).start()

    def _look(self, source: Source) -> None:
        self._looked.put((source, os.path.isfile(os.fsdecode(source.path))))  # noqa: PTH113 - Path may raise

    def _starts(self) -> list[PlayerEvent]:
        events = []
        for source, there in self._answers():
            clock = self._clock
            if clock is None or clock.source is not source:
                continue
            if there:
                clock.since, clock.running = self._now(), True
                events.append(PlayerEvent(EventKind.STARTED, source))
            else:
                self.stop()
                events.append(PlayerEvent(EventKind.FAILED, source, NOT_THERE))
        return events

    def _answers(self) -> list[tuple[Source, bool]]:
        answers = []
        while True:
            try:
                answers.append(self._looked.get_nowait())
            except Empty:
                return answers

    def _at(self, clock: _Clock) -> float:
        moving = clock.running and not clock.paused
        return clock.at + (self._now() - clock.since if moving else 0.0)

    def _set(self, *, paused: bool) -> None:
        if self._clock is not None:
            self._clock.at, self._clock.since = self._at(self._clock), self._now()
            self._clock.paused = paused


def _seconds(source: Source) -> float:
    return _UNKNOWN_SECONDS if source.seconds is None else source.seconds
