"""The vocabulary's words in the captions of tracks, weighed one by one instead of melted into a sentence.

A sentence of many tags lies near no single one of them, and most tracks hold no word for a
feeling at all: what their genres and instruments suggest tells more (`scripts/eval_moods.py`
measures it).
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.index.workers import batched

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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

_PAGE = 4096


class Terms:
    """Which words of the vocabulary each described track holds, in memory: 20 bytes for each word."""

    def __init__(
        self, knowledge: Knowledge, rows: Iterable[tuple[TrackId, Sequence[str], Collection[str]]]
    ) -> None:
        """Take (track, words of its caption, names of what was heard) rows, ids ascending.

        A word that only the ear said is no second witness beside the ear, so it counts where a
        track is looked for by a word, and not where it is weighed how well it fits. Of a track
        that no ear judges now, nothing counts as heard. Words the vocabulary does not know are passed over.
        """
        self._knowledge = knowledge
        pages = [_holding(knowledge, page) for page in batched(rows, _PAGE)] or [_holding(knowledge, ())]
        ids, held, told = (np.concatenate(each) for each in zip(*pages, strict=True))
        first = np.diff(ids, prepend=-1) != 0
        self.ids: IdArray = ids[first]
        self._holders: NDArray[np.intp] = np.cumsum(first) - 1
        self._held: NDArray[np.intp] = held
        self._told: FloatVector = told.astype(np.float32)
        self._starts = np.flatnonzero(first)
        counts = np.bincount(self._holders, minlength=len(self.ids))
        told_counts = np.bincount(self._holders, weights=self._told, minlength=len(self.ids))
        self._silent = told_counts == 0
        self._many: FloatVector = (np.maximum(told_counts, 1) ** knowledge.weights.many).astype(np.float32)
        self.told_share: FloatVector = (told_counts / np.maximum(counts, 1)).astype(np.float32)
        """which share of each track's words are more than an echo of the ear, shape (tracks,)"""

    def fits(self, asked: FloatMatrix) -> FloatMatrix:
        """Return how well each track's words fit what is asked, shape (phrases, tracks); any scale.

        NaN for a track of which only the ear says anything. `asked` has shape (phrases, entries):
        how much each entry of the vocabulary is asked for.
        """
        return np.stack([self._fit(row) for row in asked])

    @cached_property
    def counts(self) -> FloatMatrix:
        """How many tracks hold each entry, and how many do beyond an echo of the ear, shape (2, entries)."""
        size = len(self._knowledge.entries)
        rows = [np.bincount(self._held, minlength=size), np.bincount(self._held, self._told, size)]
        return np.stack(rows).astype(np.float32)

    def telling(self, of: NDArray[np.bool_]) -> int:
        """Return how many tracks hold any of these entries, shape (entries,), beyond an echo of the ear."""
        return len(np.unique(self._holders[of[self._held] & (self._told > 0)]))

    def held_by(self, ids: IdArray) -> NDArray[np.bool_]:
        """Return which entries each of these tracks holds, shape (ids, entries)."""
        held = np.zeros((len(ids), len(self._knowledge.entries)), dtype=np.bool_)
        for row, track_id in enumerate(ids):
            at = int(np.searchsorted(self.ids, track_id))
            if at < len(self.ids) and self.ids[at] == track_id:
                first, last = np.searchsorted(self._holders, (at, at + 1))
                held[row, self._held[first:last]] = True
        return held

    def named(self, names: Sequence[str]) -> FloatVector:
        """Return which share of these words each track holds, shape (tracks,)."""
        known = [
            self._knowledge.number[name] for name in dict.fromkeys(names) if name in self._knowledge.number
        ]
        shares: FloatVector = np.zeros(len(self.ids), dtype=np.float32)
        for number in known:
            shares[self._holders_of(number)] += 1.0 / len(known)
        return shares

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
        worth = self._knowledge.worth(asked)
        placed = np.where(self._knowledge.placed, asked, 0.0)
        fit = self._sum(worth, self._told) / self._many
        if placed.sum() > 0:
            wanted = placed @ self._knowledge.axes / placed.sum()
            middles, squares = self._middles
            distance = squares - 2 * (middles @ (_NEAR * wanted)) + float(_NEAR @ wanted**2)
            fit -= self._knowledge.weights.apart * float(worth.max()) * distance
        fit[self._silent] = np.nan
        return fit

    @cached_property
    def _middles(self) -> tuple[FloatMatrix, FloatVector]:
        """The middle of each track's words on the axes, shape (tracks, 4), a little nearer to 0.

        Beside it its square, as axes count, so that a distance is one product.
        """
        placed = self._knowledge.placed
        sums = [self._sum(np.where(placed, axis, 0.0), self._told) for axis in self._knowledge.axes.T]
        count = self._sum(placed.astype(np.float32), self._told)
        middles: FloatMatrix = (np.stack(sums, axis=1) / (1.0 + count)[:, np.newaxis]).astype(np.float32)
        return middles, np.square(middles) @ _NEAR

    def _holders_of(self, number: int) -> NDArray[np.intp]:
        """Return the rows of the tracks that hold an entry."""
        holders, starts = self._by_entry
        return holders[starts[number] : starts[number + 1]]

    @cached_property
    def _by_entry(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The holders of each entry, one entry after the other, and where each begins."""
        order = np.argsort(self._held, kind="stable")
        entries = np.arange(len(self._knowledge.entries) + 1)
        return self._holders[order], np.searchsorted(self._held[order], entries)

    def _sum(self, worth: NDArray[np.floating], share: FloatVector | None = None) -> FloatVector:
        """Return what the words of each track are worth together, shape (tracks,), each to its `share`."""
        each = worth.astype(np.float32)[self._held]
        if share is not None:
            each *= share
        # The words of a track lie together, and every track has some.
        sums: FloatVector = np.add.reduceat(each, self._starts) if len(each) else each
        return sums


def _holding(
    knowledge: Knowledge, rows: Sequence[tuple[TrackId, Sequence[str], Collection[str]]]
) -> tuple[IdArray, NDArray[np.intp], NDArray[np.bool_]]:
    """Return (track, entry, whether more than an echo of the ear) of each known word in rows, all flat."""
    ids = np.array([track_id for track_id, _, _ in rows], dtype=np.int64)
    words, names = [row[1] for row in rows], [row[2] for row in rows]
    at, held = _flat(words, map(knowledge.number.get, chain.from_iterable(words), repeat(-1)))
    near, heard = _flat(names, map(knowledge.heard_as, chain.from_iterable(names)))
    size = len(knowledge.entries)
    return ids[at], held, ~np.isin(at * size + held, near * size + heard)


def _flat(
    lists: Sequence[Collection[str]], numbers: Iterable[int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return in which list each of these numbers stands, and the number; -1, which is none, is left out."""
    at = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    flat = np.fromiter(numbers, dtype=np.intp, count=len(at))
    known = flat >= 0
    return at[known], flat[known]
