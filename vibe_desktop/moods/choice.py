"""A track that may come into a queue, and songs that are in it already."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from vibe_desktop.moods.versions import song_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import FloatVector, Track

USUAL_SECONDS = 240.0
"""How long a track is taken to be where nothing tells."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a track belongs in a queue that goes from one feeling to another.

    It fits the beginning and the end by `ends`, in spreads, and lies `along` the
    way between them, higher towards the end.
    """

    ends: tuple[float, float]
    along: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A track that fits: its fused score in spreads, and what tells it from others.

    `content` tells copies of the same audio; `portrait`, of length 1, is what it
    is compared with others by; `places` are on `STEER_AXES`, in spreads.
    """

    track: Track
    score: float
    content: bytes | None = None
    portrait: FloatVector | None = field(default=None, compare=False, repr=False)
    places: tuple[float, ...] | None = None
    way: Way | None = None

    @property
    def seconds(self) -> float:
        """How long it plays; a usual length where unknown."""
        seconds = self.track.tags.seconds
        return seconds if seconds is not None and isfinite(seconds) else USUAL_SECONDS

    def lifted(self, spreads: float) -> Choice:
        """Return the same as if it fitted better by so much."""
        way = self.way and Way((self.way.ends[0] + spreads, self.way.ends[1] + spreads), self.way.along)
        return Choice(self.track, self.score + spreads, self.content, self.portrait, self.places, way)


class Songs:
    """Songs that are there already, or must not be: a track is one of them in whatever version."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._ids = {choice.track.id for choice in choices}
        self._contents = {choice.content for choice in choices if choice.content}
        self._keys = {song_key(choice.track) for choice in choices} - {None}

    def __contains__(self, choice: Choice) -> bool:
        if not self._ids:
            return False
        return (
            choice.track.id in self._ids
            or choice.content in self._contents
            or song_key(choice.track) in self._keys
        )


def total(choices: Sequence[Choice]) -> float:
    """Return how many seconds they play together."""
    return sum(choice.seconds for choice in choices)
