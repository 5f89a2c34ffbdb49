"""Which candidates fit best: words, ear and caption together; avoided things count against a track.

Every score is calibrated within one request: the level of a cosine moves with
the phrase, so it is never compared with a fixed number nor between requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.knee import knee

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector
    from vibe_desktop.moods.weights import Weights


_ALL_ALIKE = 1e-4
"""Spreads; where the best do not even reach this, the library does not differ and rounding would decide."""


@dataclass(frozen=True, slots=True)
class Level:
    """Where a score usually lies for this request: its middle and spread over the library."""

    middle: float
    spread: float

    @classmethod
    def of(cls, scores: FloatVector) -> Level:
        """Take it from scores of a sample of the library, NaN where there is none."""
        known = scores[np.isfinite(scores)]
        if not len(known):
            return cls(0.0, 1.0)
        spread = float(known.std())
        # A library that does not differ at all has no spread; then nobody stands out.
        return cls(float(known.mean()), spread if spread > 1e-6 else 1.0)  # noqa: PLR2004

    def standardise(self, scores: FloatVector) -> FloatVector:
        """Return how many spreads each score lies above the middle."""
        standard: FloatVector = ((scores - self.middle) / self.spread).astype(np.float32)
        return standard


_INDEPENDENT: FloatMatrix = np.eye(3, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each sense says of n candidates about each phrase, shape (phrases, n).

    All in spreads above the library's middle, NaN where they know nothing. `feelings` is
    what the words held say together. `agreement` has shape (3, 3): the correlations of
    caption, feelings and ear over the library. `told_share` has shape (n,): which share of a
    caption is more than an echo of what the ear said; None where that is all of it.
    `by_words` tells whether the ear was asked for words it knows, or for whole phrases.
    """

    caption: FloatMatrix
    feelings: FloatMatrix
    ear: FloatMatrix
    agreement: FloatMatrix = field(default_factory=_INDEPENDENT.copy)
    told_share: FloatVector | None = None
    by_words: bool = False


def fit(evidence: Evidence, weights: Weights) -> FloatMatrix:
    """Return how well each candidate fits each phrase, shape (phrases, n), in spreads; 0 where unknown.

    The sum of what the senses that know a track say is divided by its own spread over the
    library, so that being known to one more makes a score surer and never larger: a track
    that was not heard yet stands as often above any line as one that was.
    """
    senses = np.stack([evidence.caption, evidence.feelings, evidence.ear])
    ear = weights.ear_by_words if evidence.by_words else weights.ear
    worth = np.array([weights.caption, weights.feelings, ear], dtype=np.float32)
    counted = np.where(np.isfinite(senses), worth[:, np.newaxis, np.newaxis], 0.0)
    if evidence.told_share is not None:
        counted[0] *= np.where(np.isfinite(evidence.ear), evidence.told_share, 1.0)
    total = (counted * np.nan_to_num(senses, nan=0.0)).sum(axis=0)
    variance = np.einsum("ipn,jpn,ij->pn", counted, counted, evidence.agreement)
    scores: FloatMatrix = (total / np.sqrt(np.maximum(variance, 1e-12))).astype(np.float32)
    return scores


def fuse(
    wanted: FloatVector, unwanted: Sequence[FloatVector], words: FloatVector, weights: Weights
) -> FloatVector:
    """Return one score per candidate, shape (n,), in spreads; higher fits better.

    `unwanted` has one row per phrase to avoid, each already worth what it counts; `words` is
    the strength of literal hits from 0 (none) to 1 (the best of this request).
    """
    fused: FloatVector = wanted + weights.words * words
    if len(unwanted):
        # Being far from what is avoided is no merit: only nearness counts, and the nearest of them most.
        fused = fused - np.maximum(np.stack(unwanted), 0.0).max(axis=0)
    return fused


def join(parts: Sequence[tuple[FloatVector, float]]) -> FloatVector:
    """Return several fits in one, each with its weight, in spreads again; a single one stays as it is."""
    total = sum(fit * weight for fit, weight in parts)
    joined: FloatVector = total / np.sqrt(sum(weight**2 for _, weight in parts))
    return parts[0][0] if len(parts) == 1 else joined.astype(np.float32)


def blend(
    one: FloatMatrix, other: FloatMatrix, agreement: float, weights: tuple[float, float]
) -> FloatMatrix:
    """Mix two scores where both are known and take the one that is where not; NaN where neither.

    Each mix is divided by its own spread over the library, as in `fit`.
    """
    first, second = weights
    spread = np.sqrt(first**2 + second**2 + 2 * agreement * first * second)
    mixed = (first * one + second * other) / max(float(spread), 1e-6)
    known: FloatMatrix = np.where(np.isnan(other), one, np.where(np.isnan(one), other, mixed))
    return known.astype(np.float32)


def correlation(one: FloatVector, other: FloatVector) -> float:
    """Return the correlation of two scores, in spreads, over a sample of the library.

    0 where too few tracks have both, or one score is level.
    """
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 8:  # noqa: PLR2004
        return 0.0
    pair = np.stack([one[both], other[both]]).astype(np.float64)
    # Tracks that one score does not tell apart have no correlation; rounding may still leave a spread.
    return float(np.corrcoef(pair[0], pair[1])[0, 1]) if pair.std(axis=1).min() > _ALL_ALIKE else 0.0


def fitting(scores: FloatVector, holding: NDArray[np.bool_], weights: Weights) -> int:
    """Return how many of `scores` (in spreads, any order) fit the request rather than fill it.

    Where relevance falls steeply, the queue ends there; else at a line relative to the best few
    of this request and the library's middle (0), because no score has a meaning of its own.
    Whatever is `holding` a word that was said, and is not far below that line, is no filler.
    """
    if not len(scores):
        return 0
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    top = float(ranked[: max(1, min(5, len(scores) // 10))].mean())
    if top <= _ALL_ALIKE:
        return len(scores)
    line = min(weights.fit * top, weights.fit_at_most)
    fit = min(int((ranked >= line).sum()), knee(ranked))
    held = np.flatnonzero(holding[order] & (ranked >= weights.fit_held * line))
    return max(fit, int(held[-1]) + 1 if len(held) else 0)
