"""Ways to answer a mood: the usual one, and others to compare it with."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Which senses choose candidates and which of them order the queue."""

    FUSION = "fusion"
    """every sense proposes, all of them decide"""
    CLASSIC = "classic"
    """captions propose, the ear alone decides: the two-stage design this program grew out of"""
    TEXT = "text"
    """captions alone"""
    EAR = "ear"
    """the ear alone"""

    @property
    def captions_propose(self) -> bool:
        """Whether tracks come in for their captions."""
        return self is not Mode.EAR

    @property
    def captions_decide(self) -> bool:
        """Whether captions count for the order."""
        return self in (Mode.FUSION, Mode.TEXT)

    @property
    def ear_proposes(self) -> bool:
        """Whether tracks come in for their sound."""
        return self in (Mode.FUSION, Mode.EAR)

    @property
    def listens(self) -> bool:
        """Whether the sound counts for the order."""
        return self is not Mode.TEXT

    @property
    def needs_ear(self) -> bool:
        """Whether there is no answer where nothing was heard."""
        return self in (Mode.CLASSIC, Mode.EAR)

    @property
    def takes_words(self) -> bool:
        """Whether a mood is read in the vocabulary's words, and these and others as they are spelt count."""
        return self is Mode.FUSION
