"""A player without sound: time passes and tracks follow each other, where nothing on the system can play."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from vibe_desktop.playback.clock import Clock
from vibe_desktop.playback.player import EventKind, PlayerEvent, Source

NOT_THERE = "The file is not there."
_UNKNOWN_SECONDS = 180.0


class NullPlayer:
    """Obeys `Player` by the clock alone; `trouble` is what it answers when asked why it is silent."""

    def __init__(self, trouble: str = "", now: Callable[[], float] = time.monotonic) -> None:
        """Play nothing yet; `now` tells the time in seconds."""
        self.trouble = trouble
        self._now = now
        self._clock = Clock(now=now)
        self._source: Source | None = None
        self._started = False
        self._paused = False
        self._prepared: Source | None = None
        self._looked: SimpleQueue[tuple[Source, bool]] = SimpleQueue()

    @property
    def position(self) -> float:
        """Seconds into the current source; 0 when there is none."""
        return min(self._clock.at, _seconds(self._source)) if self._source else 0.0

    @property
    def length(self) -> float | None:
        """Seconds the current source is expected to last."""
        return _seconds(self._source) if self._source else None

    def play(self, source: Source, *, at: float = 0.0, paused: bool = False) -> None:
        """Begin to count, once the file is seen to be there."""
        self._prepared, self._paused = None, paused
        self._open(source, at)

    def prepare(self, source: Source | None) -> None:
        """Keep a source for when the current one ends."""
        self._prepared = source

    def pause(self) -> None:
        """Stop counting."""
        self._paused = True
        self._clock.run(running=False)

    def resume(self) -> None:
        """Count on."""
        self._paused = False
        self._clock.run(running=self._started)

    def seek(self, seconds: float) -> None:
        """Count on from another place."""
        if self._source is not None:
            self._clock.set(min(max(0.0, seconds), _seconds(self._source)))

    def set_volume(self, position: float) -> None:
        """Nothing to make louder."""

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - the name says it
        """Nothing to silence."""

    def set_gain(self, gain_db: float) -> None:
        """Nothing to make louder."""

    def poll(self) -> list[PlayerEvent]:
        """Return what happened since the last call, oldest first."""
        events = self._starts()
        source = self._source
        if source and self._clock.running and self._clock.at >= _seconds(source):
            then = self._prepared
            self.stop()
            events.append(PlayerEvent(EventKind.ENDED, source, then=then))
            if then is not None:
                self._open(then, 0.0)
        return events

    def stop(self) -> None:
        """Forget the current and the prepared source."""
        self._source = self._prepared = None
        self._started = False
        self._clock = Clock(now=self._now)

    def close(self, seconds: float = 1.0) -> None:  # noqa: ARG002 - the protocol's
        """Stop; there is nothing to give back."""
        self.stop()

    def _open(self, source: Source, at: float) -> None:
        self._source, self._started, self._clock = source, False, Clock(at, self._now)
        # A drive that does not answer keeps this thread, not the caller.
        threading.Thread(target=self._look, args=(source,), name="look for a file", daemon=True).start()

    def _look(self, source: Source) -> None:
        self._looked.put((source, os.path.isfile(os.fsdecode(source.path))))  # noqa: PTH113 - Path may raise

    def _starts(self) -> list[PlayerEvent]:
        events = []
        for source, there in self._answers():
            if source is not self._source:
                continue
            if there:
                self._started = True
                self._clock.run(running=not self._paused)
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


def _seconds(source: Source) -> float:
    return _UNKNOWN_SECONDS if source.seconds is None else source.seconds
