"""Tracks in a row that could not be played, and the place to return to when it was not their fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vibe_desktop.playback.listening import Listening
    from vibe_desktop.playback.play_queue import Item

MOST_FAILURES = 5


class Failures:
    """Counts failures until something plays.

    Where a track sounded and broke off, and nothing after it can be played either, most likely
    its sound had nowhere to go: a headset was unplugged, a drive is gone. Then `broke_off` tells
    what it was and how many seconds of it had passed.
    """

    def __init__(self) -> None:
        self.count = 0
        self.broke_off: tuple[Item, float] | None = None

    @property
    def too_many(self) -> bool:
        """Whether to stop trying."""
        return self.count >= MOST_FAILURES

    def add(self, item: Item | None, listening: Listening) -> None:
        """Take in that an item failed after it was listened to so."""
        if not self.count and item is not None and listening.heard > 0:
            self.broke_off = item, listening.position
        self.count += 1

    def clear(self) -> None:
        """Take in that something played, or that the person asked for something else."""
        self.count, self.broke_off = 0, None

    def told(self, reason: str) -> str:
        """Say it in a sentence; `reason` is the last one's."""
        if self.count == 1:
            return f"The track could not be played. {reason}"
        return f"{self.count} tracks in a row could not be played. The last one: {reason}"
