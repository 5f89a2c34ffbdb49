"""What counts as having heard a track: time that really sounded, not where the slider was put."""

from __future__ import annotations

from typing import Protocol

from vibe_desktop.domain import TrackId

LONG_ENOUGH = 240.0
SHARE = 0.5
SKIP_BEFORE = 30.0
# Where it is told many times a second, nothing for so long means that the machine slept.
_ASLEEP = 5.0


class Listener(Protocol):
    """Keeps what was heard. Both calls come from within `tick` or a command, and must return at once."""

    def played(self, track_id: TrackId, seconds: float) -> None:
        """Note that a track was heard long enough to count; told once each time it is played."""
        ...

    def skipped(self, track_id: TrackId, seconds: float) -> None:
        """Note that the person went on from a track that had sounded for less than half a minute."""
        ...


class Listening:
    """One playing of one track. It is a play once, after half its length or four minutes of it were heard."""

    def __init__(self, length: float | None = None, position: float = 0.0) -> None:
        """Begin at `position` of a track of `length` seconds, None when unknown."""
        self.length = length
        self.heard = 0.0
        self.played = False
        self.position = position
        """the last place it is known to have sounded at, or was sent to"""
        self._at: float | None = None

    def go_on(self, position: float, now: float) -> bool:
        """Say that it sounds at `position` at the moment `now`; True when that made it a play.

        Only what both the clock and the track moved on counts: a machine that
        slept, or a player that stands still, was not heard.
        """
        if self._at is not None and now - self._at < _ASLEEP:
            self.heard += max(0.0, min(position - self.position, now - self._at))
        self.position, self._at = position, now
        return self._judge()

    def halt(self) -> None:
        """Say that it no longer sounds; time until the next `go_on` does not count."""
        self._at = None

    def move(self, position: float) -> None:
        """Say that someone went to another place."""
        self.position = position

    def end(self) -> bool:
        """Say that its end was reached; True when that made it a play (its length may only now be known)."""
        self.length = self.length or self.position
        return self._judge()

    @property
    def skipped(self) -> bool:
        """Whether leaving it now says that it was not wanted: it began to sound and was cut short."""
        return 0 < self.heard < SKIP_BEFORE and not self.played

    def _judge(self) -> bool:
        needed = LONG_ENOUGH if not self.length else min(LONG_ENOUGH, SHARE * self.length)
        became = not self.played and 0 < self.heard >= needed
        self.played = self.played or became
        return became
