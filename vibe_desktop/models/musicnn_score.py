"""How much heard tags sound like a phrase: which tags the phrase asks for, and who stands out in them.

Both halves can be read: `wanted` gives a weight for each concept of
`resources/musicnn.toml`, and a track's score is the weighted sum of how many
standard deviations its tags lie above the library's.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import Encoder, FloatMatrix, FloatVector
from vibe_desktop.models.musicnn_tags import Usual, concepts

_NEUTRAL = (
    "music", "a song", "some songs for today", "music to listen to", "play something", "my favourite tracks",
    "a good mood", "an evening at home", "music for a walk", "energetic workout", "late night drive",
    "calm and peaceful", "angry and loud", "romantic dinner", "study and focus", "summer party", "rainy day",
    "childhood memories", "a long journey", "dark and mysterious",
)  # fmt: skip
"""Requests of every kind: what a concept has in common with all of them says nothing about any one."""
_FIELD = 1.0
"""A concept is wanted as far as its similarity rises this many standard deviations above the others'."""
_FIELD_IF_NAMED = 1.5
"""The same where the phrase names something: what is merely similar to that is then held back."""
_NAMED = 2.5
"""The weight a concept has at least if the phrase names it."""
_OPPOSED = 0.5
"""How much the opposite of something wanted counts against a track."""
_PRIOR_TRACKS = 30.0
"""How many tracks of the library weigh as much as what is usual in music at large."""


class Wanted:
    """Finds what a phrase asks for by comparing it with the sentences of each concept."""

    def __init__(self, encoder: Encoder) -> None:
        """Encode the concepts' sentences and the neutral ones; phrases are remembered."""
        owners, sentences = zip(
            *[(n, text) for n, each in enumerate(concepts()) for text in each.like], strict=True
        )
        self._encoder = encoder
        self._owners = np.array(owners)
        self._sentences = encoder.encode(sentences)
        self._usual = self._closest(encoder.encode(_NEUTRAL)).mean(axis=0)
        self.weights = lru_cache(maxsize=256)(self._weights)

    def _weights(self, phrase: str) -> FloatVector:
        """Return float32 [concepts], absolute values summing to 1: above 0 wanted, below 0 unwanted."""
        named = named_concepts(phrase)
        rise = self._closest(self._encoder.encode([phrase]))[0] - self._usual
        field = _FIELD_IF_NAMED if named.any() else _FIELD
        above = np.maximum(0, (rise - rise.mean()) / rise.std() - field)
        weights = _settle_opposites(np.where(named, np.maximum(above, _NAMED), above), named)
        total = np.abs(weights).sum()
        return (weights / total if total else weights).astype(np.float32)

    def _closest(self, vectors: FloatMatrix) -> FloatMatrix:
        """Return [n, concepts]: the cosine to each concept's closest sentence."""
        similarity = vectors @ self._sentences.T
        closest = np.full((len(vectors), len(concepts())), -1.0, np.float32)
        np.maximum.at(closest.T, self._owners, similarity.T)
        return closest


def named_concepts(phrase: str) -> NDArray[np.bool_]:
    """Return for each concept whether the phrase names it; "female voice" does not also name "voice"."""
    named = np.zeros(len(concepts()), bool)
    for number in (_names()[1][match.group().casefold()] for match in _names()[0].finditer(phrase)):
        named[number] = True
    return named


@lru_cache(maxsize=1)
def _names() -> tuple[re.Pattern[str], dict[str, int]]:
    """Return a pattern for all concepts' words, longest first, and whose each word is."""
    owners = {word.casefold(): number for number, each in enumerate(concepts()) for word in each.words}
    longest = sorted(owners, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE), owners


def _settle_opposites(weights: FloatVector, named: NDArray[np.bool_]) -> FloatVector:
    """Keep the stronger of two opposites and let the other count against; what is named stays.

    Sentence encoders put opposites side by side: "slow" is close to "fast".
    """
    settled = weights.copy()
    for number, concept in enumerate(concepts()):
        weaker = [n for n in concept.opposite if weights[n] < weights[number] and not named[n]]
        for other in weaker:
            settled[other] = min(settled[other], 0, -_OPPOSED * weights[number] / len(concept.opposite))
    return settled


def usual_in(vectors: FloatMatrix) -> Usual:
    """Return each tag's mean and deviation over a library [n, tags], drawn towards music at large: 0 and 1.

    So three tracks are not standardised by their own three values, and a tag
    that all tracks of a library share is not blown up to tell them apart.
    """
    count, prior = len(vectors), _PRIOR_TRACKS
    mean, variance = vectors.mean(axis=0), vectors.var(axis=0)
    apart = prior / (count + prior) * mean**2
    pooled = (count * (variance + apart) + prior) / (count + prior)
    return Usual(count / (count + prior) * mean, np.sqrt(pooled))
