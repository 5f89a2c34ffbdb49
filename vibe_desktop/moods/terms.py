"""The vocabulary's words in the captions of tracks, weighed one by one instead of melted into a sentence.

A sentence of many tags lies near no single one of them, and most tracks hold no word for a
feeling at all: what their genres and instruments suggest tells more (`scripts/eval_moods.py`
measures it).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, TrackId
    from vibe_desktop.moods.knowledge import Knowledge

NAMES = (Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE, Kind.ERA)
_TELLS: dict[Kind, tuple[float, float, float, float]] = {
    Kind.MOOD: (1.0, 1.0, 0.25, 0.1),
    Kind.THEME: (1.0, 1.0, 0.25, 0.1),
    Kind.TEMPO: (2.0, 0.25, 0.0, 0.0),
    Kind.GENRE: (0.5, 0.25, 1.0, 0.25),
    Kind.INSTRUMENT: (0.25, 0.25, 1.0, 0.1),
    Kind.VOICE: (0.1, 0.1, 0.1, 2.0),
}
"""How much a kind of word tells of energy, brightness, electronic and voice where a queue leans."""
_NEAR = np.array([1.0, 1.0, 0.3, 0.0], dtype=np.float32)
"""How much each axis counts for a mood: electronic or not says little of it, sung or not nothing."""


class Terms:
    """Which words of the vocabulary each described track holds, in memory: 16 bytes for each."""

    def __init__(self, knowledge: Knowledge, rows: Iterable[tuple[TrackId, Sequence[str]]]) -> None:
        """Take (track, words of its caption) rows, ids ascending; unknown words are passed over."""
        self._knowledge = knowledge
        ids: list[TrackId] = []
        pairs: list[tuple[int, int]] = []
        for track_id, words in rows:
            held = [knowledge.number[word] for word in words if word in knowledge.number]
            if held:
                pairs.extend((len(ids), number) for number in held)
                ids.append(track_id)
        self.ids: IdArray = np.array(ids, dtype=np.int64)
        self._holders, self._held = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        counts = np.bincount(self._holders, minlength=len(ids))
        self._many: FloatVector = (np.maximum(counts, 1) ** knowledge.weights.many).astype(np.float32)

    def fits(self, asked: FloatMatrix) -> FloatMatrix:
        """Return how well each track's words fit what is asked, shape (phrases, tracks); any scale.

        `asked` has shape (phrases, entries): how much each entry of the vocabulary is asked for.
        """
        return np.stack([self._fit(row) for row in asked])

    def named(self, names: Sequence[str]) -> FloatVector:
        """Return which share of these words each track holds, shape (tracks,)."""
        known = [name for name in dict.fromkeys(names) if name in self._knowledge.number]
        return self._sum(self._knowledge.row(known) / max(1, len(known)))

    def places(self) -> FloatMatrix:
        """Return where the words of each track put it on the vocabulary's axes, shape (4, tracks), -1 to 1.

        0 is the middle, and where nothing is known.
        """
        entries = self._knowledge.entries
        tells = np.array([_TELLS.get(e.kind, (0.0,) * 4) if e.axes else (0.0,) * 4 for e in entries])
        # A single word is believed only in part.
        return np.stack(
            [
                self._sum(tell * axis) / (1.0 + self._sum(tell))
                for tell, axis in zip(tells.T, self._knowledge.axes.T, strict=True)
            ]
        ).astype(np.float32)

    def _fit(self, asked: FloatVector) -> FloatVector:
        told = np.where(self._knowledge.feelings, self._knowledge.weights.told, 1.0)
        worth = told * asked + self._knowledge.suggests @ asked
        placed = np.where(self._knowledge.placed, asked, 0.0)
        fit = self._sum(worth) / self._many
        if placed.sum() > 0:
            wanted = placed @ self._knowledge.axes / placed.sum()
            distance = np.square(self._middles - wanted) @ _NEAR
            fit -= self._knowledge.weights.apart * float(worth.max()) * distance
        return fit

    @cached_property
    def _middles(self) -> FloatMatrix:
        """The middle of each track's words on the axes, shape (tracks, 4), a little nearer to 0."""
        placed = self._knowledge.placed
        sums = [self._sum(np.where(placed, axis, 0.0)) for axis in self._knowledge.axes.T]
        return (np.stack(sums, axis=1) / (1.0 + self._sum(placed.astype(np.float32)))[:, None]).astype(
            np.float32
        )

    def _sum(self, worth: NDArray[np.floating]) -> FloatVector:
        """Return what the words of each track are worth together, shape (tracks,)."""
        sums: FloatVector = np.bincount(
            self._holders, weights=worth[self._held], minlength=len(self.ids)
        ).astype(np.float32)
        return sums
