"""Which files are being opened and which failed, so that one bad file cannot stop the rest for ever."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from vibe_desktop.domain import TrackId
from vibe_desktop.library.database import Database

READ = "read"
"""The task of reading a file's tags."""

# The program may be killed for a hundred reasons while a file is open, so one death says little about
# the file. Those that were open at a death are tried last; five deaths in a row are taken as proof.
_MOST_DEATHS = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that cannot be read or heard as it is now."""

    track_id: TrackId
    path: bytes
    task: str
    reason: str


class Journal:
    """Attempts and failures of each task, committed before a file is opened."""

    def __init__(self, db: Database) -> None:
        """Keep the journal in `db`."""
        self._db = db

    def begin(self, ids: Sequence[TrackId], task: str) -> None:
        """Note that these files are about to be opened."""
        self._db.run_many(
            "INSERT INTO attempt (track_id, task, begun) VALUES (?, ?, 1)"
            " ON CONFLICT DO UPDATE SET begun = begun + 1",
            ((track_id, task) for track_id in ids),
        )

    def end(self, ids: Sequence[TrackId], task: str) -> None:
        """Note that these files were closed again; an earlier failure is forgotten."""
        rows = [(track_id, task) for track_id in ids]
        with self._db.transaction():
            self._db.run_many("DELETE FROM attempt WHERE track_id = ? AND task = ?", rows)
            self._db.run_many("DELETE FROM failure WHERE track_id = ? AND task = ?", rows)

    def release(self, ids: Sequence[TrackId], task: str) -> None:
        """Take back a `begin`: the job was stopped in good order and says nothing about these files."""
        rows = [(track_id, task) for track_id in ids]
        with self._db.transaction():
            self._db.run_many("UPDATE attempt SET begun = begun - 1 WHERE track_id = ? AND task = ?", rows)
            self._db.run("DELETE FROM attempt WHERE begun < 1")

    def interrupted(self, task: str) -> set[TrackId]:
        """Return the tracks whose files were open when the program died, to be tried last.

        One that was open at five deaths becomes a failure and is not among them.
        """
        rows = self._db.run("SELECT track_id, begun FROM attempt WHERE task = ?", (task,))
        with self._db.transaction():
            for track_id, begun in rows:
                if begun >= _MOST_DEATHS:
                    self.fail(track_id, task, "The program stopped each time this file was open.")
        return {track_id for track_id, begun in rows if begun < _MOST_DEATHS}

    def fail(self, track_id: TrackId, task: str, reason: str) -> None:
        """Set the file aside with a plain reason, until it changes or `retry` is asked for."""
        with self._db.transaction():
            self._db.run("DELETE FROM attempt WHERE track_id = ? AND task = ?", (track_id, task))
            self._db.run(
                "INSERT OR REPLACE INTO failure (track_id, task, reason, size, mtime_ns, at)"
                " SELECT id, ?, ?, size, mtime_ns, ? FROM track WHERE id = ?",
                (task, reason, time.time(), track_id),
            )

    def failures(self) -> list[Failure]:
        """Return all failures, by path."""
        rows = self._db.run(
            "SELECT f.track_id, t.path, f.task, f.reason FROM failure f"
            " JOIN track t ON t.id = f.track_id JOIN root r ON r.id = t.root_id"
            " WHERE r.forgotten_at IS NULL ORDER BY t.path, f.task"
        )
        return [Failure(*row) for row in rows]

    def retry(self, ids: Sequence[TrackId] | None = None) -> None:
        """Let these tracks, or all, be tried again from the beginning."""
        with self._db.transaction():
            if ids is None:
                self._db.run("DELETE FROM attempt")
                self._db.run("DELETE FROM failure")
            else:
                rows = [(track_id,) for track_id in ids]
                self._db.run_many("DELETE FROM attempt WHERE track_id = ?", rows)
                self._db.run_many("DELETE FROM failure WHERE track_id = ?", rows)
