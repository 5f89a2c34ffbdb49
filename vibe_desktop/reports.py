"""What the commands tell other programs: plain values ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vibe_desktop.domain import Queue, QueueEntry, Track
    from vibe_desktop.index.indexer import IndexReport


def track(track: Track) -> dict[str, Any]:
    """Describe one track: what it says of itself, how it is captioned, what was heard in it."""
    return {
        "id": track.id,
        "path": track.path,
        "state": track.state.value,
        "tags": asdict(track.tags),
        "caption": track.caption.sentence,
        "caption_is_own": track.caption.own,
        "keywords": list(track.caption.keywords),
        "heard": [{"label": label.name, "weight": round(label.weight, 3)} for label in track.labels],
    }


def queue(queue: Queue, *, explain: bool) -> dict[str, Any]:
    """Describe a queue; `explain` adds the scores behind each entry."""
    return {
        "request": asdict(queue.request),
        "notes": list(queue.notes),
        "seconds": round(queue.seconds, 1),
        "entries": [_entry(entry, explain=explain) for entry in queue.entries],
    }


def _entry(entry: QueueEntry, *, explain: bool) -> dict[str, Any]:
    tags = entry.track.tags
    described = {
        "rank": entry.rank,
        "id": entry.track.id,
        "path": entry.track.path,
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "seconds": tags.seconds,
        "caption": entry.track.caption.sentence,
        "keywords": list(entry.track.caption.keywords),
        "heard": [label.name for label in entry.track.labels],
        "caption_rank": entry.caption_rank,
        "ear_rank": entry.ear_rank,
        "reason": entry.reason,
    }
    if explain:
        described["evidence"] = {name: round(value, 4) for name, value in entry.evidence.items()}
    return described


def index(report: IndexReport) -> dict[str, Any]:
    """Describe what one run of the indexer did."""
    return asdict(report)
