"""Leaning a queue along an axis, such as calm to energetic, without other words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.domain import STEER_AXES
from vibe_desktop.moods.rerank import Level, blend, correlation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray

CONTRASTS = (
    ("fast, loud, energetic music, drums, beat", "slow, quiet, soft, calm, mellow music"),
    ("happy, cheerful, bright, sunny music", "sad, dark, gloomy, eerie music"),
    ("electronic music, synthesizer, techno", "acoustic music, guitar, piano, strings"),
    ("singing, vocals, female voice, male voice", "instrumental music without vocals"),
)
"""For each axis, what an ear is asked to tell from what."""
_RIDGE = 0.25
"""Keeps axes that a library cannot tell apart from being played off against each other."""


@dataclass(frozen=True, slots=True)
class Lean:
    """How far tracks lie along the way asked for: ids ascending, scores in spreads, and how much is asked.

    `strength` is 1 for one axis to its end.
    """

    ids: IdArray
    scores: FloatVector
    strength: float

    def about(self, ids: IdArray) -> FloatVector:
        """Return the scores of these tracks, shape (ids,); 0 (the middle) where nothing is known."""
        return _look_up(ids, self.ids, self.scores)


class Steering:
    """Where the tracks of a library lie on `STEER_AXES`."""

    def __init__(self, ids: IdArray, places: FloatMatrix) -> None:
        """Take ids ascending and places, shape (axes, n), in spreads above the library's middle."""
        self.ids = ids
        self.places = places
        count = max(1, len(ids))
        self._alike = places.astype(np.float64) @ places.T / count if len(ids) else np.eye(len(STEER_AXES))

    @classmethod
    def of(
        cls, worded: tuple[IdArray, FloatMatrix] | None, heard: tuple[IdArray, FloatMatrix] | None
    ) -> Steering:
        """Put together places by words and by ear, each ids ascending and shape (axes, n)."""
        known = [each for each in (worded, heard) if each is not None]
        ids = np.unique(np.concatenate([np.empty(0, np.int64), *(each[0] for each in known)]))
        places = np.full((len(STEER_AXES), len(ids)), np.nan, dtype=np.float32)
        for each in known:
            for axis, row in enumerate(each[1]):
                here = _look_up(ids, each[0], Level.of(row).standardise(row), missing=np.nan)
                both = correlation(places[axis], here)
                places[axis] = blend(places[axis], here, both, (1.0, 1.0))
        return cls(ids, np.nan_to_num(places))

    def about(self, ids: IdArray) -> FloatMatrix:
        """Return where these tracks lie on the axes, shape (axes, ids), in spreads; NaN where unknown."""
        if not len(self.ids):
            return np.full((len(STEER_AXES), len(ids)), np.nan, dtype=np.float32)
        return np.stack([_look_up(ids, self.ids, row, missing=np.nan) for row in self.places])

    def lean(self, steer: Iterable[tuple[str, float]]) -> Lean | None:
        """Return how far each track lies along the way asked for; None where that is nowhere.

        Axes go together in most music (loud is rarely acoustic). The way taken
        is the one that moves a choice along what was asked for and holds what was not.
        """
        asked = np.zeros(len(STEER_AXES))
        for axis, way in steer:
            asked[STEER_AXES.index(axis)] = np.clip(way, -1.0, 1.0)
        if not asked.any() or not len(self.ids):
            return None
        direction = np.linalg.solve(self._alike + _RIDGE * np.eye(len(asked)), asked)
        scores = (direction @ self.places).astype(np.float32)
        return Lean(self.ids, Level.of(scores).standardise(scores), float(np.linalg.norm(asked)))


def _look_up(ids: IdArray, known: IdArray, scores: FloatVector, missing: float = 0.0) -> FloatVector:
    found = np.full(len(ids), missing, dtype=np.float32)
    if len(known):
        at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        there = known[at] == ids
        found[there] = scores[at[there]]
    return found
