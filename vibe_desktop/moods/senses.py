"""The two senses a library is asked with: its captions read as text, and what an ear heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.rerank import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import Ear, Encoder, FloatMatrix, FloatVector, IdArray
    from vibe_desktop.index.neighbours import Neighbours

_SAMPLE = 2000
"""Tracks that tell the usual level of a cosine; its middle is then sure to a fortieth of a spread."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an ear heard of the library: ids ascending and their vectors, shape (n, dimensions)."""

    ear: Ear
    ids: IdArray
    vectors: NDArray[np.floating]


class Senses:
    """Captions and, where there is one, an ear; both answer in spreads above the library's middle."""

    def __init__(self, encoder: Encoder, neighbours: Neighbours, heard: Heard | None = None) -> None:
        self._encoder = encoder
        self.neighbours = neighbours
        self.heard = heard if heard and len(heard.ids) else None
        ids = neighbours.ids
        self._sample = ids[np.linspace(0, len(ids) - 1, min(len(ids), _SAMPLE)).astype(np.int64)]

    def read(self, phrases: Sequence[str]) -> Reading:
        """Ask the captions about each phrase."""
        vectors = np.concatenate([self._encoder.encode([phrase]) for phrase in phrases])
        return Reading(self.neighbours, vectors, self._sample)

    def listen(self, phrases: Sequence[str]) -> Listening | None:
        """Ask the ear about each phrase; None where there is none."""
        if self.heard is None:
            return None
        scores = self.heard.ear.score(phrases, self.heard.vectors.astype(np.float32, copy=False))
        return Listening(self.heard.ids, np.stack([Level.of(row).standardise(row) for row in scores]))


class Reading:
    """What the captions say about some phrases."""

    def __init__(self, neighbours: Neighbours, vectors: FloatMatrix, sample: IdArray) -> None:
        self._neighbours = neighbours
        self._vectors = vectors
        self.sample = sample
        cosines = [neighbours.similarity(vector, sample) for vector in vectors]
        self._levels = [Level.of(row) for row in cosines]
        self.of_sample = self._levels[0].standardise(cosines[0])

    def nearest(self, count: int, among: IdArray | None) -> IdArray:
        """Return the ids whose captions are nearest the first phrase, best first."""
        return self._neighbours.nearest(self._vectors[0], count, among=among)[0]

    def of(self, ids: IdArray) -> FloatMatrix:
        """Return how near each caption is to each phrase, shape (phrases, ids); NaN without a caption."""
        rows = [
            level.standardise(self._neighbours.similarity(vector, ids))
            for vector, level in zip(self._vectors, self._levels, strict=True)
        ]
        return np.stack(rows)


@dataclass(frozen=True, slots=True)
class Listening:
    """What the ear says about some phrases: every heard track's score for each, shape (phrases, n)."""

    ids: IdArray
    scores: FloatMatrix

    def of(self, ids: IdArray) -> FloatMatrix:
        """Return how much each track sounds like each phrase, shape (phrases, ids); NaN where not heard."""
        picked = np.full((len(self.scores), len(ids)), np.nan, dtype=np.float32)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[at] == ids
        picked[:, known] = self.scores[:, at[known]]
        return picked

    def among(self, allowed: IdArray | None) -> tuple[IdArray, FloatVector]:
        """Return the heard tracks of `allowed` (None: all) and how much they sound like the first phrase."""
        if allowed is None:
            return self.ids, self.scores[0]
        kept = np.isin(self.ids, allowed, assume_unique=True)
        return self.ids[kept], self.scores[0][kept]
