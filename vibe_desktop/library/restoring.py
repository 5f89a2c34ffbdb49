"""A damaged library: set aside, and put together again from a copy and from what can still be read of it."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import apsw
from filelock import Timeout

from vibe_desktop.counting import Made, moment
from vibe_desktop.domain import VibeError
from vibe_desktop.library import salvage
from vibe_desktop.library.backup import copies, copying, is_sound
from vibe_desktop.library.database import (
    DamagedError,
    Database,
    FailingDiskError,
    NotALibraryError,
    UnreadableError,
)
from vibe_desktop.progress import Progress
from vibe_desktop.saving import move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vibe_desktop.library.backup import Copy

_BESIDE = ("-shm", "-wal", "")
"""A library's files, in the order they are moved in: its own last."""

# Every connection to a library with write-ahead logging holds a shared lock on these bytes as long as it is
# open (https://sqlite.org/src/file/src/os.h: SHARED_FIRST, SHARED_SIZE).
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
_COUNTED = {
    "tracks": "track",
    "likes": "liked",
    "listens": "listen",
    "playlists": "playlist WHERE deleted_at IS NULL",
    "captions": "caption WHERE own_sentence IS NOT NULL",
}
_PERSONS = frozenset(
    {"track", "caption", "liked", "listen", "playlist", "playlist_entry", "waiting_keepsake"}
)

TAKING_COPY = "Taking over the copy"
TAKING_DAMAGED = "Reading the damaged library"
MENDING = "Putting it in order"
"""The stages of restoring."""

# Rows come in the order of one index and go into others: what is written to again and again stays in memory.
_CACHE_KIB = 64 << 10
_LOOK_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Made):
    """What a damaged library was put together from, and what is there again."""

    tracks: int
    copied_at: float | None
    """when the copy was made it comes from, in seconds since 1970; None where there was none"""
    all_read: bool
    """whether everything the person made could be read from the damaged file itself"""
    some_read: bool
    aside: Path
    """where the damaged file is kept"""


def unwatched(_copied_at: float | None) -> AbstractContextManager[Progress]:
    """Restore without anybody looking on."""
    return nullcontext(Progress())


def open_library(
    database: Path, watching: Callable[[float | None], AbstractContextManager[Progress]] = unwatched
) -> tuple[Database, Restored | None]:
    """Open the library, restored first where it is damaged; then tell what came of that.

    While that is done it is `watching` who is given when the newest copy was made, and gives the progress;
    also while another process does it. Asked to stop, `Cancelled` is raised, and the next start begins anew.

    The damaged file is moved aside, never changed; one that vanished counts as damaged if there are copies.
    Raises `VibeError` as `Database.open` does, where others have the damaged library open, and where it
    cannot be restored because nothing may be written beside it or there is no room.
    """
    try:
        if not _ready(database).exists() and not _is_lost(database):
            return Database.open(database), None
    except NotALibraryError:
        if not copies(database):
            raise
    except DamagedError as error:
        log.info("%s", error)
    except UnreadableError as error:
        raise _on_failing_disk(database, "cannot be read") from error
    newest = next(iter(copies(database)), None)
    try:
        with watching(newest.at if newest else None) as progress, _in_turn(database, progress):
            return _open_alone(database, progress)
    except FailingDiskError as error:
        raise _on_failing_disk(database, "is damaged and cannot be restored where it is") from error
    except (OSError, NotImplementedError) as error:
        raise VibeError(
            f"The library {database} is damaged and cannot be restored: {error}.",
            "Check the permissions of its folder and the free space there, then start Vibe Desktop again.",
        ) from error


def _on_failing_disk(database: Path, what: str) -> VibeError:
    """Tell what can be done elsewhere: a profile without its library brings that back from its copies."""
    there = copies(database)
    if there:
        when = moment(there[0].at)
        remedy = (
            f"It was not changed, and its copies in {there[0].path.parent} are as they were."
            f" Copy all of {database.parent} but the file {database.name} to another disk and start Vibe"
            f" Desktop with that folder as its profile: the library comes back there as it was on {when}."
        )
    else:
        remedy = (
            "It was not changed, and there is no copy of it."
            f" Copy as much of {database.parent} as can be read to another disk and start Vibe Desktop with"
            " that folder as its profile: what could be copied is saved there."
        )
    return FailingDiskError(
        f"The library {database} {what}: the disk answers with an error.",
        f"{remedy} The option is --profile FOLDER. Or try again, if the disk was only away.",
    )


@contextmanager
def _in_turn(database: Path, progress: Progress) -> Iterator[None]:
    """Be the only one who restores; wait for another, unless asked to stop."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(copying(database, seconds=_LOOK_SECONDS))
                break
            except Timeout:
                progress.check()
        yield


def _open_alone(database: Path, progress: Progress) -> tuple[Database, Restored | None]:
    """Restore while nobody else does; whoever waited for that finds it done."""
    _finish(database)
    try:
        if not _is_lost(database):
            return Database.open(database), None
    except (DamagedError, NotALibraryError) as error:
        log.info("%s", error)
    database.touch()
    _refuse_company(database)
    restored = _restore(database, progress)
    return Database.open(database), restored


def _is_lost(database: Path) -> bool:
    """Whether the file is gone, or has nothing in it, although there are copies of what it held.

    A new library in its place would in time push the last good copy out.
    """
    is_empty = not database.exists() or (database.is_file() and database.stat().st_size == 0)
    return is_empty and bool(copies(database))


def _refuse_company(database: Path) -> None:
    """Refuse where another process has the library open: it would go on writing to the file that is moved.

    Windows itself refuses to move such a file.
    """
    if sys.platform == "win32":
        return
    import fcntl

    with database.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except (PermissionError, BlockingIOError) as error:
            raise _in_use(database) from error


def _in_use(database: Path) -> VibeError:
    return VibeError(
        f"The library {database} is damaged, and another Vibe Desktop has it open.",
        "Close every Vibe Desktop and start it again: it then restores what can be saved.",
    )


def _restore(database: Path, progress: Progress) -> Restored:
    workshop = database.with_name(f"{database.name}.restoring")
    shutil.rmtree(workshop, ignore_errors=True)
    try:
        new = workshop / database.name
        copy = next((each for each in copies(database) if _is_usable(each)), None)
        restored = _put_together(new, copy, database, progress)
        # From here on it is settled: whoever comes next finishes it.
        move(new, _ready(database))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return replace(restored, aside=_finish(database))


def _is_usable(copy: Copy) -> bool:
    """Whether a copy is whole and a library: to SQLite an empty file is sound too."""
    try:
        with closing(apsw.Connection(str(copy.path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            tables = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'track'").fetchone()
            return tables is not None and is_sound(connection)
    except apsw.Error:
        return False


def _put_together(new: Path, copy: Copy | None, damaged: Path, progress: Progress) -> Restored:
    """Make a new library of the rows of a copy, if there is one, and of what the damaged file still tells."""
    if copy:
        with _opened_for_taking(new, _version(copy.path)) as base:
            salvage.take(base, copy.path, progress, TAKING_COPY)
    with _opened_for_taking(new, _version(damaged)) as base:
        taken = salvage.take(base, damaged, progress, TAKING_DAMAGED)
    with _opened_for_taking(new, None) as base:
        salvage.mend(base, progress, MENDING, trusted=not taken.partly & {"track", "track_genre"})
        restored = Restored(
            **{name: base.run(f"SELECT count(*) FROM {what}")[0][0] for name, what in _COUNTED.items()},  # noqa: S608
            copied_at=copy.at if copy else None,
            all_read=not _PERSONS & (taken.partly | taken.lost),
            some_read=bool(_PERSONS & (taken.partly | taken.whole)),
            aside=damaged,
        )
        base.connection.pragma("synchronous", "full")
        base.connection.pragma("journal_mode", "delete")
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    return restored


def _version(file: Path) -> int:
    """Return the version of a file's schema; 1, which harms nothing, where it cannot be told."""
    try:
        with closing(apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            return max(1, int(connection.pragma("user_version")))
    except apsw.Error:
        return 1


@contextmanager
def _opened_for_taking(new: Path, version: int | None) -> Iterator[Database]:
    """Open the new library at a version of the schema, without what rows owe to each other."""
    with closing(Database.open(new, version=version)) as base:
        base.connection.pragma("foreign_keys", "off")
        base.connection.pragma("cache_size", -_CACHE_KIB)
        base.connection.pragma("synchronous", "off")  # should the power fail now, it is begun anew
        yield base


def _ready(database: Path) -> Path:
    return database.with_name(f"{database.name}.restored")


def _finish(database: Path) -> Path:
    """Put a restored library that is ready into its place; return where the damaged one is kept."""
    ready = _ready(database)
    aside = database.with_name(f"{database.name}.damaged-{time.strftime('%Y-%m-%d-%H%M%S')}")
    if ready.exists():
        try:
            for ending in _BESIDE:
                if (file := database.with_name(database.name + ending)).exists():
                    move(file, aside.with_name(aside.name + ending))
        except PermissionError as error:
            ready.unlink()
            raise _in_use(database) from error
        move(ready, database)
    return aside
