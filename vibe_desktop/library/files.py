"""The file side of the track table: where each track lies, and what its file was like when last seen."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import apsw

from vibe_desktop.domain import TrackId
from vibe_desktop.library.database import Database
from vibe_desktop.library.file_facts import FileFacts

_ROW = "t.id, t.root_id, t.missing_since IS NOT NULL, t.path, t.size, t.mtime_ns, t.device, t.inode"


@dataclass(frozen=True, slots=True)
class KnownFile:
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
        self._db.run_many(
            "UPDATE track SET missing_since = NULL, root_id = ?, tags_pending = tags_pending OR ?,"
            " path = ?, size = ?, mtime_ns = ?, device = ?, inode = ? WHERE id = ?",
            ((row.root_id, row.changed, *_columns(row.facts), row.id) for row in rows),
        )
        changed = [(row.id,) for row in rows if row.changed]
        self._db.run_many("DELETE FROM failure WHERE track_id = ?", changed)
        self._db.run_many("DELETE FROM attempt WHERE track_id = ?", changed)

    def present(self, root_id: int, newest: TrackId) -> list[tuple[TrackId, bytes]]:
        """Return (id, path) of a root's tracks that are not missing and not newer than `newest`."""
        rows = self._db.run(
            "SELECT id, path FROM track WHERE root_id = ? AND missing_since IS NULL AND id <= ?",
            (root_id, newest),
        )
        return [(track_id, path) for track_id, path in rows]

    def mark_missing(self, ids: Iterable[TrackId], now: float) -> None:
        """Note that these files are gone; everything kept about the tracks stays."""
        self._db.run_many("UPDATE track SET missing_since = ? WHERE id = ?", ((now, i) for i in ids))


def _known(row: tuple[Any, ...]) -> KnownFile:
    return KnownFile(row[0], row[1], bool(row[2]), FileFacts(*row[3:]))


def _columns(facts: FileFacts) -> tuple[bytes, int, int, int, int]:
    return facts.path, facts.size, facts.mtime_ns, facts.device, facts.inode
