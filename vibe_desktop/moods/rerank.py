"""Which candidates fit best: the ear decides, the caption helps, avoided things count against a track.

Every score is calibrated within one request: the level of a cosine moves with
the phrase, so it is never compared with a fixed number nor between requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vibe_desktop.domain import FloatMatrix, FloatVector


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the evidence counts, in spreads (standard deviations) of the library."""

    caption: float = 1.0
    ear: float = 1.0
    words: float = 0.5
    avoid: float = 1.0
    fit: float = 0.4


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
    """What is known of n candidates, in spreads above the library's middle; shape (n,), NaN where unknown.

    `words` is the strength of literal hits from 0 (none) to 1 (the best of this
    request). `avoid_caption` and `avoid_ear` have shape (phrases to avoid, n).
    `agreement` is the correlation of caption and ear over the library.
    """

    caption: FloatVector
    ear: FloatVector
    words: FloatVector
    avoid_caption: FloatMatrix
    avoid_ear: FloatMatrix
    agreement: float = 0.0


def fuse(evidence: Evidence, weights: Weights) -> FloatVector:
    """Return one score per candidate, shape (n,), in spreads; higher fits better."""
    wanted = (
        blend(evidence.caption, evidence.ear, evidence.agreement, weights) + weights.words * evidence.words
    )
    if not len(evidence.avoid_caption):
        return wanted
    unwanted = np.stack(
        [
            blend(caption, ear, evidence.agreement, weights)
            for caption, ear in zip(evidence.avoid_caption, evidence.avoid_ear, strict=True)
        ]
    )
    # Being far from what is avoided is no merit: only nearness counts, and the nearest of them most.
    penalty = weights.avoid * np.maximum(unwanted, 0.0).max(axis=0)
    fused: FloatVector = (wanted - penalty).astype(np.float32)
    return fused


def blend(caption: FloatVector, ear: FloatVector, agreement: float, weights: Weights) -> FloatVector:
    """Mix caption and ear where both are known and take the one that is where not.

    Each mix is divided by its own spread over the library, so that being heard
    (or not) makes a score surer and never larger: a track that was not heard
    yet stands as often above any line as one that was.
    """
    mixed = weights.caption * caption + weights.ear * ear
    spread = np.sqrt(weights.caption**2 + weights.ear**2 + 2 * agreement * weights.caption * weights.ear)
    score = mixed / max(float(spread), 1e-6)
    score = np.where(np.isnan(ear), caption, np.where(np.isnan(caption), ear, score))
    known: FloatVector = np.nan_to_num(score, nan=0.0).astype(np.float32)
    return known


def agreement(caption: FloatVector, ear: FloatVector) -> float:
    """Return the correlation of two scores over a sample of the library; 0 where too few tracks have both."""
    both = np.isfinite(caption) & np.isfinite(ear)
    if both.sum() < 8 or not caption[both].std() or not ear[both].std():  # noqa: PLR2004
        return 0.0
    return float(np.corrcoef(caption[both], ear[both])[0, 1])


def fitting(scores: FloatVector, weights: Weights) -> int:
    """Return how many of `scores` (in spreads, any order) fit the request rather than fill it.

    The line is drawn relative to the best few of this request: a track fits
    when it lies at least `weights.fit` of the way from the library's middle
    (0) to them. No score has a meaning of its own, so there is no fixed line.
    """
    if not len(scores):
        return 0
    few = max(1, min(5, len(scores) // 10))
    top = float(np.sort(scores)[-few:].mean())
    return int((scores >= weights.fit * top).sum()) if top > 0 else len(scores)
