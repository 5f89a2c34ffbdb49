"""The file side of the track table: where each track lies, and what its file was like when last seen."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import apsw

from vibe_desktop.domain import TrackId
from vibe_desktop.library.database import Database
from vibe_desktop.library.file_facts import FileFacts

# Which words tell most of a track depends on all those that are here.
_KEYWORDS_DUE = "INSERT OR IGNORE INTO due SELECT 'keywords'"
_ROW = "t.id, t.root_id, t.missing_since IS NOT NULL, t.path, t.size, t.mtime_ns, t.device, t.inode"


class KnownFile(NamedTuple):
    """What the library knows of a track's file."""

    id: TrackId
    root_id: int
    missing: bool
    facts: FileFacts


@dataclass(frozen=True, slots=True)
class Update:
    """What a scan saw of a track's file; `changed` if its content may be another than before."""

    id: TrackId
    root_id: int
    facts: FileFacts
    changed: bool


class FileTable:
    """Reads and writes the file columns of `track`, inside the caller's transactions."""

    def __init__(self, db: Database) -> None:
        """Work on `db`."""
        self._db = db

    def newest(self) -> TrackId:
        """Return the highest id there is; every track added from now on has a higher one."""
        return int(self._db.run("SELECT coalesce(max(id), 0) FROM track")[0][0])

    def at(self, paths: Sequence[bytes]) -> dict[bytes, KnownFile]:
        """Return what is known at these paths."""
        if not paths:
            return {}
        sql = f"SELECT {_ROW} FROM carray(?) k JOIN track t ON t.path = k.value"  # noqa: S608 - our own text
        rows = self._db.run(sql, (apsw.carray(tuple(paths)),))
        return {row[3]: _known(row) for row in rows}

    def paths(self, ids: Sequence[TrackId]) -> dict[TrackId, bytes]:
        """Return where these tracks lie, or lay when last seen."""
        sql = "SELECT id, path FROM track WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._db.run(sql, (json.dumps(ids),)))

    def with_inodes(self, inodes: Iterable[int]) -> list[KnownFile]:
        """Return the files last seen with these inode numbers, by id; 0 is no inode number."""
        wanted = array("q", (inode for inode in inodes if inode))
        if not wanted:
            return []
        sql = (
            f"SELECT {_ROW} FROM carray(?) k CROSS JOIN track t ON t.inode = k.value"  # noqa: S608 - our own
            " ORDER BY t.id"
        )
        rows = self._db.run(sql, (apsw.carray(wanted, flags=apsw.SQLITE_CARRAY_INT64),))
        return [_known(row) for row in rows]

    def add(self, rows: Iterable[tuple[int, FileFacts]], now: float) -> None:
        """Add (root id, file) rows as new tracks."""
        self._db.run_many(
            "INSERT INTO track (root_id, first_seen, path, size, mtime_ns, device, inode)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((root_id, now, *_columns(facts)) for root_id, facts in rows),
        )

    def update(self, rows: Sequence[Update]) -> None:
        """Store what was seen of known tracks; none of them is missing any more.

        A file that changed is read again, and what failed on it may be tried again.
        """
        self._db.run(
            f"{_KEYWORDS_DUE} FROM track"  # noqa: S608 - our own text
            " WHERE missing_since IS NOT NULL AND id IN (SELECT value FROM json_each(?)) LIMIT 1",
            (json.dumps([row.id for row in rows]),),
        )
        self._db.run_many(
            "UPDATE track SET missing_since = NULL, root_id = ?1, tags_pending = tags_pending OR ?2,"
            " path = ?3, size = ?4, mtime_ns = ?5, device = ?6, inode = ?7,"
            # A song without a title is sorted by the name of its file.
            " title_key = iif(content_key IS NULL, title_key, title_key(title, ?3)) WHERE id = ?8",
            ((row.root_id, row.changed, *_columns(row.facts), row.id) for row in rows),
        )
        changed = [(row.id,) for row in rows if row.changed]
        self._db.run_many("DELETE FROM failure WHERE track_id = ?", changed)
        self._db.run_many("DELETE FROM attempt WHERE track_id = ?", changed)

    def present(self, root_id: int, newest: TrackId, place: bytes | None = None) -> list[TrackId]:
        """Return a root's tracks that are not missing and not newer than `newest`.

        Where a `place` is named, only of what is there: a file, or what lies in a folder.
        """
        sql = "SELECT id FROM track WHERE root_id = ? AND missing_since IS NULL AND id <= ?"
        if place is None:
            rows = self._db.run(sql, (root_id, newest))
        else:
            inside = os.path.join(place, b"")  # noqa: PTH118 - paths are bytes
            after = inside[:-1] + bytes([inside[-1] + 1])
            rows = self._db.run(
                f"{sql} AND (path = ? OR (path > ? AND path < ?))", (root_id, newest, place, inside, after)
            )
        return [track_id for (track_id,) in rows]

    def count(self, root_id: int) -> int:
        """Return how many of a root's tracks are not missing."""
        sql = "SELECT count(*) FROM track WHERE root_id = ? AND missing_since IS NULL"
        return int(self._db.run(sql, (root_id,))[0][0])

    def mark_missing(self, ids: Iterable[TrackId], now: float) -> None:
        """Note that these files are gone; everything kept about the tracks stays."""
        gone = [(now, track_id) for track_id in ids]
        self._db.run_many("UPDATE track SET missing_since = ? WHERE id = ?", gone)
        if gone:
            self._db.run(_KEYWORDS_DUE)


def _known(row: tuple[Any, ...]) -> KnownFile:
    return KnownFile(row[0], row[1], bool(row[2]), FileFacts._make(row[3:]))


def _columns(facts: FileFacts) -> tuple[bytes, int, int, int, int]:
    return facts.path, facts.size, facts.mtime_ns, facts.device, facts.inode
