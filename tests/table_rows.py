"""Rows of the library's table out of the air."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vibe_desktop.domain import TrackId, TrackState
from vibe_desktop.library.table import Row


def row(track_id: TrackId, **fields: Any) -> Row:
    """Return the row of a track."""
    usual: dict[str, Any] = {
        "id": track_id,
        "path": f"/music/{track_id}.mp3",
        "state": TrackState.PRESENT,
        "title": f"Song {track_id}",
        "artist": "Ann",
        "album": "One",
        "year": 1999,
        "seconds": 125.0,
        "bpm": None,
        "genres": ("Jazz",),
        "caption": "A calm piano piece.",
        "own": False,
        "heard": (),
        "liked": False,
        "plays": 0,
        "last_played": None,
        "added": 0.0,
    }
    return Row(**(usual | fields))


class Fetch:
    """Gives any row that is asked for, and keeps count."""

    def __init__(self) -> None:
        self.asked: list[Sequence[TrackId]] = []

    def __call__(self, ids: Sequence[TrackId]) -> list[Row]:
        self.asked.append(ids)
        return [row(track_id) for track_id in ids]
