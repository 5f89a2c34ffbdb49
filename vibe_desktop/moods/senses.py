"""The senses a library is asked with: its captions, the feelings in them, and what an ear heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.likeness import Sounds, rows_of, unit_mean
from vibe_desktop.moods.rerank import Evidence, Level, correlation
from vibe_desktop.moods.steering import CONTRASTS, Steering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import Ear, Encoder, FloatMatrix, FloatVector, IdArray, TrackId
    from vibe_desktop.index.neighbours import Neighbours
    from vibe_desktop.moods.terms import Terms

_SAMPLE = 2000
"""Tracks that tell the usual level of a cosine; its middle is then sure to a fortieth of a spread."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an ear heard of the library: ids ascending and their vectors, shape (n, dimensions)."""

    ear: Ear
    ids: IdArray
    vectors: NDArray[np.floating]


class Senses:
    """Captions, the feelings in them and, where there is one, an ear."""

    def __init__(
        self,
        encoder: Encoder,
        neighbours: Neighbours,
        heard: Heard | None = None,
        terms: Terms | None = None,
    ) -> None:
        self._encoder = encoder
        self.neighbours = neighbours
        self._terms = terms if terms and len(terms.ids) else None
        # An ear remembers what is usual over the array it is given, so it is always given the same one.
        self._heard = (
            replace(heard, vectors=heard.vectors.astype(np.float32)) if heard and len(heard.ids) else None
        )
        self._sample = Sample.of(neighbours)

    def read(self, phrases: Sequence[str]) -> Reading:
        """Ask the captions about each phrase."""
        vectors = np.concatenate([self._encoder.encode([phrase]) for phrase in phrases])
        return Reading(self.neighbours, vectors, self._sample)

    def feel(self, reading: Reading) -> Answers | None:
        """Ask the feelings about the phrases of a reading; None where the words of captions are not known."""
        if self._terms is None:
            return None
        return Answers(self._terms.ids, self._terms.feelings(reading.vectors, self._encoder))

    def named(self, names: Sequence[str]) -> Answers | None:
        """Ask which tracks hold these words of the vocabulary, as shares from 0 to 1."""
        if self._terms is None or not names:
            return None
        return Answers(self._terms.ids, self._terms.named(names)[np.newaxis])

    def listen(self, phrases: Sequence[str]) -> Answers | None:
        """Ask the ear about each phrase; None where nothing was heard."""
        if self._heard is None:
            return None
        scores = self._heard.ear.score(phrases, self._heard.vectors)
        return Answers(self._heard.ids, np.stack([Level.of(row).standardise(row) for row in scores]))

    def near(self, groups: Sequence[Sequence[TrackId]]) -> Asked:
        """Ask captions and ear which tracks are like each group of others."""
        vectors = np.stack([self._middle_caption(group) for group in groups])
        reading = Reading(self.neighbours, vectors, self._sample)
        if self._heard is None or self._sounds is None:
            return Asked(reading, None, None)
        like = self._sounds.like(groups)
        known = [Level.of(row).standardise(row) for row in like]
        return Asked(reading, None, Answers(self._heard.ids, np.stack(known)))

    @cached_property
    def steering(self) -> Steering:
        """Where the tracks lie on the axes, found out at the first need."""
        worded = (self._terms.ids, self._terms.places()) if self._terms else None
        return Steering.of(worded, self._contrasts())

    def _contrasts(self) -> tuple[IdArray, FloatMatrix] | None:
        if self._heard is None:
            return None
        scores = self._heard.ear.score([phrase for pair in CONTRASTS for phrase in pair], self._heard.vectors)
        return self._heard.ids, scores[0::2] - scores[1::2]

    @cached_property
    def _sounds(self) -> Sounds | None:
        return Sounds(self._heard.ids, self._heard.vectors) if self._heard else None

    def _middle_caption(self, group: Sequence[TrackId]) -> FloatVector:
        rows = rows_of(self.neighbours.ids, group)
        return unit_mean(self.neighbours.vectors[rows].astype(np.float32))


@dataclass(frozen=True, slots=True)
class Sample:
    """Tracks that stand for the whole library: ids ascending and their caption vectors, rows of length 1."""

    ids: IdArray
    vectors: FloatMatrix

    @classmethod
    def of(cls, neighbours: Neighbours) -> Sample:
        """Take them evenly from all."""
        count = len(neighbours.ids)
        rows = np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64)
        vectors = neighbours.vectors[rows].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return cls(neighbours.ids[rows], vectors / np.maximum(lengths, 1e-12))


class Reading:
    """What the captions say about some phrases."""

    def __init__(self, neighbours: Neighbours, vectors: FloatMatrix, sample: Sample) -> None:
        self._neighbours = neighbours
        self.vectors = vectors
        self.sample = sample
        cosines = vectors @ sample.vectors.T
        self._levels = [Level.of(row) for row in cosines]
        self.about_sample = self._levels[0].standardise(cosines[0])

    def nearest(self, count: int, among: IdArray | None) -> IdArray:
        """Return the ids whose captions are nearest the first phrase, best first."""
        return self._neighbours.nearest(self.vectors[0], count, among=among)[0]

    def about(self, ids: IdArray) -> FloatMatrix:
        """Return how near each caption is to each phrase, shape (phrases, ids); NaN without a caption."""
        found = np.full((len(self.vectors), len(ids)), np.nan, dtype=np.float32)
        known = np.isin(ids, self._neighbours.ids)
        rows = np.searchsorted(self._neighbours.ids, ids[known])
        # All phrases at once: reading the rows takes longer than comparing them.
        captions = self._neighbours.vectors[rows].astype(np.float32)
        lengths = np.maximum(np.linalg.norm(captions, axis=1), 1e-12)
        found[:, known] = self.vectors @ captions.T / lengths
        return np.stack([level.standardise(row) for level, row in zip(self._levels, found, strict=True)])


@dataclass(frozen=True, slots=True)
class Asked:
    """All senses asked about the same phrases; None for one that has nothing to say."""

    reading: Reading
    felt: Answers | None
    listening: Answers | None

    def evidence(self, ids: IdArray) -> Evidence:
        """Return what the senses say of these tracks about every phrase."""
        caption = self.reading.about(ids)
        unknown = np.full_like(caption, np.nan)
        felt = self.felt.about(ids) if self.felt else unknown
        if self.listening is None:
            return Evidence(caption, np.nan_to_num(felt), unknown)
        agreement = correlation(self.reading.about_sample, self.listening.about(self.reading.sample.ids)[0])
        return Evidence(caption, np.nan_to_num(felt), self.listening.about(ids), agreement)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a sense says about some phrases: every track it knows and its scores, shape (phrases, n).

    The ear's are in spreads above the library's middle, those of words from 0 upwards.
    """

    ids: IdArray
    scores: FloatMatrix

    def about(self, ids: IdArray) -> FloatMatrix:
        """Return the scores of these tracks, shape (phrases, ids); NaN where the sense does not know one."""
        picked = np.full((len(self.scores), len(ids)), np.nan, dtype=np.float32)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[at] == ids
        picked[:, known] = self.scores[:, at[known]]
        return picked

    def among(self, allowed: IdArray | None) -> tuple[IdArray, FloatVector]:
        """Return the known tracks of `allowed` (None: all) and their scores for the first phrase."""
        if np.isnan(self.scores[0, :1]).any():  # asked about a track that was not heard
            return self.ids[:0], self.scores[0, :0]
        if allowed is None:
            return self.ids, self.scores[0]
        kept = np.isin(self.ids, allowed, assume_unique=True)
        return self.ids[kept], self.scores[0][kept]
