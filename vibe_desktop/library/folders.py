"""The music folders as a person looks at them: where, whether they can be reached, how much is in each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.library.tracks import TrackStore

if TYPE_CHECKING:
    from vibe_desktop.library.database import Database


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """One music folder. `path` may hold surrogates for bytes that are not text."""

    id: int
    path: str
    online: bool
    tracks: int
    """songs known there, those that are missing left out"""
    held: int
    """songs that vanished at once and are kept until a second look agrees"""


def folder_facts(db: Database) -> list[FolderFacts]:
    """Return every folder of the library, by path."""
    counts = dict(
        db.run("SELECT root_id, count(*) FROM track WHERE missing_since IS NULL GROUP BY root_id"),
    )
    return [
        FolderFacts(root.id, os.fsdecode(root.path), root.online, counts.get(root.id, 0), root.held)
        for root in TrackStore(db).roots()
    ]


def bring_back(db: Database, folder_id: int) -> None:
    """Take back that a folder was removed; the next look tells what is still there."""
    db.run("UPDATE root SET forgotten_at = NULL, online = 1 WHERE id = ?", (folder_id,))
