"""Which tracks are worth ranking for a mood: the nearest by caption, by ear and by word, filters first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.library.numbers import contains

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatVector, IdArray
    from vibe_desktop.moods.answers import Answers
    from vibe_desktop.moods.senses import Asked

_EACH = 64
_PLACES = 10_000
CANDIDATES = 300
"""How many each sense proposes, as in the two-stage design this program grew out of."""
_FURTHER = 1.5
"""Times as many by ear where single passages count too: a chorus lifts a track from further down."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Proposed tracks, ids ascending, with their place by caption and by ear among all allowed tracks.

    A place counts from 1 and is 0 where it is not known: beyond the captions'
    proposals, or not heard.
    """

    ids: IdArray
    caption_places: IdArray
    ear_places: IdArray


_NONE: IdArray = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which tracks may be proposed: of `allowed` (None: every track), none of `barred`; ids ascending."""

    allowed: IdArray | None = None
    barred: IdArray = field(default_factory=lambda: _NONE)

    def within(self, ids: IdArray) -> NDArray[np.bool_]:
        """Tell which of `ids` may be proposed."""
        free = ~contains(self.barred, ids)
        return free if self.allowed is None else free & contains(self.allowed, ids)


def propose(
    asked: Asked,
    hits: IdArray,
    named: Answers | None,
    bounds: Bounds,
    *,
    count: int,
    also: IdArray = _NONE,
) -> Candidates:
    """Unite the `count` best by caption, by feelings and by ear, those that hold a word, and `also`.

    Only senses that propose in the mode of what was asked do. The bounds restrict
    all but `also` before they are counted, so that a filter never leaves fewer than there are.
    """
    listening = asked.listening
    by_caption = _by_caption(asked, bounds, count)
    feeling, heard = (
        _known(sense, bounds) for sense in (asked.felt, listening.answers if listening else None)
    )
    holders = best(*_any(*_known(named, bounds)), count // 3)
    hits = hits[bounds.within(hits)]
    by_ear = round(count * (_FURTHER if listening and listening.refined else 1)) * asked.mode.ear_proposes
    proposed = (by_caption, best(*feeling, count), best(*heard, by_ear), holders, hits, also)
    ids = np.unique(np.concatenate(proposed))
    caption_places = np.zeros(len(ids), dtype=np.int64)
    caption_places[np.searchsorted(ids, by_caption)] = np.arange(1, len(by_caption) + 1)
    return Candidates(ids, caption_places, places(ids, *heard))


def _by_caption(asked: Asked, bounds: Bounds, count: int) -> IdArray:
    if not asked.mode.captions_propose:
        return _NONE
    near = asked.reading.nearest(count + len(bounds.barred), bounds.allowed)
    return near[~contains(bounds.barred, near)][:count]


def _known(sense: Answers | None, bounds: Bounds) -> tuple[IdArray, FloatVector]:
    if sense is None:
        return _NONE, np.empty(0, np.float32)
    ids, scores = sense.among(bounds.allowed)
    if not len(bounds.barred):
        return ids, scores
    free = ~contains(bounds.barred, ids)
    return ids[free], scores[free]


def _any(ids: IdArray, scores: FloatVector) -> tuple[IdArray, FloatVector]:
    some = np.flatnonzero(scores)
    return ids[some], scores[some]


def best(ids: IdArray, scores: FloatVector, count: int) -> IdArray:
    """Return the `count` ids of highest score, in no order; equals are taken from all over the library."""
    if len(ids) <= count:
        return ids
    if not count:
        return ids[:0]
    cut = _cut(scores, count)
    above = np.flatnonzero(scores > cut)
    level = np.flatnonzero(scores == cut)
    level = level[np.linspace(0, len(level) - 1, count - len(above)).astype(np.int64)]
    chosen: IdArray = ids[np.concatenate([above, level])]
    return chosen


def _cut(scores: FloatVector, count: int) -> float:
    """Return the `count`-th highest score; above a bound that a sample tells, few are left to be parted."""
    some = scores[::_EACH]
    enough = 2 * count // _EACH + 8
    if enough < len(some):
        bound = np.partition(some, len(some) - enough)[len(some) - enough]
        above = scores[scores >= bound]
        scores = above if len(above) >= count else scores
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])


def places(ids: IdArray, scored: IdArray, scores: FloatVector) -> IdArray:
    """Return the place of each of `ids` by score among `scored` (ascending), from 1; 0 where it has none.

    Where all of several are equal, none has a place: an ear without a word for it hears no difference.
    In a large library only the first few thousand places are told apart.
    """
    found: IdArray = np.zeros(len(ids), dtype=np.int64)
    if len(scored) == 1 or (len(scored) and scores.max() > scores.min()):
        at = np.minimum(np.searchsorted(scored, ids), len(scored) - 1)
        known = scored[at] == ids
        cut = _cut(scores, _PLACES) if len(scored) > _PLACES else scores.min()
        ranked = np.sort(scores[scores >= cut])
        worse_or_equal = np.searchsorted(ranked, scores[at[known]], side="right")
        found[known] = np.where(worse_or_equal > 0, len(ranked) - worse_or_equal + 1, 0)
    return found
