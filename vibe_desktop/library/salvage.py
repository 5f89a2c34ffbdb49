"""Rows out of a damaged library, or out of a copy of it, into a new one."""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import apsw

from vibe_desktop.library import words
from vibe_desktop.library.backup import is_sound
from vibe_desktop.library.database import DamagedError, FailingDiskError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from vibe_desktop.library.database import Database
    from vibe_desktop.progress import Progress

TABLES = (
    "root", "track", "track_genre", "caption", "liked", "listen", "playlist", "playlist_entry",
    "waiting_keepsake", "space", "vector", "hearing", "heard_window", "failure",
)  # fmt: skip
"""What is taken over, parents before children."""

MADE_AGAIN = (
    "words", "neighbour_cache", "phrase", "attempt", "due", "undescribed", "described_as", "unworded",
)  # fmt: skip
"""What never is: it follows from the rest, or is worth nothing by now."""

# What is said of a row that cannot be what it was. A quick check passes over doubles that must not be.
_UNFIT = (apsw.ConstraintError, apsw.MismatchError)

# How often an unreadable place is approached from another side before its surroundings are given up.
_MOST_TRIES = 20_000
# Each time a library is restored its ids go on a million further.
_HIGHEST = 1 << 32

_OURS = frozenset(("root", "track", "caption", "space"))
"""Tables every library has had from the first version on."""

# Ids that were handed out since a copy was made must never be given to other music.
_IDS_APART = 1_000_000

_STEP = 1000
"""Rows after which it is told that they are done."""


@dataclass(slots=True)
class Taken:
    """Which tables of a file came over."""

    whole: set[str] = field(default_factory=set)
    partly: set[str] = field(default_factory=set)
    """of these, the rows that could be read"""
    lost: set[str] = field(default_factory=set)
    """of these, none"""


class _Pace:
    """Tells how far it is by the rows of tables, whose number may be a guess."""

    def __init__(self, progress: Progress, left: Mapping[str, int]) -> None:
        self._progress = progress
        self._left = dict(left)

    def over(self, table: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield rows of a table and tell now and then that they are done."""
        for number, row in enumerate(rows, 1):
            yield row
            if number % _STEP == 0:
                self._tell(table, min(_STEP, self._left[table]))

    def end(self, table: str) -> None:
        """Tell that a table is done, however many rows it had."""
        self._tell(table, self._left[table])

    def _tell(self, table: str, count: int) -> None:
        self._left[table] -= count
        self._progress.advance(count)


def take(base: Database, file: Path, progress: Progress, stage: str) -> Taken:
    """Put the rows of `file` into `base`, and tell which tables came over; its rows are what `stage` counts.

    A whole table replaces what `base` had of it. Of any other, each row that can be read does so for itself.
    Foreign keys must be off, and `mend` has to follow. Raises `Cancelled` if it is asked to stop.
    """
    taken = Taken()
    with closing(apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)) as source:
        try:
            known = {row[0] for row in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        except apsw.Error:
            known = set()
        if not known >= _OURS:  # nothing can be read, or it is another program's
            known = set()
            taken.lost.update(TABLES)
        tables = [table for table in TABLES if table in known]
        left = {table: _about(base, source, table) for table in tables}
        progress.begin(stage, sum(left.values()))
        pace = _Pace(progress, left)
        for table in tables:
            _take_table(base, source, table, taken, pace)
            pace.end(table)
    return taken


def mend(base: Database, progress: Progress, stage: str, *, trusted: bool) -> None:
    """Make what was taken consistent. Where it is not `trusted`, every file's tags are to be read again."""
    progress.begin(stage, len(TABLES) + 1)
    with base.transaction():
        _make_roots(base)
        for table in TABLES:
            _drop_orphans(base, table)
            progress.advance()
        base.run(
            "DELETE FROM vector WHERE length(value) <>"
            " 2 * (SELECT dimensions FROM space WHERE id = vector.space_id)"
        )
        base.run(
            "DELETE FROM heard_window WHERE length(value) %"
            " (2 * (SELECT dimensions FROM space WHERE id = heard_window.space_id)) <> 0"
        )
        base.run("UPDATE space SET generation = generation + 1, named = ''")
        if not trusted:
            base.run("UPDATE track SET tags_pending = 1")
        base.run("INSERT OR IGNORE INTO due VALUES ('keywords')")
        words.refresh_all(base)
        base.run("UPDATE sqlite_sequence SET seq = seq + ?", (_IDS_APART,))
    progress.advance()


def _about(base: Database, source: apsw.Connection, table: str) -> int:
    """Return how many rows a table seems to have: where they cannot be counted, as many as are known."""
    count = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own names
    try:
        return int(next(source.execute(count))[0])
    except apsw.Error:
        return int(base.run(count)[0][0])


def _take_table(base: Database, source: apsw.Connection, table: str, taken: Taken, pace: _Pace) -> None:
    there = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    columns = [row[1] for row in base.run(f"PRAGMA table_info({table})") if row[1] in there]
    insert = _insertion(base, table, columns)
    if is_sound(source, table):
        select = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED"  # noqa: S608 - our own names
        with suppress(DamagedError, FailingDiskError, UnicodeDecodeError, *_UNFIT), base.transaction():
            base.run(f"DELETE FROM {table}")  # noqa: S608 - likewise
            base.run_many(insert, pace.over(table, source.execute(select)))
            taken.whole.add(table)
    if table not in taken.whole:
        with base.transaction():
            readable = pace.over(table, readable_rows(source, table, columns))
            rows = sum(_put(base, insert, row) for row in readable)
        (taken.partly if rows else taken.lost).add(table)


def _insertion(base: Database, table: str, columns: Sequence[str]) -> str:
    keys = [row[1] for row in base.run(f"PRAGMA table_info({table})") if row[5]]
    marks = ", ".join("?" * len(columns))
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    then = f"UPDATE SET {changes}" if changes else "NOTHING"
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({', '.join(keys)}) DO {then}"  # noqa: S608


def _put(base: Database, insert: str, row: tuple[Any, ...]) -> bool:
    """Store a row unless it cannot be what it was: of another type, without a value, with another's path."""
    try:
        base.connection.execute(insert, row)
    except _UNFIT:
        return False
    return True


def readable_rows(source: apsw.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield every row that can be read, some of them twice.

    Each unreadable page is approached from both sides, and what lies between two of them from its middle.
    """
    key, order = ("rowid", ["rowid"]) if _has_rowid(source, table) else (columns[0], list(columns[:2]))
    select = (
        f"SELECT {key}, {', '.join(columns)} FROM {table} NOT INDEXED"  # noqa: S608 - our own names
        f" WHERE {key} BETWEEN ? AND ? ORDER BY "
    )
    upwards, downwards = (select + ", ".join(f"{name} {way}" for name in order) for way in ("ASC", "DESC"))
    spans = [(0, _highest(source, table, key))]
    for _ in range(_MOST_TRIES):
        if not spans:
            return
        low, high = spans.pop()
        below, above = low - 1, high + 1
        for row in _until_unreadable(source, upwards, low, high):
            if row:
                below = row[0]
                yield row[1:]
                continue
            for other in _until_unreadable(source, downwards, low, high):
                if other:
                    above = other[0]
                    yield other[1:]
            if low < high:
                middle = (below + above) // 2
                spans += [
                    (first, last)
                    for first, last in ((middle + 1, above - 1), (below + 1, middle))
                    if first <= last
                ]


def _until_unreadable(source: apsw.Connection, select: str, low: int, high: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows, and an empty one in place of what could not be read, where it ends."""
    try:
        yield from source.execute(select, (low, high))
    except (apsw.Error, UnicodeDecodeError):
        yield ()


def _has_rowid(source: apsw.Connection, table: str) -> bool:
    try:
        source.execute(f"SELECT rowid FROM {table} LIMIT 0")  # noqa: S608 - our own names
    except apsw.Error:
        return False
    return True


def _highest(source: apsw.Connection, table: str, key: str) -> int:
    try:
        [(highest,)] = source.execute(f"SELECT max({key}) FROM {table} NOT INDEXED")  # noqa: S608 - our own
    except apsw.Error:
        return _HIGHEST
    return int(highest or 0)


def _make_roots(base: Database) -> None:
    """Where a music folder is lost and its tracks are not, take the folder around all of them for it."""
    lost = base.run("SELECT id, root_id, path FROM track WHERE root_id NOT IN (SELECT id FROM root)")
    for root_id in {row[1] for row in lost}:
        folder = os.path.commonpath([os.path.dirname(row[2]) for row in lost if row[1] == root_id])  # noqa: PTH120
        base.run("INSERT OR IGNORE INTO root (path, added_at) VALUES (?, ?)", (folder, time.time()))
        base.run(
            "UPDATE track SET root_id = (SELECT id FROM root WHERE path = ?) WHERE root_id = ?",
            (folder, root_id),
        )


def _drop_orphans(base: Database, table: str) -> None:
    """Delete the rows whose track, playlist or other parent could not be saved."""
    for _, _, parent, column, *_ in base.run(f"PRAGMA foreign_key_list({table})"):
        base.run(
            f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {parent})"  # noqa: S608
        )
