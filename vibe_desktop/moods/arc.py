"""A queue that goes from one feeling to another: what is asked at its two ends, and what lies between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from vibe_desktop.moods.choice import Way
from vibe_desktop.moods.ranking import Ranking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, MoodRequest, TrackId
    from vibe_desktop.moods.choice import Choice

Column = TypeVar("Column", "FloatVector", "IdArray")
_TELLS = 0.3
"""Length of the way on the vocabulary's axes below which its ends are the same place there."""
_RISES = 0.5
"""Spreads by which the last third of a queue lies further along than the first where it changes."""


def legs(request: MoodRequest) -> tuple[MoodRequest, MoodRequest]:
    """Return what is asked at the beginning and at the end of a request's arc."""
    assert request.arc is not None  # noqa: S101 - of nothing else
    first, last = (
        replace(request, mood=", ".join(part for part in (request.mood, words) if part), arc=None)
        for words in request.arc
    )
    return first, last


@dataclass(frozen=True)
class Arc:
    """The tracks that fit a request's beginning or its end, in one ranking, and where each belongs.

    `ends` has shape (2, n): how well each fits the beginning and the end, in
    spreads; `asked` which of the two legs says more of a track, 0 or 1.
    """

    ranking: Ranking
    ends: FloatMatrix
    asked: FloatVector

    @classmethod
    def of(cls, first: Ranking, last: Ranking) -> Arc:
        """Join the rankings of both legs: first what is foremost in either."""
        ids = np.union1d(first.ids, last.ids)
        rows = np.stack([_rows(ids, leg) for leg in (first, last)])
        ends = np.stack([_scores(leg, at) for leg, at in zip((first, last), rows, strict=True)])
        # A leg without words (a queue that only ends calm) ranks by nothing: places are compared.
        places = np.where(rows < 0, len(ids), rows)
        asked = (places[1] < places[0]).astype(np.float32)
        fits = (places[0] < first.fitting) | (places[1] < last.fitting)
        order = np.lexsort((ids, places.min(axis=0), ~fits))
        side = asked.astype(np.bool_)

        def told(one: Column, other: Column) -> Column:
            # Rows are -1 where a leg does not know a track; then the other is asked.
            mine, others = np.append(one, one.dtype.type(0)), np.append(other, other.dtype.type(0))
            known: Column = np.where(side, others[rows[1]], mine[rows[0]])[order]
            return known

        names = {*first.senses, *last.senses}
        ranking = Ranking(
            ids=ids[order],
            scores=np.where(side, ends[1], ends[0])[order],
            senses={name: told(_sense(first, name), _sense(last, name)) for name in names},
            caption_places=told(first.caption_places, last.caption_places),
            ear_places=told(first.ear_places, last.ear_places),
            fitting=int(fits.sum()),
            allowed=max(first.allowed, last.allowed),
            notes=tuple(dict.fromkeys((*first.notes, *last.notes))),
            closest=None if last.closest is None else first.closest,
        )
        return cls(ranking, ends[:, order], asked[order])

    def ways(self, along: FloatVector) -> dict[TrackId, Way]:
        """Return where each track belongs, `along` telling how far along the way it lies, shape (n,)."""
        return {
            track_id: Way((begins, ends), at)
            for track_id, begins, ends, at in zip(
                self.ranking.ids.tolist(), *self.ends.tolist(), along.tolist(), strict=True
            )
        }


def along(request: MoodRequest, arc: Arc, places: FloatMatrix, vocabulary: Vocabulary) -> FloatVector:
    """Return how far along the way each track of an arc lies, in spreads, higher towards the end.

    By `places`, shape (axes, n), where the vocabulary knows the words of an end;
    else by how much better a track fits the end than the beginning.
    """
    way = _direction(request, vocabulary)
    if way is None:
        lies: FloatVector = arc.ends[1] - arc.ends[0]
    else:
        lies = (way @ np.nan_to_num(places)).astype(np.float32)
    return lies


def missing(request: MoodRequest, first: Ranking, last: Ranking) -> str:
    """Say that nothing here sounds like one of the ends; "" where both are here, or neither is."""
    if (first.closest is None) == (last.closest is None):
        return ""
    words = (request.arc or ("", ""))[first.closest is None]
    return f"Nothing here sounds like “{words or request.mood}”; what comes closest stands there."


def note(request: MoodRequest, chosen: Sequence[Choice]) -> str:
    """Say how the queue goes, or that it does not, as far as that can be told."""
    begins, ends = request.arc or ("", "")
    third = max(1, len(chosen) // 3)
    lies = [choice.way.along for choice in chosen if choice.way]
    if len(lies) < 2 or not (begins or ends):  # noqa: PLR2004 - one track leads nowhere
        return ""
    if np.mean(lies[-third:]) - np.mean(lies[:third]) < _RISES:
        return f"What fits differs too little for a queue that {_goes(begins, ends)}."
    return f"It {_goes(begins, ends)}."


def _goes(begins: str, ends: str) -> str:
    parts = [f"begins {begins}" if begins else "", f"becomes {ends}" if ends else ""]
    return " and ".join(part for part in parts if part)


def _direction(request: MoodRequest, vocabulary: Vocabulary) -> FloatVector | None:
    """Return the way on the axes from beginning to end, length 1; None where the words tell of none.

    An end without words lies where the mood itself does, or in the middle.
    """
    first, last = (_place(words or request.mood, vocabulary) for words in request.arc or ("", ""))
    if first is None and last is None:
        return None
    way = np.array(last or (0.0,) * 4) - np.array(first or (0.0,) * 4)
    length = float(np.linalg.norm(way))
    return (way / length).astype(np.float32) if length >= _TELLS else None


def _place(words: str, vocabulary: Vocabulary) -> tuple[float, ...] | None:
    return vocabulary.axes(mention.entry.name for mention in vocabulary.mentions(words))


def _rows(ids: IdArray, leg: Ranking) -> IdArray:
    """Return the row of each of `ids` (ascending) in a ranking, -1 where it is not in it."""
    rows = np.full(len(ids), -1, dtype=np.int64)
    rows[np.searchsorted(ids, leg.ids)] = np.arange(len(leg.ids))
    return rows


def _scores(leg: Ranking, rows: IdArray) -> FloatVector:
    """Return a leg's scores; what it did not even consider fits like the last it did."""
    lowest = float(leg.scores.min()) if len(leg.scores) else 0.0
    return np.where(rows >= 0, np.append(leg.scores, lowest)[rows], lowest).astype(np.float32)


def _sense(leg: Ranking, name: str) -> FloatVector:
    return leg.senses.get(name, np.full(len(leg.ids), np.nan, dtype=np.float32))
