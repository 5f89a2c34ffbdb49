"""What a person likes, plays and skips."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from vibe_desktop.domain import TrackId
from vibe_desktop.library.database import Database
from vibe_desktop.library.tracks import ABSENT

_AMONG = "track_id IN (SELECT value FROM json_each(?))"
_MANY_PLAYS = 3

_FORGOTTEN = f"""
    WITH heard AS (
        SELECT track_id, count(*) AS plays, max(at) AS last FROM listen WHERE NOT skipped GROUP BY track_id
    )
    SELECT id FROM (
        SELECT track_id AS id FROM liked UNION SELECT track_id FROM heard WHERE plays >= {_MANY_PLAYS}
    ) favourite
    LEFT JOIN heard ON heard.track_id = id
    WHERE coalesce(last, 0) < ? AND id NOT IN ({ABSENT})
    ORDER BY coalesce(last, 0), id LIMIT ?
"""  # noqa: S608 - our own text


class TasteStore:
    """Reads and writes likes, plays and skips. They outlive the removal of a folder."""

    def __init__(self, db: Database, reading: Database | None = None) -> None:
        """Write to `db`; questions go to `reading` if given, which waits for no writer."""
        self._db = db
        self._reading = reading or db

    def set_liked(self, ids: Iterable[TrackId], liked: bool) -> None:  # noqa: FBT001 - the name says it
        """Like these tracks, or take it back; ids that do not exist are left out."""
        wanted = _listed(ids)
        if liked:
            self._db.run_lasting(
                "INSERT OR IGNORE INTO liked (track_id, at) SELECT id, ?2 FROM track"
                " WHERE id IN (SELECT value FROM json_each(?1))",
                (wanted, time.time()),
            )
        else:
            self._db.run_lasting(f"DELETE FROM liked WHERE {_AMONG}", (wanted,))  # noqa: S608 - our own text

    def liked(self, ids: Iterable[TrackId] | None = None) -> set[TrackId]:
        """Return which of `ids`, or of all tracks, are liked."""
        if ids is None:
            return {row[0] for row in self._reading.run("SELECT track_id FROM liked")}
        rows = self._reading.run(f"SELECT track_id FROM liked WHERE {_AMONG}", (_listed(ids),))  # noqa: S608
        return {row[0] for row in rows}

    def record_play(self, track_id: TrackId, at: float, seconds: float) -> None:
        """Note that a track was played, `at` seconds since 1970, `seconds` of it heard."""
        self._record(track_id, at, seconds, skipped=False)

    def record_skip(self, track_id: TrackId, at: float, seconds: float) -> None:
        """Note that the person skipped a track after `seconds`."""
        self._record(track_id, at, seconds, skipped=True)

    def play_counts(self, ids: Iterable[TrackId]) -> dict[TrackId, int]:
        """Return how often each of these tracks was played; those that never were are left out."""
        rows = self._reading.run(
            f"SELECT track_id, count(*) FROM listen WHERE NOT skipped AND {_AMONG} GROUP BY track_id",  # noqa: S608
            (_listed(ids),),
        )
        return dict(rows)

    def never_played(self, limit: int) -> list[TrackId]:
        """Return present tracks that were never played, the newest in the library first."""
        rows = self._reading.run(
            f"SELECT id FROM track WHERE id NOT IN (SELECT track_id FROM listen WHERE NOT skipped)"  # noqa: S608
            f" AND id NOT IN ({ABSENT}) ORDER BY id DESC LIMIT ?",
            (limit,),
        )
        return [row[0] for row in rows]

    def forgotten_favourites(self, before: float, limit: int) -> list[TrackId]:
        """Return present tracks that are liked or often played, but not since `before`, longest ago first.

        `before` is in seconds since 1970.
        """
        return [row[0] for row in self._reading.run(_FORGOTTEN, (before, limit))]

    def _record(self, track_id: TrackId, at: float, seconds: float, *, skipped: bool) -> None:
        self._db.run_lasting(
            "INSERT INTO listen (track_id, at, seconds, skipped)"
            " SELECT id, ?2, ?3, ?4 FROM track WHERE id = ?1",
            (track_id, at, seconds, skipped),
        )


def _listed(ids: Iterable[TrackId]) -> str:
    return json.dumps([int(track_id) for track_id in ids])
