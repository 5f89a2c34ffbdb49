"""What a person keeps about songs, put into a library and looked at again after something befell it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from program import Program
from vibe_desktop.app import App
from vibe_desktop.index.indexer import IndexReport
from vibe_desktop.library.database import Database
from vibe_desktop.library.saved import PlaylistStore
from vibe_desktop.library.tastes import TasteStore
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

# What a look at a folder may write although nothing there changed.
_TIMES = {"root": ("scanned_at",)}


@dataclass(frozen=True)
class Kept:
    """Everything kept about one song; `made` is what the program found out by itself."""

    liked: bool
    plays: int
    places: tuple[int, ...]
    """where it is in playlists"""
    made: tuple[tuple[Any, ...], ...]


def look(program: Program, *folders: Path, gone: bool = False) -> IndexReport:
    """Look at these folders, or all, as `index --no-listen` does, but in this process, which is quicker."""
    with App(Profile(program.profile)) as app:
        return app.index(folders, Progress(), listen=False, workers=1, gone=gone)


def database(program: Program) -> Database:
    return Database.open(Profile(program.profile).database)


def cherish(program: Program) -> None:
    """Like and play every song there is, keep all in a playlist, and let an ear have heard them."""
    db = database(program)
    ids = [row[0] for row in db.run("SELECT id FROM track ORDER BY path")]
    tastes = TasteStore(db)
    tastes.set_liked(ids, liked=True)
    for track_id in ids:
        tastes.record_play(track_id, 1.0, 60.0 + track_id)
    PlaylistStore(db).create("Everything", ids)
    db.run("INSERT INTO space (name, kind, dimensions, fingerprint) VALUES ('e', 'ear', 2, 'an ear')")
    db.run(
        "INSERT INTO vector SELECT (SELECT max(id) FROM space), id, zeroblob(4), content_key FROM track"
        " WHERE content_key IS NOT NULL"
    )
    db.close()


def ids_by_path(program: Program) -> dict[Path, int]:
    """Return the number of every song, missing ones too, by where it lies."""
    db = database(program)
    rows = db.run("SELECT path, id FROM track")
    db.close()
    return {Path(os.fsdecode(path)): track_id for path, track_id in rows}


def missing(program: Program) -> set[Path]:
    """Return where the songs lay that are missing now."""
    db = database(program)
    rows = db.run("SELECT path FROM track WHERE missing_since IS NOT NULL")
    db.close()
    return {Path(os.fsdecode(path)) for (path,) in rows}


def kept(program: Program) -> dict[int, Kept]:
    """Return everything kept about every song, by its number."""
    db = database(program)
    songs = {
        track_id: Kept(
            liked=bool(db.run("SELECT 1 FROM liked WHERE track_id = ?", (track_id,))),
            plays=len(db.run("SELECT 1 FROM listen WHERE track_id = ?", (track_id,))),
            places=tuple(
                row[0] for row in db.run("SELECT place FROM playlist_entry WHERE track_id = ?", (track_id,))
            ),
            made=tuple(
                db.run(
                    "SELECT space_id, source, value FROM vector WHERE track_id = ? ORDER BY 1", (track_id,)
                )
            ),
        )
        for (track_id,) in db.run("SELECT id FROM track")
    }
    db.close()
    return songs


def rows(program: Program, *, but: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but those of `but`, without the times of looks at folders."""
    db = database(program)
    tables = [
        name
        for (name,) in db.run(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        )
        if not name.startswith(("words", "sqlite")) and name not in but
    ]
    found = {}
    for table in tables:
        columns = [row[1] for row in db.run(f"PRAGMA table_info({table})")]
        wanted = ", ".join(name for name in columns if name not in _TIMES.get(table, ()))
        found[table] = sorted(db.run(f"SELECT {wanted} FROM {table}"), key=repr)
    db.close()
    return found
