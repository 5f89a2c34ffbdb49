"""Verified copies of the library, made when the program ends, for the day its file is damaged.

A small library is copied whole; of a large one the copy leaves out what is made again from the music files
(docs/decisions/0050-copies-of-the-library.md).
"""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import apsw
from filelock import FileLock, Timeout

from vibe_desktop.library import checking
from vibe_desktop.saving import move

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT_TABLES = (
    "root", "track", "track_genre", "liked", "listen", "playlist", "playlist_entry", "waiting_keepsake",
    "space", "failure",
)  # fmt: skip
"""What a copy of a large library holds besides the person's own captions."""

# What is copied is read three times, see `scripts/bench.py copies`: more would keep the disk busy for long.
_WHOLE_BELOW = 64 << 20

# A copy is due once the library went on for this long since the last one, so that even of a large library
# no more than a thousandth of the time goes into copies.
_SECONDS_A_MEGABYTE = 15.0
_FORTNIGHT = 14 * 86_400
_BUSY_MS = 5000
_OWN_CAPTIONS = """
    CREATE TABLE copy.caption AS
    SELECT track_id, '' AS sentence, own_sentence, '[]' AS terms, '[]' AS keywords, x'' AS source
    FROM main.caption WHERE own_sentence IS NOT NULL
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the library as it was `at`, in seconds since 1970."""

    path: Path
    at: float


class _DamagedSourceError(Exception):
    """The library itself is damaged: a copy would only push a good one out."""


def copies(database: Path) -> list[Copy]:
    """Return the copies there are, the newest first; those made before a change of the schema count too."""
    found = [*_places(database), *database.parent.glob(f"{database.name}.version-*[0-9]")]
    kept = [Copy(path, path.stat().st_mtime) for path in found if path.is_file()]
    return sorted(kept, key=lambda copy: copy.at, reverse=True)


def keep(database: Path) -> bool:
    """Copy the library if a copy is due, and return whether that was done.

    Never in the way of anything: where it cannot be done, a line in the log says why.
    """
    try:
        with copying(database, seconds=0):
            return _keep(database)
    except Timeout:
        return False
    except _DamagedSourceError:
        checking.in_doubt(database)  # the next start restores it
        log.warning("The library %s is damaged; its copies stay as they are", database)
    except (apsw.Error, OSError, NotImplementedError) as reason:
        log.info("No copy of the library was made: %s", reason)
    return False


@contextmanager
def copying(database: Path, seconds: float = -1) -> Iterator[None]:
    """Be the only one who makes copies or restores from them; wait for that, for ever if not told how long.

    Raises `Timeout`.
    """
    folder = database.parent / "copies"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock", timeout=seconds):
        yield


def is_sound(connection: apsw.Connection, table: str | None = None) -> bool:
    """Whether a database, or one table of it, is free of damage that shows."""
    try:
        return bool(connection.pragma("quick_check", table or 1) == "ok")
    except apsw.Error:
        return False


def _places(database: Path) -> tuple[Path, Path, Path]:
    """Return where the newest copy lies, the one before it, and one that is up to a fortnight older."""
    folder = database.parent / "copies"
    newest, previous, older = (folder / f"{name}.sqlite3" for name in ("newest", "previous", "older"))
    return newest, previous, older


def _keep(database: Path) -> bool:
    size, changed_at = _state(database)
    newest = _places(database)[0]
    wait = size / (1 << 20) * _SECONDS_A_MEGABYTE * 1e9
    if not size or (newest.exists() and abs(changed_at - newest.stat().st_mtime_ns) <= wait):
        return False
    if shutil.disk_usage(newest.parent).free < 2 * size:
        log.info("No copy of the library was made: the disk is nearly full")
        return False
    part = newest.with_name("part.sqlite3")
    try:
        _write(database, part, whole=size <= _WHOLE_BELOW)
        os.utime(part, ns=(changed_at, changed_at))
        _put_first(part, database)
    finally:
        part.unlink(missing_ok=True)
    return True


def _state(database: Path) -> tuple[int, int]:
    """Return the bytes of the library and when it was last written, in ns since 1970."""
    files = [database, database.with_name(f"{database.name}-wal")]
    facts = [file.stat() for file in files if file.exists()]
    return sum(each.st_size for each in facts), max((each.st_mtime_ns for each in facts), default=0)


def _write(database: Path, part: Path, *, whole: bool) -> None:
    """Write a copy, look whether it is sound, and wait until it is on the disk."""
    part.unlink(missing_ok=True)
    with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)) as source:
        source.set_busy_timeout(_BUSY_MS)  # without write-ahead logging who commits keeps readers out
        (_copy_whole if whole else _copy_kept)(source, part)
    with closing(apsw.Connection(str(part))) as copy:
        copy.pragma("journal_mode", "delete")
        if not is_sound(copy):
            raise OSError(f"{part} is not as it was written")
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _copy_whole(source: apsw.Connection, part: Path) -> None:
    if not is_sound(source):
        raise _DamagedSourceError
    with closing(apsw.Connection(str(part))) as copy:
        copy.pragma("synchronous", "off")
        with copy.backup("main", source, "main") as backup:
            backup.step()


def _copy_kept(source: apsw.Connection, part: Path) -> None:
    """Copy rows alone: what only serves to find them is made when they are restored."""
    part.touch()
    source.execute("ATTACH ? AS copy", (str(part),))
    source.execute("PRAGMA copy.journal_mode = off; PRAGMA copy.synchronous = off")
    with source:  # one transaction: all tables as they are at one moment
        if not all(is_sound(source, table) for table in (*KEPT_TABLES, "caption")):
            raise _DamagedSourceError
        for table in KEPT_TABLES:
            source.execute(f"CREATE TABLE copy.{table} AS SELECT * FROM main.{table}")  # noqa: S608 - our own
        source.execute(_OWN_CAPTIONS)
    source.execute(f"PRAGMA copy.user_version = {source.pragma('user_version')}")


def _put_first(part: Path, database: Path) -> None:
    """Put a new copy in the first place; each step leaves every other copy whole."""
    newest, previous, older = _places(database)
    if previous.exists() and _gives_way(older, part):
        move(previous, older)
    if newest.exists():
        move(newest, previous)
    move(part, newest)
    with suppress(OSError):  # Windows opens no folders
        folder = os.open(newest.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _gives_way(older: Path, part: Path) -> bool:
    return not older.exists() or part.stat().st_mtime - older.stat().st_mtime > _FORTNIGHT
