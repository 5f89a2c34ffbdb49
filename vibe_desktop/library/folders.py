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
    """songs that vanished at once and are kept until a later look agrees"""


@dataclass(frozen=True, slots=True)
class RemovedFolder:
    """A folder a person removed, whose songs are kept all the same. `path` as in `FolderFacts`."""

    id: int
    path: str
    tracks: int
    delete_after: float | None
    """when what is kept about them goes, in seconds since 1970; None where it stays"""


def folder_facts(db: Database) -> list[FolderFacts]:
    """Return every folder of the library, by path."""
    counts = dict(
        db.run("SELECT root_id, count(*) FROM track WHERE missing_since IS NULL GROUP BY root_id"),
    )
    return [
        FolderFacts(root.id, os.fsdecode(root.path), root.online, counts.get(root.id, 0), root.held)
        for root in TrackStore(db).roots()
    ]


def removed_folders(db: Database) -> list[RemovedFolder]:
    """Return the removed folders of which songs are kept, by path."""
    rows = db.run(
        "SELECT r.id, r.path, count(*), r.delete_after FROM root r JOIN track t ON t.root_id = r.id"
        " WHERE r.forgotten_at IS NOT NULL GROUP BY r.id ORDER BY r.path"
    )
    return [RemovedFolder(row[0], os.fsdecode(row[1]), row[2], row[3]) for row in rows]


def bring_back(db: Database, folder_id: int) -> None:
    """Take back that a folder was removed; the next look tells what is still there."""
    db.run_lasting(
        "UPDATE root SET forgotten_at = NULL, delete_after = NULL, online = 1 WHERE id = ?", (folder_id,)
    )
