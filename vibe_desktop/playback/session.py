"""The queue as plain values, so that it comes back when the program does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from vibe_desktop.domain import MoodRequest, QueueEntry, ReasonPart, Track, TrackId
from vibe_desktop.playback.play_queue import Item, PlayQueue, Repeat


@dataclass(frozen=True, slots=True)
class Restored:
    """A queue that came back, which entry is current, and the seconds into it."""

    entries: tuple[QueueEntry, ...]
    at: int | None
    position: float
    repeat: Repeat
    name: str
    request: MoodRequest | None
    notes: tuple[str, ...]


def write_items(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return what is in a queue as plain values."""
    return [_entry(item.entry) for item in items]


def write(queue: PlayQueue, entries: Sequence[dict[str, Any]], position: float) -> dict[str, Any]:
    """Return the queue, its written `entries` and the place in it; steps to undo are not among them."""
    return {
        "entries": entries,
        "at": queue.at,
        "position": position if queue.at is not None else 0.0,
        "repeat": queue.repeat.value,
        "name": queue.name,
        "request": asdict(queue.request) if queue.request else None,
        "notes": list(queue.notes),
    }


def track_ids(saved: Any) -> list[TrackId]:
    """Return the tracks that `read` will ask for; none where `saved` is not what `write` wrote."""
    try:
        return list(dict.fromkeys(int(entry["track"]) for entry in saved["entries"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return []


def read(saved: Mapping[str, Any], find: Callable[[Sequence[TrackId]], Sequence[Track]]) -> Restored | None:
    """Return the queue that `write` made plain, or None where these are not such values.

    Entries whose tracks `find` does not give are left out.
    """
    try:
        return _read(saved, find)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        # A file that another version or a hand changed: to begin empty is all that is lost.
        return None


def _read(saved: Mapping[str, Any], find: Callable[[Sequence[TrackId]], Sequence[Track]]) -> Restored:
    entries: list[Mapping[str, Any]] = saved["entries"]
    ids = [int(entry["track"]) for entry in entries]
    tracks = {track.id: track for track in find(list(dict.fromkeys(ids)))}
    kept = [index for index, each in enumerate(ids) if each in tracks]
    at = kept.index(saved["at"]) if saved["at"] in kept else None
    return Restored(
        entries=tuple(_entry_of(entries[index], tracks[ids[index]]) for index in kept),
        at=at,
        position=0.0 if at is None else max(0.0, _finite(saved["position"])),
        repeat=Repeat(saved["repeat"]),
        name=str(saved["name"]),
        request=_request_of(saved["request"]) if saved["request"] else None,
        notes=tuple(str(note) for note in saved["notes"]),
    )


def _entry(entry: QueueEntry) -> dict[str, Any]:
    return {
        "track": entry.track.id,
        "rank": entry.rank,
        "caption_rank": entry.caption_rank,
        "ear_rank": entry.ear_rank,
        "reason": entry.reason,
        "parts": [[part.lead, part.words] for part in entry.parts],
        "evidence": dict(entry.evidence),
    }


def _entry_of(saved: Mapping[str, Any], track: Track) -> QueueEntry:
    return QueueEntry(
        rank=int(saved["rank"]),
        track=track,
        caption_rank=None if saved["caption_rank"] is None else int(saved["caption_rank"]),
        ear_rank=None if saved["ear_rank"] is None else int(saved["ear_rank"]),
        reason=str(saved["reason"]),
        parts=tuple(ReasonPart(str(lead), str(words)) for lead, words in saved.get("parts", ())),
        evidence={str(name): float(value) for name, value in saved["evidence"].items()},
    )


def _request_of(saved: Mapping[str, Any]) -> MoodRequest:
    """Return the request; what is a tuple in it became a list on the way."""
    known = {field.name for field in fields(MoodRequest)}
    read = MoodRequest(**{name: _tuples(value) for name, value in saved.items() if name in known})
    return replace(
        read,
        text=str(read.text),
        mood=str(read.mood),
        minutes=None if read.minutes is None else _finite(read.minutes),
        length=None if read.length is None else int(read.length),
        seed=int(read.seed),
        steer=tuple((str(axis), _finite(way)) for axis, way in read.steer),
        like=tuple(int(track) for track in read.like),
        unlike=tuple(int(track) for track in read.unlike),
        refused=tuple(int(track) for track in read.refused),
    )


def _finite(value: Any) -> float:
    """Return a number that a clock can show. Raises ValueError for another."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list | tuple) else value
