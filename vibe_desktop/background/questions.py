"""What the window asks the answering process. A question travels there whole and is answered there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from vibe_desktop.background.mind import Mind
    from vibe_desktop.domain import MoodRequest, Queue, Track, TrackId
    from vibe_desktop.moods.chips import Chip
    from vibe_desktop.moods.right_now import Suggestion

Reply = TypeVar("Reply")


class Question(ABC, Generic[Reply]):
    """Something to ask; `answer` runs in the answering process and may raise `VibeError`."""

    latest_only: ClassVar[bool] = False
    """whether one that still waits is pointless once another of its kind was asked"""

    @abstractmethod
    def answer(self, mind: Mind) -> Reply:
        """Return what it asks for; this and the question itself must survive pickling."""


@dataclass(frozen=True)
class Answer(Question["Queue"]):
    """The queue for a request, by words alone where there are no models.

    `kept` tracks stay in front, and those of the queue `before` where they still fit.
    """

    request: MoodRequest
    kept: tuple[TrackId, ...] = ()
    ear: str = "auto"
    before: tuple[TrackId, ...] = ()

    def answer(self, mind: Mind) -> Queue:
        """Return the queue."""
        return mind.queue(self.request, self.kept, self.ear, self.before)


@dataclass(frozen=True)
class Understanding:
    """A text taken apart, and its pieces as a person reads them."""

    request: MoodRequest
    chips: tuple[Chip, ...]


@dataclass(frozen=True)
class Read(Question[Understanding]):
    """What a text says. Raises `VibeError` where it says nothing."""

    latest_only = True

    text: str
    this: tuple[TrackId, ...] = ()
    """the tracks that "like this" means"""

    def answer(self, mind: Mind) -> Understanding:
        """Return the request and its pieces."""
        return mind.understand(self.text, self.this)


@dataclass(frozen=True)
class Chips(Question["tuple[Chip, ...]"]):
    """The pieces of a request that was changed otherwise than by typing."""

    latest_only = True

    request: MoodRequest

    def answer(self, mind: Mind) -> tuple[Chip, ...]:
        """Return the pieces."""
        return mind.chips(self.request)


@dataclass(frozen=True)
class Closest(Question["tuple[TrackId, ...]"]):
    """The tracks whose descriptions are nearest a text, best first; none where there are no models."""

    latest_only = True

    text: str
    count: int = 3

    def answer(self, mind: Mind) -> tuple[TrackId, ...]:
        """Return their ids."""
        return mind.closest(self.text, self.count)


@dataclass(frozen=True)
class RightNow(Question["tuple[Suggestion, ...]"]):
    """What might suit the hour and the library."""

    latest_only = True

    when: datetime

    def answer(self, mind: Mind) -> tuple[Suggestion, ...]:
        """Return the suggestions."""
        return mind.suggestions(self.when)


@dataclass(frozen=True)
class Describe(Question["Track"]):
    """Give a track a caption of the person's own, or take it back when blank; the track as it is then."""

    track_id: TrackId
    sentence: str

    def answer(self, mind: Mind) -> Track:
        """Return the track as it is now."""
        return mind.describe(self.track_id, self.sentence)


@dataclass(frozen=True)
class Warm(Question[None]):
    """Make everything ready, so that the first real question is quick."""

    ear: str = "auto"

    def answer(self, mind: Mind) -> None:
        """Return once everything is ready."""
        mind.warm(self.ear)
