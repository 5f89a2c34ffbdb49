"""Which candidates fit best: the ear decides, the caption helps, avoided things count against a track.

Every score is calibrated within one request: the level of a cosine moves with
the phrase, so it is never compared with a fixed number nor between requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import FloatMatrix, FloatVector


_ALL_ALIKE = 1e-4
"""Spreads; where the best do not even reach this, the library does not differ and rounding would decide."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the evidence counts, in spreads (standard deviations) of the library.

    Chosen by hand, by what `scripts/eval_moods.py` prints.
    """

    caption: float = 1.0
    ear: float = 2.0
    """the ear decides"""
    feelings: float = 3.0
    """for holding the feeling most asked for"""
    words: float = 0.25
    """for the best literal hit: only between neighbours"""
    avoid: float = 1.0
    """for each spread by which a track is nearer than usual to what is avoided"""
    like: float = 1.0
    """for being like what the person named, beside a mood of weight 1"""
    steer: float = 1.5
    """for leaning all the way along an axis, beside a mood of weight 1"""
    fit: float = 0.4
    """how far from the library's middle to the best few a track must lie to fit"""
    fit_at_most: float = 1.2
    """spreads from the middle at which a track fits whatever the best few do"""


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each sense says of n candidates about each phrase, shape (phrases, n).

    Caption and ear in spreads above the library's middle, NaN where they know
    nothing; feelings from 0 (none that is asked for) to 1 (the one most asked
    for) and more. `agreement` is the correlation of caption and ear over the library.
    """

    caption: FloatMatrix
    feelings: FloatMatrix
    ear: FloatMatrix
    agreement: float = 0.0


def fit(evidence: Evidence, weights: Weights) -> FloatMatrix:
    """Return how well each candidate fits each phrase, shape (phrases, n), in spreads; 0 where unknown."""
    both = blend(evidence.caption, evidence.ear, evidence.agreement, (weights.caption, weights.ear))
    known: FloatMatrix = np.nan_to_num(both, nan=0.0) + weights.feelings * evidence.feelings
    return known


def fuse(
    wanted: FloatVector, unwanted: Sequence[FloatVector], words: FloatVector, weights: Weights
) -> FloatVector:
    """Return one score per candidate, shape (n,), in spreads; higher fits better.

    `unwanted` has one row per phrase to avoid; `words` is the strength of
    literal hits from 0 (none) to 1 (the best of this request).
    """
    fused: FloatVector = wanted + weights.words * words
    if len(unwanted):
        # Being far from what is avoided is no merit: only nearness counts, and the nearest of them most.
        fused = fused - weights.avoid * np.maximum(np.stack(unwanted), 0.0).max(axis=0)
    return fused


def join(parts: Sequence[tuple[FloatVector, float]]) -> FloatVector:
    """Return several fits in one, each with its weight, in spreads again; a single one stays as it is."""
    total = sum(fit * weight for fit, weight in parts)
    joined: FloatVector = total / np.sqrt(sum(weight**2 for _, weight in parts))
    return parts[0][0] if len(parts) == 1 else joined.astype(np.float32)


def blend(
    one: FloatMatrix, other: FloatMatrix, agreement: float, weights: tuple[float, float]
) -> FloatMatrix:
    """Mix two senses where both are known and take the one that is where not; NaN where neither.

    Each mix is divided by its own spread over the library, so that being heard
    (or not) makes a score surer and never larger: a track that was not heard
    yet stands as often above any line as one that was.
    """
    first, second = weights
    spread = np.sqrt(first**2 + second**2 + 2 * agreement * first * second)
    mixed = (first * one + second * other) / max(float(spread), 1e-6)
    known: FloatMatrix = np.where(np.isnan(other), one, np.where(np.isnan(one), other, mixed))
    return known.astype(np.float32)


def correlation(one: FloatVector, other: FloatVector) -> float:
    """Return the correlation of two scores over a sample of the library; 0 where too few tracks have both."""
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 8 or not one[both].std() or not other[both].std():  # noqa: PLR2004
        return 0.0
    return float(np.corrcoef(one[both], other[both])[0, 1])


def fitting(scores: FloatVector, weights: Weights) -> int:
    """Return how many of `scores` (in spreads, any order) fit the request rather than fill it.

    The line is drawn relative to the best few of this request and the library's
    middle (0), because no score has a meaning of its own.
    """
    if not len(scores):
        return 0
    few = max(1, min(5, len(scores) // 10))
    top = float(np.sort(scores)[-few:].mean())
    return (
        int((scores >= min(weights.fit * top, weights.fit_at_most)).sum())
        if top > _ALL_ALIKE
        else len(scores)
    )
