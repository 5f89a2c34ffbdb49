"""What an adjustment changed in a queue, and why, as facts to be put in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.domain import STEER_AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import MoodRequest, QueueEntry, Track, TrackId

_TOLD = 0.2
"""Spreads by which the new tracks lie further along an axis, on average, to be called so."""
_LONGER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Changes:
    """How many tracks stayed, came and went, and what of the request explains it.

    `leans` are the axes that were moved along which the new tracks do lie further
    than those that went (or stayed, if none went), -1 or 1; `refused` and `liked` the
    tracks of the queue that were named; `longer` tells whether more time was asked for.
    """

    stayed: int
    came: int
    went: int
    leans: tuple[tuple[str, int], ...] = ()
    refused: tuple[Track, ...] = ()
    liked: tuple[Track, ...] = ()
    longer: bool = False
    reordered: bool = False
    """whether those that stayed come in another order"""

    @property
    def before(self) -> int:
        """How many there were."""
        return self.stayed + self.went


def changes(
    before: Sequence[QueueEntry],
    asked_before: MoodRequest,
    after: Sequence[QueueEntry],
    asked: MoodRequest,
) -> Changes:
    """Compare a queue and its request with those that took their place."""
    was, is_ = {entry.track.id for entry in before}, {entry.track.id for entry in after}
    came = [entry for entry in after if entry.track.id not in was]
    went = [entry for entry in before if entry.track.id not in is_]
    tracks = {entry.track.id: entry.track for entry in before}

    def named(ids: tuple[TrackId, ...], known: tuple[TrackId, ...]) -> tuple[Track, ...]:
        return tuple(tracks[each] for each in ids if each in tracks and each not in known)

    return Changes(
        stayed=len(was & is_),
        came=len({entry.track.id for entry in came}),
        went=len({entry.track.id for entry in went}),
        leans=tuple(_leans(asked_before, asked, came, went or before)),
        refused=named(asked.refused, asked_before.refused),
        liked=named(asked.like, asked_before.like),
        reordered=_order(before, is_) != _order(after, was),
        longer=_seconds(after) >= _seconds(before) + _LONGER_SECONDS
        and (asked.minutes, asked.length) != (asked_before.minutes, asked_before.length),
    )


def _leans(
    asked_before: MoodRequest, asked: MoodRequest, came: Sequence[QueueEntry], went: Sequence[QueueEntry]
) -> list[tuple[str, int]]:
    was, is_ = dict(asked_before.steer), dict(asked.steer)
    leans = []
    for axis in STEER_AXES:
        moved = is_.get(axis, 0.0) - was.get(axis, 0.0)
        one, other = _place(came, axis), _place(went, axis)
        if not moved or one is None or other is None:
            continue
        way = 1 if moved > 0 else -1
        if way * (one - other) >= _TOLD:
            leans.append((axis, way))
    return leans


def _place(entries: Sequence[QueueEntry], axis: str) -> float | None:
    known = [entry.evidence[axis] for entry in entries if axis in entry.evidence]
    return sum(known) / len(known) if known else None


def _order(entries: Sequence[QueueEntry], among: set[TrackId]) -> list[TrackId]:
    return list(dict.fromkeys(entry.track.id for entry in entries if entry.track.id in among))


def _seconds(entries: Sequence[QueueEntry]) -> float:
    return sum(entry.track.tags.seconds or 0.0 for entry in entries)
