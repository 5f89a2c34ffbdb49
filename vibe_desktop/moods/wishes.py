"""What a request asks for, put to the senses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods import rerank
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.senses import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, MoodRequest
    from vibe_desktop.moods.answers import Answers
    from vibe_desktop.moods.meaning import Meaning
    from vibe_desktop.moods.senses import Senses
    from vibe_desktop.moods.steering import Lean
    from vibe_desktop.moods.weights import Weights

_HELD = 1.0
"""Spreads a track comes near to a refused word at least that it holds."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Phrases a person does not want, put to the senses; `held` tells which tracks hold what each says."""

    asked: Asked
    held: Sequence[Answers | None]

    def nearness(self, ids: IdArray, weights: Weights) -> FloatMatrix:
        """Return how near these tracks come to each phrase, shape (phrases, ids).

        Whatever holds a refused word comes at least as near as anything that only resembles it:
        a refusal never lifts what has it.
        """
        rows = rerank.fit(self.asked.evidence(ids), weights)
        for row, held in zip(rows, self.held, strict=True):
            if held:
                has = np.nan_to_num(held.about(ids)[0]) > 0
                row[has] = max(float(row.max(initial=0.0)), _HELD)
        return rows


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request asks for, each put to the senses; None for what it does not ask."""

    mood: Asked | None
    avoid: Unwanted | None
    less: Unwanted | None
    like: Asked | None
    unlike: Asked | None
    lean: Lean | None
    said: Answers | None
    """which tracks hold what the mood says in so many words"""
    meaning: Meaning | None
    mode: Mode

    def holds(self, ids: IdArray) -> NDArray[np.bool_]:
        """Tell which of these tracks hold something that the mood says."""
        if self.said is None:
            return np.zeros(len(ids), dtype=np.bool_)
        held: NDArray[np.bool_] = np.nan_to_num(self.said.about(ids)[0]) > 0
        return held

    def unwanted(self, ids: IdArray, weights: Weights) -> list[FloatVector]:
        """Return what each unwanted thing counts against these tracks."""
        asked = ((self.avoid, weights.avoid), (self.less, weights.less))
        rows = [weight * row for each, weight in asked if each for row in each.nearness(ids, weights)]
        if self.unlike:
            rows.extend(weights.avoid * rerank.fit(self.unlike.evidence(ids), weights))
        return rows


class Questions:
    """Puts requests to the senses; `timed` takes how long each stage took."""

    def __init__(self, senses: Senses, timed: Callable[[str], AbstractContextManager[None]]) -> None:
        self._senses = senses
        self._timed = timed

    def put(self, request: MoodRequest, mode: Mode) -> Wishes:
        """Put every part of a request to the senses that count in this mode."""
        with self._timed("mean"):
            moods = [request.mood] if request.mood else []
            meant = self._senses.mean(moods, request.dropped) if mode.takes_words else []
        mood = self._ask(moods, meant, mode) if moods else None
        avoid, less = self._refuse(request.avoid, mode), self._refuse(request.less, mode)
        with self._timed("near"):
            like = self._senses.near([request.like], mode) if request.like else None
            unlike = self._senses.near([[each] for each in request.unlike], mode) if request.unlike else None
        with self._timed("steer"):
            lean = self._senses.steering.lean(request.steer) if request.leans else None
        [said] = self._senses.holding(meant) or [None]
        return Wishes(mood, avoid, less, like, unlike, lean, said, meant[0] if meant else None, mode)

    def _ask(self, phrases: Sequence[str], meant: Sequence[Meaning], mode: Mode) -> Asked:
        with self._timed("read"):
            reading = self._senses.read(phrases)
        with self._timed("feel"):
            felt = self._senses.feel(meant)
        with self._timed("listen"):
            listening = self._senses.listen(phrases, meant) if mode.listens else None
        return Asked(reading, felt, listening, mode, self._senses.told)

    def _refuse(self, phrases: Sequence[str], mode: Mode) -> Unwanted | None:
        if not phrases:
            return None
        with self._timed("mean"):
            meant = self._senses.refused(phrases) if mode.takes_words else []
        held = self._senses.holding(meant) or [None] * len(phrases)
        return Unwanted(self._ask(phrases, meant, mode), held)
