"""Takes out of the library what a model made of it: vectors, windows, hearings, and the phrases it read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vibe_desktop.models.ears import CLAP

if TYPE_CHECKING:
    from vibe_desktop.library.database import Database
    from vibe_desktop.progress import Progress

_BATCH = 1000
"""Rows deleted in one transaction: about 15 ms, so that nobody else waits for long."""

_SIZES = {
    "heard_window": "length(value)",
    "hearing": "length(spread) + length(labels)",
    "vector": "length(value)",
}
"""What lies in a space, table by table, and how many bytes a row of it holds."""


def made_by(db: Database, model: str) -> int:
    """Return about how many bytes the library holds of a model's making."""
    spaces = _spaces(db, model)
    return sum(_total(db, table, f"sum({size})", spaces) for table, size in _SIZES.items())


def forget_model(db: Database, model: str, progress: Progress) -> None:
    """Delete all spaces of a model and what lies in them, in short transactions.

    May be called off and repeated. Captions change with the next run of the indexer. Raises `VibeError`.
    """
    spaces = _spaces(db, model)
    rows = sum(_total(db, table, "count(*)", spaces) for table in _SIZES)
    progress.begin("Forgetting what it made", rows)
    for table in _SIZES:
        while deleted := _some(db, table, spaces):
            progress.advance(deleted)
    with db.transaction():
        db.run("DELETE FROM space WHERE id IN (SELECT value FROM json_each(?))", (spaces,))
        if model == CLAP:  # the only one that reads phrases
            db.run("DELETE FROM phrase")
        db.run("DELETE FROM failure WHERE task = ?", (f"hear:{model}",))
        db.run("DELETE FROM attempt WHERE task = ?", (f"hear:{model}",))


def _spaces(db: Database, model: str) -> str:
    """Return the ids of a model's spaces, of whichever of its versions, as JSON."""
    return json.dumps([row[0] for row in db.run("SELECT id FROM space WHERE name = ?", (model,))])


def _total(db: Database, table: str, what: str, spaces: str) -> int:
    sql = f"SELECT {what} FROM {table} WHERE space_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own
    [(found,)] = db.run(sql, (spaces,))
    return int(found or 0)


def _some(db: Database, table: str, spaces: str) -> int:
    """Delete a batch of a table's rows; return how many there were."""
    with db.transaction():
        db.run(
            f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table}"  # noqa: S608 - our own names
            " WHERE space_id IN (SELECT value FROM json_each(?)) LIMIT ?)",
            (spaces, _BATCH),
        )
        return db.connection.changes()
