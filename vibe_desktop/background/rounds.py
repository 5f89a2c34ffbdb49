"""When to look at everything, whatever the system tells or does not tell of changes."""

from __future__ import annotations

OFTEN_SECONDS = 15 * 60.0
SELDOM_SECONDS = 6 * 3600.0
_ASLEEP_SECONDS = 60.0


class Rounds:
    """Due every 15 minutes where changes are not told, every few hours where they are, and after sleep.

    Asked every second or so: a much longer step of the clock on the wall means that the machine slept.
    """

    def __init__(self, now: float, wall: float) -> None:
        """Take a clock that never goes back, and the clock on the wall, in seconds; one look is just done."""
        self._looked = now
        self._wall = wall

    def due(self, now: float, wall: float, *, blind: bool) -> bool:
        """Whether to look at everything now; it is taken for done then. `blind`: changes are not told."""
        asleep = abs(wall - self._wall) > _ASLEEP_SECONDS
        self._wall = wall
        if asleep or now - self._looked >= (OFTEN_SECONDS if blind else SELDOM_SECONDS):
            self._looked = now
            return True
        return False

    def looked(self, now: float) -> None:
        """Note that everything was looked at for another reason."""
        self._looked = now
