"""The senses a library is asked with: its captions, the feelings in them, and what an ear heard."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.answers import Answers
from vibe_desktop.moods.ears_together import EarsTogether, Heard
from vibe_desktop.moods.honesty import Honesty
from vibe_desktop.moods.likeness import unit_mean, unit_rows
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.passages import Passages
from vibe_desktop.moods.rerank import Evidence, Level, correlation
from vibe_desktop.moods.steering import CONTRASTS, Steering

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from vibe_desktop.domain import Encoder, FloatMatrix, FloatVector, IdArray, TrackId
    from vibe_desktop.index.vector_index import VectorIndex
    from vibe_desktop.moods.meaning import Meaning, Meanings
    from vibe_desktop.moods.terms import Terms

_SAMPLE = 2000
"""Tracks that tell the usual level of a cosine; its middle is then sure to a fortieth of a spread."""


class Senses:
    """Captions, the feelings in them and, where there is one, an ear, or several, the best first."""

    def __init__(
        self,
        encoder: Encoder,
        neighbours: VectorIndex,
        heard: Sequence[Heard] = (),
        terms: Terms | None = None,
        meanings: Meanings | None = None,
    ) -> None:
        """`terms` and `meanings` go together: what the words of tracks are worth to what is meant."""
        self._encoder = encoder
        self._meanings = meanings
        self.neighbours = neighbours
        self._terms = terms if terms and len(terms.ids) else None
        self._ears = EarsTogether(heard)
        self._passages = Passages(self._ears)
        self._sample = Sample.of(neighbours)

    def read(self, phrases: Sequence[str]) -> Reading:
        """Ask the captions about each phrase."""
        vectors = np.concatenate([self._encoder.encode([phrase]) for phrase in phrases])
        return Reading(self.neighbours, vectors, self._sample)

    def feel(self, meant: Sequence[Meaning]) -> Answers | None:
        """Ask the words tracks hold about each meaning; None where they are not known."""
        if self._terms is None or not meant:
            return None
        fits = self._terms.fits(np.stack([each.asked for each in meant]))
        return Answers(self._terms.ids, np.stack([Level.of(row).standardise(row) for row in fits]))

    def mean(self, phrases: Sequence[str], dropped: Collection[str] = ()) -> list[Meaning]:
        """Read phrases in the vocabulary's words, without those a person took back."""
        return [self._meanings.of(phrase, dropped) for phrase in phrases] if self._meanings else []

    def refused(self, phrases: Sequence[str]) -> list[Meaning]:
        """Read phrases to avoid in the vocabulary's words."""
        return [self._meanings.refused(phrase) for phrase in phrases] if self._meanings else []

    @cached_property
    def honesty(self) -> Honesty | None:
        """What tells whether such music is here at all; None where no words of tracks are known."""
        if self._terms is None or self._meanings is None:
            return None
        return Honesty(self._meanings.knowledge, self._terms, len(self.neighbours))

    @cached_property
    def told(self) -> Answers | None:
        """Which share of the words of each track is more than an echo of the ear."""
        return Answers(self._terms.ids, self._terms.told_share[np.newaxis]) if self._terms else None

    def named(self, names: Sequence[str]) -> Answers | None:
        """Ask which tracks hold these words of the vocabulary, as shares from 0 to 1."""
        if self._terms is None or not names:
            return None
        return Answers(self._terms.ids, self._terms.named(names)[np.newaxis])

    def holding(self, meanings: Sequence[Meaning]) -> list[Answers | None]:
        """Ask which tracks hold what each meaning says, or a kind of it: above 0 where one does."""
        narrower = self._meanings.knowledge.narrower if self._meanings else list
        return [self.named(narrower(each.said)) if each.said else None for each in meanings]

    @property
    def hears(self) -> bool:
        """Whether anything was heard."""
        return bool(self._ears)

    def listen(self, phrases: Sequence[str], meant: Sequence[Meaning] = ()) -> Listening | None:
        """Ask the ears about each phrase, and what it sounds like; None where nothing was heard."""
        if not self._ears:
            return None
        knowledge = self._meanings.knowledge if self._meanings else None
        answers = self._ears.asked(phrases, meant, knowledge)
        refined = partial(self._passages.refine, phrases, answers) if self._passages.any else None
        return Listening(answers, refined, by_words=bool(meant) and self._ears.know_words)

    def near(self, groups: Sequence[Sequence[TrackId]], mode: Mode = Mode.FUSION) -> Asked:
        """Ask captions and ears, if they count in this mode, which tracks are like each group of others."""
        vectors = np.stack([self._middle_caption(group) for group in groups])
        reading = Reading(self.neighbours, vectors, self._sample)
        listening = Listening(self._ears.like(groups)) if self._ears and mode.listens else None
        return Asked(reading, None, listening, mode)

    def portraits(self, ids: IdArray) -> FloatMatrix:
        """Return what tells tracks apart, shape (ids, dimensions): caption and sound, rows of length 1.

        A row's cosine with another tells how alike two tracks are. Zeros stand for what is not known.
        """
        captions = np.zeros((len(ids), self.neighbours.dimensions), dtype=np.float32)
        known, vectors = self.neighbours.some(ids)
        captions[known] = vectors
        blocks = [unit_rows(captions)]
        for heard, own in self._ears.served(ids):
            block = np.zeros((len(ids), heard.vectors.shape[1]), dtype=np.float32)
            block[own] = heard.sounds.directions(ids[own])
            blocks.append(block)
        return unit_rows(np.concatenate(blocks, axis=1))

    @cached_property
    def steering(self) -> Steering:
        """Where the tracks lie on the axes, found out at the first need."""
        worded = (self._terms.ids, self._terms.places()) if self._terms else None
        heard = self._ears.between(CONTRASTS) if self._ears else None
        return Steering.of(worded, (heard.ids, heard.scores) if heard else None)

    def _middle_caption(self, group: Sequence[TrackId]) -> FloatVector:
        _, vectors = self.neighbours.some(np.unique(np.array(group, dtype=np.int64)))
        return unit_mean(vectors)


@dataclass(frozen=True, slots=True)
class Sample:
    """Tracks that stand for the whole library: ids ascending and their caption vectors, rows of length 1."""

    ids: IdArray
    vectors: FloatMatrix

    @classmethod
    def of(cls, neighbours: VectorIndex) -> Sample:
        """Take them evenly from all."""
        count = len(neighbours.ids)
        ids = neighbours.ids[np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64)]
        known, vectors = neighbours.some(ids)
        return cls(ids[known], unit_rows(vectors))


class Reading:
    """What the captions say about some phrases."""

    def __init__(self, neighbours: VectorIndex, vectors: FloatMatrix, sample: Sample) -> None:
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
        found = self._neighbours.cosines(self.vectors, ids)
        return np.stack([level.standardise(row) for level, row in zip(self._levels, found, strict=True)])


@dataclass(frozen=True, slots=True)
class Listening:
    """What the ears say about some phrases; `refined` says more of a few tracks, from an ear that can."""

    answers: Answers
    refined: Callable[[IdArray], FloatMatrix] | None = None
    by_words: bool = False

    def about(self, ids: IdArray) -> FloatMatrix:
        """Return the scores of these tracks as exactly as can be had, shape (phrases, ids); NaN: unheard."""
        return self.refined(ids) if self.refined else self.answers.about(ids)


@dataclass(frozen=True, slots=True)
class Asked:
    """All senses asked about the same phrases; None for one that has nothing to say."""

    reading: Reading
    felt: Answers | None
    listening: Listening | None
    mode: Mode = Mode.FUSION
    told: Answers | None = None
    """which share of each caption is more than an echo of the ear"""

    def evidence(self, ids: IdArray) -> Evidence:
        """Return what the senses that count in this mode say of these tracks about every phrase."""
        caption = self.reading.about(ids)
        unknown = np.full_like(caption, np.nan)
        felt = self.felt.about(ids) if self.felt else unknown
        heard = self.listening.about(ids) if self.listening else unknown
        if not self.mode.captions_decide:
            caption = unknown
        by_words = bool(self.listening and self.listening.by_words)
        return Evidence(caption, felt, heard, self._agreement(), self._told_share(ids), by_words)

    def _told_share(self, ids: IdArray) -> FloatVector | None:
        if self.told is None or not self.mode.takes_words:
            return None
        share: FloatVector = np.nan_to_num(self.told.about(ids)[0], nan=1.0)
        return share

    def _agreement(self) -> FloatMatrix:
        """Return the correlations of caption, feelings and ear over the library for the first phrase."""
        sample = self.reading.sample.ids
        others = (self.felt, self.listening.answers if self.listening else None)
        rows = [self.reading.about_sample, *(sense.about(sample)[0] for sense in others if sense)]
        at = [0, *(place for place, sense in enumerate(others, 1) if sense)]
        agreement: FloatMatrix = np.eye(3, dtype=np.float32)
        for (one, here), (other, there) in combinations(zip(at, rows, strict=True), 2):
            agreement[one, other] = agreement[other, one] = correlation(here, there)
        return agreement
