"""What single passages say: a chorus can fit although the whole track on average does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.rerank import Level, blend, correlation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, IdArray
    from vibe_desktop.moods.answers import Answers
    from vibe_desktop.moods.ears_together import EarsTogether, Heard, Windows

_SAMPLE = 400
"""Tracks that tell where the passages of a library usually lie; read once."""


class Passages:
    """Refines what ears say of some tracks by the windows they keep."""

    def __init__(self, ears: EarsTogether) -> None:
        self._ears = ears
        self._samples: dict[int, tuple[IdArray, Sequence[NDArray[np.floating]]]] = {}

    @property
    def any(self) -> bool:
        """Whether there is an ear that keeps windows."""
        return any(heard.windows for heard in self._ears.heard)

    def refine(self, phrases: Sequence[str], whole: Answers, ids: IdArray) -> FloatMatrix:
        """Return the scores of these tracks, shape (phrases, ids), half by the whole track, half by passages.

        `whole` is what was said of the whole tracks; where no windows are kept, it stays.
        """
        scores = whole.about(ids)
        for heard, own in self._ears.served(ids):
            if heard.windows and own.any():
                scores[:, own] = self._refined(phrases, whole, heard, heard.windows, ids[own])
        return scores

    def _refined(
        self, phrases: Sequence[str], whole: Answers, heard: Heard, windows: Windows, ids: IdArray
    ) -> FloatMatrix:
        usual, sample = self._sample(heard, windows)
        found = windows(ids.tolist())
        told = np.array([len(each) > 0 for each in found])
        passages = heard.ear.score_passages(phrases, [*sample, *found]) if len(usual) else None
        scores = whole.about(ids)
        if passages is None:
            return scores
        means = whole.about(usual)
        for at, row in enumerate(passages):
            level = Level.of(row[: len(usual)])
            standard = np.where(told, level.standardise(row[len(usual) :]), np.nan)[np.newaxis]
            agreement = correlation(means[at], level.standardise(row[: len(usual)]))
            scores[at] = np.where(
                np.isnan(scores[at]), np.nan, blend(scores[at : at + 1], standard, agreement, (1.0, 1.0))[0]
            )
        return scores

    def _sample(self, heard: Heard, windows: Windows) -> tuple[IdArray, Sequence[NDArray[np.floating]]]:
        """Return tracks evenly from all that was heard, those without windows left out, and their windows."""
        key = id(heard)
        if key not in self._samples:
            at = np.linspace(0, len(heard.ids) - 1, min(len(heard.ids), _SAMPLE)).astype(np.int64)
            ids = heard.ids[at]
            found = windows(ids.tolist())
            kept = [place for place, each in enumerate(found) if len(each)]
            self._samples[key] = ids[kept], [found[place].astype(np.float32) for place in kept]
        return self._samples[key]
