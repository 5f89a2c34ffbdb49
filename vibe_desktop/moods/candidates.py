"""Which tracks are worth ranking for a mood: the nearest by caption, by ear and by word, filters first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vibe_desktop.domain import FloatVector, IdArray
    from vibe_desktop.moods.senses import Answers, Asked

CANDIDATES = 300
"""How many each sense proposes, as in the two-stage design this program grew out of."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Proposed tracks, ids ascending, with their place by caption and by ear among all allowed tracks.

    A place counts from 1 and is 0 where it is not known: beyond the captions'
    proposals, or not heard.
    """

    ids: IdArray
    caption_places: IdArray
    ear_places: IdArray


def propose(
    asked: Asked, hits: IdArray, named: Answers | None, *, allowed: IdArray | None, count: int
) -> Candidates:
    """Unite the `count` best by caption, by feelings and by ear, and those that hold a word.

    `allowed` (ascending ids) restricts all of them before they are counted, so
    that a filter never leaves fewer than there are; None allows every track.
    """
    by_caption = asked.reading.nearest(count, allowed)
    feeling, heard = (_known(sense, allowed) for sense in (asked.felt, asked.listening))
    feeling = _any(*feeling)
    holders = best(*_any(*_known(named, allowed)), count // 3)
    if allowed is not None:
        hits = hits[np.isin(hits, allowed)]
    ids = np.unique(np.concatenate([by_caption, best(*feeling, count), best(*heard, count), holders, hits]))
    caption_places = np.zeros(len(ids), dtype=np.int64)
    caption_places[np.searchsorted(ids, by_caption)] = np.arange(1, len(by_caption) + 1)
    return Candidates(ids, caption_places, places(ids, *heard))


def _known(sense: Answers | None, allowed: IdArray | None) -> tuple[IdArray, FloatVector]:
    return sense.among(allowed) if sense else (np.empty(0, np.int64), np.empty(0, np.float32))


def _any(ids: IdArray, scores: FloatVector) -> tuple[IdArray, FloatVector]:
    some = np.flatnonzero(scores)
    return ids[some], scores[some]


def best(ids: IdArray, scores: FloatVector, count: int) -> IdArray:
    """Return the `count` ids of highest score, in no order; equals are taken from all over the library."""
    if len(ids) <= count:
        return ids
    cut = np.partition(scores, len(scores) - count)[len(scores) - count]
    above = np.flatnonzero(scores > cut)
    level = np.flatnonzero(scores == cut)
    level = level[np.linspace(0, len(level) - 1, count - len(above)).astype(np.int64)]
    chosen: IdArray = ids[np.concatenate([above, level])]
    return chosen


def places(ids: IdArray, scored: IdArray, scores: FloatVector) -> IdArray:
    """Return the place of each of `ids` by score among `scored` (ascending), from 1; 0 where it has none."""
    found: IdArray = np.zeros(len(ids), dtype=np.int64)
    if len(scored):
        at = np.minimum(np.searchsorted(scored, ids), len(scored) - 1)
        known = scored[at] == ids
        worse_or_equal = np.searchsorted(np.sort(scores), scores[at[known]], side="right")
        found[known] = len(scores) - worse_or_equal + 1
    return found
