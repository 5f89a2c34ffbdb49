"""Folders a person takes out of the library: kept for ever, or, where they wish it, deleted after a while.

That while is counted from look to look, and no look counts for more than a week, whatever the clock says: one
that is months ahead for a day, or was years behind when the folder was removed, costs a week at most.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError
from vibe_desktop.library.folders import removed_folders
from vibe_desktop.library.tracks import TrackStore, root_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import TrackId
    from vibe_desktop.library.database import Database

DAYS_KEPT = 60
"""How long likes, plays and all else stay after a person asked to forget them, in case they think again."""

_MOST_DAYS_A_LOOK = 7
_DAY = 86_400
_BATCH = 500
_DUE = "SELECT id FROM root WHERE forgotten_at IS NOT NULL AND delete_after <= ?"
_LOOK = """
    UPDATE root SET clock_seen_at = :now,
        delete_after = delete_after + (:now - seen) - max(0, min(:now - seen, :most))
    FROM (SELECT id AS row, coalesce(clock_seen_at, delete_after - :kept) AS seen FROM root)
    WHERE id = row AND delete_after IS NOT NULL
"""
_SOME_DUE = f"SELECT id FROM track WHERE root_id IN ({_DUE}) LIMIT ?"  # noqa: S608 - our own text


def remove_folder(tracks: TrackStore, folder: Path, *, for_good: bool = False) -> float | None:
    """Take a folder out of the library, also while another process indexes.

    Everything about its songs is kept until it is added again; `for_good` lets
    it go after `DAYS_KEPT`, also for a folder removed before. Returns when that
    is, in seconds since 1970. Raises `VibeError` where the library has no such folder.
    """
    path = root_path(folder)
    known = {root.path: root.id for root in tracks.roots()}
    removed = {os.fsencode(each.path): each.id for each in removed_folders(tracks.db)} if for_good else {}
    if path not in known and path not in removed:
        names = ", ".join(os.fsdecode(each) for each in known) or "none yet"
        raise VibeError(f"The library has no folder {folder}.", f"These are in it: {names}.")
    tracks.forget_root(known.get(path, 0))
    return forget_in_time(tracks.db, (known | removed)[path]) if for_good else None


def forget_in_time(db: Database, folder_id: int) -> float:
    """Let what is kept about the songs of a removed folder be deleted after a while; return when."""
    now = time.time()
    after = now + DAYS_KEPT * _DAY
    db.run_lasting(
        "UPDATE root SET delete_after = ?, clock_seen_at = ? WHERE id = ? AND forgotten_at IS NOT NULL",
        (after, now, folder_id),
    )
    return after


def delete_due(db: Database) -> int:
    """Delete the songs of folders whose time has come, in short transactions; return how many there were.

    The time since the last look is taken for a week at most, and what the clock went beyond that puts it off.
    Playlists keep their places as lines, which lead to the songs again if they are ever added again.
    """
    now, deleted = time.time(), 0
    db.run(_LOOK, {"now": now, "most": _MOST_DAYS_A_LOOK * _DAY, "kept": DAYS_KEPT * _DAY})
    while batch := _delete_some(db, now):
        deleted += batch
    db.run(f"DELETE FROM root WHERE id IN ({_DUE})", (now,))  # noqa: S608 - our own text
    return deleted


def _delete_some(db: Database, now: float) -> int:
    # What is due is asked under the lock: in another process the folder may be brought back meanwhile.
    with db.transaction():
        rows = db.run(_SOME_DUE, (now, _BATCH))
        _delete(db, [row[0] for row in rows])
    return len(rows)


def _delete(db: Database, ids: Sequence[TrackId]) -> None:
    for track_id in ids:
        [(path, title, artist, seconds)] = db.run(
            "SELECT path, title, artist, seconds FROM track WHERE id = ?", (track_id,)
        )
        db.run(
            "UPDATE playlist_entry SET track_id = NULL, location = ?, title = ?, seconds = ?"
            " WHERE track_id = ?",
            (_location(path), " - ".join(filter(None, (artist, title))), seconds, track_id),
        )
        # Any nearest-neighbour file that knows it is out of date.
        db.run(
            "UPDATE space SET generation = generation + 1 WHERE id IN"
            " (SELECT space_id FROM vector WHERE track_id = ?)",
            (track_id,),
        )
        db.run("DELETE FROM words WHERE rowid = ?", (track_id,))
        db.run("DELETE FROM track WHERE id = ?", (track_id,))


def _location(path: bytes) -> str:
    """Write a path as a line of a playlist: as an address where its bytes are no text."""
    try:
        return path.decode()
    except UnicodeDecodeError:
        return Path(os.fsdecode(path)).as_uri()
