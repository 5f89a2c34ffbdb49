"""Several ears as one sense: while a better one is still listening, each track's best ear judges it.

Two ears' scores have different scales and, with different skew, different tails.
So within all that an ear has heard its scores become normal scores by rank (Blom
1958), and only then do tracks of several ears stand side by side: none wins
merely for having been heard by the newer ear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.library.numbers import contains
from vibe_desktop.moods.answers import Answers
from vibe_desktop.moods.coverage import FEW
from vibe_desktop.moods.likeness import Sounds
from vibe_desktop.moods.rerank import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import Ear, FloatMatrix, FloatVector, IdArray, TrackId
    from vibe_desktop.moods.knowledge import Knowledge
    from vibe_desktop.moods.meaning import Meaning

    Windows = Callable[[Sequence[TrackId]], Sequence[NDArray[np.floating]]]


@dataclass(frozen=True)
class Heard:
    """What an ear heard of the library: ids ascending and their vectors, shape (n, dimensions).

    `windows` fetches the windows of some tracks, from an ear that keeps them.
    """

    ear: Ear
    ids: IdArray
    vectors: NDArray[np.floating]
    windows: Windows | None = None

    @cached_property
    def sounds(self) -> Sounds:
        """The same, ready to be compared track with track."""
        return Sounds(self.ids, self.vectors)


class EarsTogether:
    """What one ear or several, the best first, heard of a library."""

    def __init__(self, heard: Sequence[Heard]) -> None:
        """Leave out ears that heard nothing. Vectors become float32, in place of what they were."""
        # An ear remembers what is usual over the array it is given, so it is always given the same one.
        known = [
            replace(each, vectors=each.vectors.astype(np.float32, copy=False))
            for each in heard
            if len(each.ids)
        ]
        most = max((len(each.ids) for each in known), default=0)
        # Too few tracks tell nothing of what is usual, so an ear that heard more goes first.
        self.heard = sorted(known, key=lambda each: len(each.ids) < min(FEW, most))
        """in the order in which they are listened to"""

    def __bool__(self) -> bool:
        return bool(self.heard)

    @property
    def know_words(self) -> bool:
        """Whether every ear knows words of its own."""
        return all(heard.ear.words for heard in self.heard)

    def asked(
        self, phrases: Sequence[str], meant: Sequence[Meaning] = (), knowledge: Knowledge | None = None
    ) -> Answers:
        """Return how much every heard track sounds like each phrase, in spreads.

        With `meant`, what the phrases mean, an ear that knows words of its own is asked for those
        that suit; one that takes any phrase also for what such music sounds like.
        """
        if knowledge is None or not meant:
            return self._together(lambda heard: heard.ear.score(phrases, heard.vectors))
        worth = np.stack([knowledge.worth(each.asked) for each in meant])
        sketches = [each.sketch or phrase for each, phrase in zip(meant, phrases, strict=True)]

        def score(heard: Heard) -> FloatMatrix:
            if heard.ear.words:
                of_words = _of_words(worth, knowledge.heard(heard.ear.words))
                scores = heard.ear.score_words(of_words, heard.vectors)
                # An ear without a word for it has nothing to say, which is not to call it middling.
                told: FloatMatrix = np.where(of_words.any(axis=1, keepdims=True), scores, np.nan)
                return told.astype(np.float32)
            plain, sketched = np.split(heard.ear.score([*phrases, *sketches], heard.vectors), 2)
            return plain + sketched

        return self._together(score)

    def like(self, groups: Sequence[Sequence[TrackId]]) -> Answers:
        """Return how much every heard track sounds like each group of others, in spreads."""
        return self._together(lambda heard: heard.sounds.like(groups))

    def between(self, pairs: Sequence[tuple[str, str]]) -> Answers:
        """Return how much more every heard track sounds like the first of each pair than like the second."""

        def score(heard: Heard) -> FloatMatrix:
            scores = heard.ear.score([phrase for pair in pairs for phrase in pair], heard.vectors)
            return scores[0::2] - scores[1::2]

        return self._together(score)

    def served(self, ids: IdArray) -> list[tuple[Heard, NDArray[np.bool_]]]:
        """Return each ear and which of `ids` it is the one to judge."""
        left = np.ones(len(ids), dtype=np.bool_)
        shares = []
        for heard in self.heard:
            own = left & contains(heard.ids, ids)
            shares.append((heard, own))
            left &= ~own
        return shares

    def _together(self, score: Callable[[Heard], FloatMatrix]) -> Answers:
        if len(self.heard) == 1:
            [heard] = self.heard
            return Answers(heard.ids, np.stack([Level.of(row).standardise(row) for row in score(heard)]))
        ids = np.unique(np.concatenate([heard.ids for heard in self.heard]))
        best: FloatMatrix | None = None
        for heard in self.heard:
            rows = np.stack([normal_scores(row) for row in score(heard)])
            here = Answers(heard.ids, rows).about(ids)
            best = here if best is None else np.where(np.isnan(best), here, best)
        assert best is not None  # noqa: S101 - there are several
        return Answers(ids, best)


def _of_words(worth: FloatMatrix, numbers: NDArray[np.intp]) -> FloatMatrix:
    """Return what an ear's words are worth, around 0, so that a track in which much is heard has no start."""
    known = numbers >= 0
    rows: FloatMatrix = np.zeros((len(worth), len(numbers)), dtype=np.float32)
    rows[:, known] = worth[:, numbers[known]]
    around: FloatMatrix = rows - rows.mean(axis=1, keepdims=True)
    return around


def normal_scores(scores: FloatVector) -> FloatVector:
    """Return for each score what would stand at its rank among as many normal ones; equals share the middle.

    NaN, where nothing is known, stays NaN and has no rank.
    """
    normal = np.full(len(scores), np.nan, dtype=np.float32)
    known = np.flatnonzero(np.isfinite(scores))
    if not len(known):
        return normal
    order = known[np.argsort(scores[known], kind="stable")]
    ordered = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.append(starts, len(order)))
    sums = np.add.reduceat(_blom(len(order)), starts)
    normal[order] = np.repeat(sums / counts, counts)
    return normal


@lru_cache(maxsize=4)
def _blom(count: int) -> NDArray[np.float64]:
    """Return about what `count` values of a normal distribution are, ascending: mean 0, deviation near 1."""
    quantile = NormalDist().inv_cdf
    upper = [quantile((rank - 0.375) / (count + 0.25)) for rank in range(count // 2 + 1, count + 1)]
    lower = [-each for each in reversed(upper[count % 2 :])]
    return np.array(lower + upper)
