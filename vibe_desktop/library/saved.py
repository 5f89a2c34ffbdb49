"""The playlists a person keeps."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from vibe_desktop.domain import PlaylistEntry, PlaylistLine, TrackId, VibeError
from vibe_desktop.library.codec import plain, storable
from vibe_desktop.library.database import Database

_ALL = """
    SELECT p.id, p.name, p.mood, p.request, p.made_at, p.changed_at,
        count(e.track_id), count(e.playlist_id) - count(e.track_id), coalesce(sum(t.seconds), 0.0)
    FROM playlist p LEFT JOIN playlist_entry e ON e.playlist_id = p.id LEFT JOIN track t ON t.id = e.track_id
    WHERE p.deleted_at IS NULL {} GROUP BY p.id ORDER BY p.made_at DESC, p.id DESC
"""


@dataclass(frozen=True, slots=True)
class Playlist:
    """A saved playlist; times are seconds since 1970."""

    id: int
    name: str
    mood: str
    """the words it was made from; "" where there were none"""
    request_json: str
    """the request it was made from; "" where there was none"""
    made_at: float
    changed_at: float
    tracks: int
    unresolved: int
    """lines that lead to no known track"""
    seconds: float
    """playing time of the tracks whose length is known"""


class PlaylistStore:
    """Reads and writes playlists; a deleted one can be restored."""

    def __init__(self, db: Database, reading: Database | None = None) -> None:
        """Write to `db`; questions go to `reading` if given, which waits for no writer."""
        self._db = db
        self._reading = reading or db

    def all(self) -> list[Playlist]:
        """Return every playlist, the newest first."""
        return [Playlist(*row) for row in self._reading.run(_ALL.format(""))]

    def get(self, playlist_id: int) -> Playlist:
        """Return one playlist; VibeError where it was deleted or never was."""
        rows = self._reading.run(_ALL.format("AND p.id = ?"), (playlist_id,))
        if not rows:
            raise _gone()
        return Playlist(*rows[0])

    def create(
        self,
        name: str,
        entries: Sequence[PlaylistEntry | TrackId],
        *,
        mood: str = "",
        request_json: str = "",
        folder: bytes | None = None,
    ) -> int:
        """Keep a playlist and return its id. `folder` is where the lines of a file are seen from."""
        now = time.time()
        with self._db.transaction(lasting=True):
            [(playlist_id,)] = self._db.run(
                "INSERT INTO playlist (name, mood, request, folder, made_at, changed_at)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                (_name(name), plain(mood), plain(request_json), folder, now, now),
            )
            self._put(playlist_id, entries)
        return int(playlist_id)

    def rename(self, playlist_id: int, name: str) -> None:
        """Give a playlist another name; VibeError where it is gone."""
        self._change(playlist_id, "name = ?", _name(name))

    def replace(self, playlist_id: int, entries: Sequence[PlaylistEntry | TrackId]) -> None:
        """Give a playlist other entries; VibeError where it is gone."""
        with self._db.transaction(lasting=True):
            self._change(playlist_id, "changed_at = ?", time.time())
            self._db.run("DELETE FROM playlist_entry WHERE playlist_id = ?", (playlist_id,))
            self._put(playlist_id, entries)

    def delete(self, playlist_id: int) -> None:
        """Delete a playlist, until `restore`; harmless where it is gone."""
        self._db.run_lasting("UPDATE playlist SET deleted_at = ? WHERE id = ?", (time.time(), playlist_id))

    def restore(self, playlist_id: int) -> None:
        """Take a `delete` back."""
        self._db.run_lasting("UPDATE playlist SET deleted_at = NULL WHERE id = ?", (playlist_id,))

    def entries(self, playlist_id: int) -> list[PlaylistEntry]:
        """Return the entries in their order; tracks whose files are missing or offline are among them."""
        rows = self._reading.run(
            "SELECT track_id, reason, location, title, seconds FROM playlist_entry"
            " WHERE playlist_id = ? ORDER BY place",
            (playlist_id,),
        )
        return [
            PlaylistEntry(track_id, reason, PlaylistLine(*line) if track_id is None else None)
            for track_id, reason, *line in rows
        ]

    def unresolved(self) -> list[tuple[int, int, str, bytes]]:
        """Return (playlist id, place, location, folder) of every line that leads to no known track."""
        rows = self._reading.run(
            "SELECT p.id, e.place, e.location, coalesce(p.folder, x'') FROM playlist_entry e"
            " JOIN playlist p ON p.id = e.playlist_id WHERE e.track_id IS NULL ORDER BY p.id, e.place"
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def resolve(self, rows: Sequence[tuple[int, int, TrackId]]) -> None:
        """Let (playlist id, place) lines stand for tracks that became known."""
        self._db.run_many(
            "UPDATE playlist_entry SET track_id = ?3 WHERE playlist_id = ?1 AND place = ?2"
            " AND track_id IS NULL",
            rows,
        )

    def _known(self, ids: Sequence[TrackId]) -> set[TrackId]:
        """Return those of `ids` that still exist: a file that moved may have lost its new id again."""
        rows = self._db.run(
            "SELECT id FROM track WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
        return {row[0] for row in rows}

    def _change(self, playlist_id: int, what: str, value: object) -> None:
        changed = self._db.run_lasting(
            f"UPDATE playlist SET {what} WHERE id = ? AND deleted_at IS NULL RETURNING id",  # noqa: S608 - our own
            (value, playlist_id),
        )
        if not changed:
            raise _gone()

    def _put(self, playlist_id: int, entries: Sequence[PlaylistEntry | TrackId]) -> None:
        rows = [each if isinstance(each, PlaylistEntry) else PlaylistEntry(int(each)) for each in entries]
        known = self._known([row.track_id for row in rows if row.track_id is not None])
        rows = [
            row if row.track_id in known else PlaylistEntry(None, row.reason, row.line)
            for row in rows
            if row.track_id in known or row.line
        ]
        self._db.run_many(
            "INSERT INTO playlist_entry (playlist_id, place, track_id, reason, location, title, seconds)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((playlist_id, place, *_columns(entry)) for place, entry in enumerate(rows)),
        )


def _columns(entry: PlaylistEntry) -> tuple[object, ...]:
    line = entry.line or PlaylistLine("")
    return (
        entry.track_id,
        plain(entry.reason),
        plain(line.location),
        plain(line.title),
        storable(line.seconds),
    )


def _name(name: str) -> str:
    return plain(" ".join(name.split())) or "Playlist"


def _gone() -> VibeError:
    return VibeError("That playlist is no longer there.", "It was deleted; look at the list again.")
