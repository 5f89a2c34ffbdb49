"""What tags say of language, tempo and year, for filters: read when asked for, as few filters need them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.library.numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import FloatVector, IdArray
    from vibe_desktop.library.database import Database

# As in the index `track_language`, which SQLite uses for just this expression.
_LANGUAGE = "json_extract(tags, '$.language')"
_SUNG = f"FROM track WHERE {_LANGUAGE} IS NOT NULL"


def languages(db: Database) -> list[str]:
    """Return what tags say is sung, each as it is written, once."""
    return [row[0] for row in db.run(f"SELECT DISTINCT {_LANGUAGE} {_SUNG}")]


def sung_in(db: Database, written: Sequence[str]) -> IdArray:
    """Return the tracks whose tags name one of these languages just so, ascending; absent tracks too."""
    sql = f"SELECT id {_SUNG} AND {_LANGUAGE} IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own text
    return np.sort(numbers(db, sql, (json.dumps(list(written)),)))


def tempos(db: Database) -> tuple[IdArray, FloatVector]:
    """Return the tracks whose tempo is known, ids ascending, and their beats a minute; absent tracks too."""
    rows = db.run("SELECT id, bpm FROM track WHERE bpm IS NOT NULL")
    ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    bpm = np.fromiter((row[1] for row in rows), dtype=np.float32, count=len(rows))
    order = np.argsort(ids)
    return ids[order], bpm[order]


def any_year(db: Database) -> bool:
    """Tell whether any track that is here says when it is from."""
    return bool(db.run("SELECT 1 FROM track WHERE year IS NOT NULL AND missing_since IS NULL LIMIT 1"))


def from_years(db: Database, years: tuple[int, int]) -> IdArray:
    """Return the tracks that say they are from these years (first, last), in no order; absent tracks too."""
    return numbers(db, "SELECT id FROM track WHERE year BETWEEN ? AND ?", years)
