"""Where in a track one is, between the moments when that is known for certain."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Counts seconds from a place on while it runs."""

    def __init__(self, at: float = 0.0, now: Callable[[], float] = time.monotonic) -> None:
        """Stand still at `at` seconds; `now` tells the time."""
        self.now = now
        self.running = False
        self._at = at
        self._since = 0.0

    @property
    def at(self) -> float:
        """Seconds into the track."""
        return self._at + (self.now() - self._since if self.running else 0.0)

    def set(self, at: float) -> None:
        """Be at `at` seconds, running or not."""
        self._at, self._since = at, self.now()

    def run(self, *, running: bool = True) -> None:
        """Run on, or stand still."""
        self.set(self.at)
        self.running = running
