"""Where the current source is, shared by the thread that plays and the one that shows."""

from __future__ import annotations

import threading
import time

from vibe_desktop.playback.clock import Clock
from vibe_desktop.playback.player import Source

# For this long after a jump, the time from before it may still be told.
UNSETTLED = 0.4


class Place:
    """What was last asked for, how far into it one is, and how long it lasts. Safe between threads.

    What is told of a source that is no longer wanted changes nothing.
    """

    def __init__(self) -> None:
        """Begin with nothing wanted."""
        self._lock = threading.Lock()
        self._wanted: Source | None = None
        self._clock = Clock()
        self._length: float | None = None
        self._settled_at = 0.0

    @property
    def position(self) -> float:
        """Seconds into the source, never beyond its length; 0 when there is none."""
        with self._lock:
            at = self._clock.at if self._wanted else 0.0
            return max(0.0, min(at, self._length or at))

    @property
    def length(self) -> float | None:
        """Seconds the source lasts, None while that is unknown."""
        with self._lock:
            return self._length

    @property
    def wanted(self) -> Source | None:
        """What was last asked for."""
        with self._lock:
            return self._wanted

    def want(self, source: Source | None, at: float = 0.0) -> None:
        """Ask for a source, or for nothing; it stands still at `at` seconds."""
        with self._lock:
            self._want(source, at)

    def follow(self, ended: Source, then: Source | None) -> bool:
        """Go on from a source to the next by itself; False when something else is wanted by now."""
        with self._lock:
            if self._wanted is not ended:
                return False
            self._want(then, 0.0)
            return True

    def jump(self, at: float) -> None:
        """Be somewhere else at once, before the player is."""
        with self._lock:
            self._clock.set(at)
            self._settled_at = time.monotonic() + UNSETTLED

    def halt(self) -> None:
        """Stand still at once, before the player does."""
        with self._lock:
            self._clock.run(running=False)

    def runs(self, source: Source, *, running: bool) -> None:
        """Take in that the source sounds, or that it does not."""
        with self._lock:
            if self._wanted is source and self._clock.running is not running:
                self._clock.run(running=running)

    def was_at(self, source: Source, seconds: float, when: float) -> None:
        """Take in where the source was at the moment `when` (monotonic seconds)."""
        with self._lock:
            if self._wanted is source and when > self._settled_at:
                self._clock.set(seconds + (time.monotonic() - when if self._clock.running else 0.0))

    def lasts(self, source: Source, seconds: float) -> None:
        """Take in a source's length where it was not known."""
        with self._lock:
            if self._wanted is source and self._length is None:
                self._length = seconds

    def _want(self, source: Source | None, at: float) -> None:
        self._wanted, self._length = source, source.seconds if source else None
        self._clock = Clock(at)
        self._settled_at = 0.0
