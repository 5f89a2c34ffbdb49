"""What a sense says of the tracks it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.library.numbers import among

if TYPE_CHECKING:
    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray


@dataclass(frozen=True, slots=True)
class Answers:
    """What a sense says about some phrases: the tracks it knows, ids ascending, and their scores.

    Scores have shape (phrases, n) and are NaN where it cannot tell. The ear's are in
    spreads above the library's middle, those of words from 0 upwards.
    """

    ids: IdArray
    scores: FloatMatrix

    def about(self, ids: IdArray) -> FloatMatrix:
        """Return the scores of these tracks, shape (phrases, ids); NaN where the sense does not know one."""
        picked = np.full((len(self.scores), len(ids)), np.nan, dtype=np.float32)
        if len(self.ids):
            at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            known = self.ids[at] == ids
            picked[:, known] = self.scores[:, at[known]]
        return picked

    def among(self, allowed: IdArray | None) -> tuple[IdArray, FloatVector]:
        """Return the known tracks of `allowed` (None: all) and their scores for the first phrase."""
        ids, scores = self.ids, self.scores[0]
        told = np.isfinite(scores)
        if not told.all():
            ids, scores = ids[told], scores[told]
        if allowed is None:
            return ids, scores
        kept = among(ids, allowed)
        return ids[kept], scores[kept]
