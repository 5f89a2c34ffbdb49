"""What a player is: it plays one file, may have the next one ready, and tells what happened when asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One playing of one file. Two are never equal, so that an event tells which playing it is about."""

    path: bytes
    gain_db: float = 0.0
    """how much louder (or, below 0, softer) than it is"""
    seconds: float | None = None
    """how long it is expected to be, where that is known"""


class EventKind(StrEnum):
    """What can happen to a source."""

    STARTED = "started"
    """it was opened and sounds, or would if it were not paused"""
    ENDED = "ended"
    """it was played to its end"""
    FAILED = "failed"
    """it could not be opened, or broke off short of its length"""


@dataclass(frozen=True, slots=True)
class PlayerEvent:
    """Something that happened to a source."""

    kind: EventKind
    source: Source
    reason: str = ""
    """of a failure: one plain sentence"""
    then: Source | None = None
    """of an end: the prepared source the player has gone on to by itself"""


class Player(Protocol):
    """Plays files. Every call returns at once; what comes of it is told by `poll`.

    All calls come from one thread. Nothing raises because of a file.
    """

    @property
    def trouble(self) -> str:
        """Why there is no sound and how to get it, or "" when there is."""
        ...

    @property
    def position(self) -> float:
        """Seconds into the current source; 0 when there is none."""
        ...

    @property
    def length(self) -> float | None:
        """Seconds the current source lasts, None while that is unknown."""
        ...

    def play(self, source: Source, *, at: float = 0.0, paused: bool = False) -> None:
        """Play a source from `at` seconds on instead of whatever was current; `paused` only opens it.

        STARTED or FAILED follows, and later ENDED or FAILED.
        """
        ...

    def prepare(self, source: Source | None) -> None:
        """Have a source ready that begins by itself when the current one ends; None takes it back.

        The end is then told as ENDED with `then`, and STARTED or FAILED of the
        prepared source follows. Nothing begins by itself after a failure.
        """
        ...

    def pause(self) -> None:
        """Halt where it is."""
        ...

    def resume(self) -> None:
        """Go on after a pause."""
        ...

    def seek(self, seconds: float) -> None:
        """Go to a place in the current source; beyond its end is its end."""
        ...

    def set_volume(self, position: float) -> None:
        """Set the volume by the place of a slider, 0 to 1; see `volume`."""
        ...

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - the name says it
        """Silence the sound, or let it be heard again at its volume."""
        ...

    def set_gain(self, gain_db: float) -> None:
        """Change the gain of the current source while it plays."""
        ...

    def poll(self) -> list[PlayerEvent]:
        """Return what happened since the last call, oldest first."""
        ...

    def stop(self) -> None:
        """Fall silent and forget the current and the prepared source; nothing is told of it."""
        ...

    def close(self, seconds: float = 1.0) -> None:
        """Stop and give everything back, waiting no longer than `seconds`. The player is of no use after."""
        ...
