"""The one file everything is kept in: opened, checked, migrated, and its faults put into words."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import apsw

from vibe_desktop.domain import InUseError, NoRoomError, VibeError
from vibe_desktop.library import checking, ordering
from vibe_desktop.library.disks import is_full, is_remote

_STEPS = Path(__file__).parent / "sql"
_BUSY_MS = 15_000
_IMPATIENT_MS = 50
_MIGRATING_S = 300
_READING = (apsw.SQLITE_IOERR, apsw.SQLITE_IOERR_READ, apsw.SQLITE_IOERR_SHORT_READ, apsw.SQLITE_IOERR_DATA)
_MOST_HELD = 32 << 20

log = logging.getLogger(__name__)


class DamagedError(VibeError):
    """The library's file holds what no library can."""


class NotALibraryError(VibeError):
    """The file is something else, or its first page is damaged."""


class NotWritableError(VibeError):
    """The library is there and may not be written to: see `Database.open_for_reading`."""


class FailingDiskError(VibeError):
    """The disk answers with an error where the library is read or written."""


class UnreadableError(FailingDiskError):
    """The disk does not give back what was stored."""


class Database:
    """One SQLite connection, safe to share between threads: they take turns, a transaction is one turn."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        """Take over an open connection; use `Database.open`."""
        self.path = path
        self.connection = connection
        self.read_only = connection.readonly("main")
        self._turn = threading.RLock()

    @classmethod
    def open(cls, path: Path, steps: Path = _STEPS, *, version: int | None = None) -> Database:
        """Open or create the library at `path` and bring it to the newest schema found in `steps`.

        With a `version`, no further than to that one.
        Raises `NotALibraryError`, `DamagedError`, or another `VibeError` when the file was
        made by a newer version, is not writable, or when there is no room left.
        """
        with _explained(path):
            _make_folder(path.parent)
            _refuse_name(path)
            _refuse_others(path, steps)
            database = cls(apsw.Connection(str(path)), path)
            try:
                database._prepare(steps, version)
            except BaseException:
                database.close()
                raise
        return database

    @classmethod
    def open_for_reading(cls, path: Path, steps: Path = _STEPS) -> Database:
        """Open the library at `path` as it is, where nothing there may be written.

        Raises VibeError as `open` does, and where an older version made it: it would have to be migrated.
        """
        with _explained(path):
            _refuse_others(path, steps)
            database = cls(_for_reading(path), path)
            if database._version() < _migrations(steps)[-1][0]:
                database.close()
                raise apsw.ReadOnlyError
        return database

    def reader(self) -> Database:
        """Open a second connection, which only reads: with write-ahead logging it waits for no writer.

        The file was checked and migrated when this one was opened, so neither is done again.
        """
        with _explained(self.path):
            return Database(_for_reading(self.path), self.path)

    @contextmanager
    def transaction(self, *, wait: bool = True, lasting: bool = False) -> Iterator[None]:
        """Commit everything inside together, or nothing. Inside another transaction, join it.

        What is `lasting` is on the disk before this ends, whatever happens to the power a moment later; it
        is for what a person does themself. All else may be lost by then, and is found or made again.

        Raises `VibeError` where others go on writing: after a while, or almost at once if not told to `wait`.
        """
        with self._turn, _explained(self.path):
            if self.connection.in_transaction:
                yield
                return
            with self._lasting() if lasting else nullcontext():
                self._begin(wait=wait)
                try:
                    yield
                    self.connection.execute("COMMIT")
                except BaseException:
                    # A full disk makes SQLite roll back by itself.
                    if self.connection.in_transaction:
                        self.connection.execute("ROLLBACK")
                    raise

    def run_lasting(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Run `sql` in a `lasting` transaction and return all its rows."""
        with self.transaction(lasting=True):
            return self.run(sql, params)

    def run(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Run `sql` and return all its rows."""
        with self._turn, _explained(self.path):
            return list(self.connection.execute(sql, params))

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run `sql` once for each of `rows`, all in one transaction."""
        with self.transaction():
            self.connection.executemany(sql, rows)

    def expect_much(self) -> None:
        """Hold more of the file in memory from now on, 32 MB at most: for a job that writes all over it.

        Songs come by folder, and every index has them in another order. With SQLite's usual 2 MB each of its
        pages would be read and written again for nearly every song once an index is larger than that.
        """
        self.run(f"PRAGMA cache_size = -{_MOST_HELD >> 10}")
        self.run(f"PRAGMA wal_autocheckpoint = {_MOST_HELD // self.connection.pragma('page_size')}")

    def give_back(self) -> bool:
        """Make the file as small as what is in it, by writing all of that anew: seconds at worst.

        Return whether it could be done: not while others are at work or where room is lacking for a copy.
        Nothing is lost then, and what is stored next fills the gaps.
        """
        with self._turn, _explained(self.path):
            try:
                self.connection.execute("VACUUM")
            except (apsw.BusyError, apsw.LockedError, apsw.FullError) as reason:
                log.info("The library keeps its size: %s", reason)
                return False
            # While others read, the file shrinks a little later by itself.
            with suppress(apsw.BusyError, apsw.LockedError):
                self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        return True

    def check(self) -> None:
        """Look for damage in a large library, unless that was done within a day: seconds.

        A small one is looked at whenever it is opened. Raises `DamagedError`.
        """
        with self._turn, _explained(self.path):
            if checking.due(self.path):
                self._look_for_damage()

    def close(self) -> None:
        """Close the file; harmless when already closed."""
        with self._turn, _explained(self.path):
            self.connection.close()

    @contextmanager
    def _lasting(self) -> Iterator[None]:
        """Wait for the disk at each commit, which SQLite can be told only between two transactions."""
        self.connection.pragma("synchronous", "full")
        try:
            yield
        finally:
            self.connection.pragma("synchronous", "normal")

    def _begin(self, *, wait: bool) -> None:
        """Begin to write once nobody else does."""
        if not wait:
            self.connection.set_busy_timeout(_IMPATIENT_MS)
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        finally:
            if not wait:
                self.connection.set_busy_timeout(_BUSY_MS)

    def _prepare(self, steps: Path, version: int | None) -> None:
        """Check the file, set the connection up and migrate."""
        self.connection.set_busy_timeout(_BUSY_MS)
        if self.connection.readonly("main"):
            raise apsw.ReadOnlyError
        _add_functions(self.connection)
        migrations = [step for step in _migrations(steps) if version is None or step[0] <= version]
        with nullcontext() if self._version() >= migrations[-1][0] else _alone(self.path):
            if checking.due_at_opening(self.path):
                self._look_for_damage()
            self.connection.pragma("journal_mode", journal_mode(self.path))
            self.connection.pragma("synchronous", "normal")
            # macOS alone: to it a disk has taken what lies in the disk's own memory.
            self.connection.pragma("fullfsync", "on")
            self._migrate(migrations)
        # Only now: a step may rebuild tables that others refer to.
        self.connection.pragma("foreign_keys", "on")

    def _look_for_damage(self) -> None:
        if self.connection.pragma("quick_check", 1) != "ok":
            raise apsw.CorruptError
        checking.found_whole(self.path)

    def _migrate(self, migrations: Sequence[tuple[int, str]]) -> None:
        """Take each missing step in a transaction of its own, the version number last."""
        version = self._version()
        if 0 < version < migrations[-1][0]:
            _back_up(self.connection, self.path.with_name(f"{self.path.name}.version-{version}"))
        for number, sql in migrations:
            if version >= number:
                continue
            with self.transaction():
                # Read again under the lock: another process may have taken this step meanwhile.
                if self._version() < number:
                    self.connection.execute(sql)
                    self.connection.pragma("user_version", number)

    def _version(self) -> int:
        return int(self.connection.pragma("user_version"))


def journal_mode(path: Path, mounts: Iterable[tuple[str, str]] | None = None) -> str:
    """Choose how the library at `path` is kept whole; see `is_remote` for `mounts`."""
    return "truncate" if is_remote(path, mounts) else "wal"


def _migrations(steps: Path) -> list[tuple[int, str]]:
    """Return (version, SQL) of each NNN_name.sql, in order."""
    return [(int(file.name[:3]), file.read_text("utf-8")) for file in sorted(steps.glob("[0-9]*.sql"))]


def _add_functions(connection: apsw.Connection) -> None:
    """Give SQL what names are sorted by."""
    functions: dict[str, tuple[Any, int]] = {
        "sort_key": (ordering.sort_key, 1),
        "title_key": (ordering.title_key, 2),
        "album_key": (ordering.album_key, 2),
    }
    for name, (function, arguments) in functions.items():
        connection.create_scalar_function(name, function, arguments, deterministic=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other programs from making or migrating the same library at the same time.

    SQLite lets each step wait for the other's, but not a check or a copy that meets tables being rebuilt.
    """
    from filelock import FileLock, Timeout  # only at the first start: a twentieth of a second

    name = path.with_name(f"{path.name}.opening")
    lock = FileLock(name, timeout=_MIGRATING_S)
    try:
        lock.acquire()
    except Timeout as error:
        raise apsw.BusyError from error
    except (OSError, NotImplementedError) as error:
        raise apsw.FullError if is_full(path.parent) else apsw.CantOpenError from error
    try:
        yield
    finally:
        with suppress(OSError):  # Windows, where releasing it removes it
            name.unlink()
        lock.release()


def _for_reading(path: Path) -> apsw.Connection:
    """Open a file without a way to write to it.

    Where nobody may write beside it either, SQLite could not share it with writers: so there must be none.
    """
    if os.access(path.parent, os.W_OK) or path.with_name(path.name + "-wal").exists():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    else:
        place = f"{path.absolute().as_uri()}?immutable=1"
        connection = apsw.Connection(place, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    connection.set_busy_timeout(_BUSY_MS)
    return connection


def _make_folder(folder: Path) -> None:
    """Make the folder the library lies in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VibeError(
            f"The folder {folder} cannot be made.", "Choose another profile with --profile."
        ) from error


def _refuse_name(path: Path) -> None:
    """Refuse what SQLite cannot open: it takes names as Unicode text only."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise VibeError(
            "The folder of the library has a name that is not Unicode text.",
            "Choose another profile with --profile.",
        ) from error


def _back_up(connection: apsw.Connection, target: Path) -> None:
    """Copy the whole library to `target`, which is complete or not there."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    copy = apsw.Connection(str(part))
    try:
        with copy.backup("main", connection, "main") as backup:
            backup.step()
    finally:
        copy.close()
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)


def _refuse_others(path: Path, steps: Path) -> None:
    """Refuse what a newer version or another program made.

    Looked at through a connection that cannot write, so that a refused file stays as it is.
    """
    if path.is_dir():
        raise apsw.NotADBError
    if not path.exists() or path.stat().st_size == 0:
        return
    probe = _for_reading(path)
    try:
        probe.execute("BEGIN")  # both as of one moment: another program may just be making the library
        version = int(probe.pragma("user_version"))
        is_bare = probe.execute("SELECT 1 FROM sqlite_schema").fetchone() is None
    finally:
        probe.close()
    if version == 0 and not is_bare:
        # Our first step makes its tables and sets the version at once.
        raise apsw.NotADBError
    if version > _migrations(steps)[-1][0]:
        raise VibeError(
            f"The library {path} was made by a newer version of Vibe Desktop.",
            "Update Vibe Desktop, or choose another profile with --profile.",
        )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into sentences; what is our own mistake passes as it is."""
    try:
        yield
    except (apsw.FullError, apsw.IOError, apsw.NoMemError) as error:
        if isinstance(error, apsw.FullError) or is_full(path.parent):
            raise NoRoomError(
                f"There is no room left for the library {path}.",
                "Free some space and try again; nothing that was stored is lost.",
            ) from error
        checking.in_doubt(path)
        details = getattr(error, "extendedresult", apsw.SQLITE_IOERR)
        kind = UnreadableError if details in _READING else FailingDiskError
        raise kind(
            f"The library {path} could not be read or written: the disk may be full or failing.",
            "Check the disk and its free space, then try again; nothing that was stored is lost.",
        ) from error
    except apsw.NotADBError as error:
        raise NotALibraryError(
            f"{path} is not a Vibe Desktop library.",
            "Move it aside, or choose another profile with --profile.",
        ) from error
    except (apsw.CorruptError, apsw.FormatError) as error:
        checking.in_doubt(path)
        raise DamagedError(
            f"The library {path} is damaged.",
            "Close Vibe Desktop and start it again: it then restores what can be saved.",
        ) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise InUseError(
            f"The library {path} is in use by another Vibe Desktop.", "Wait for it to finish, or close it."
        ) from error
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError, apsw.AuthError) as error:
        raise NotWritableError(
            f"The library {path} cannot be opened for writing.",
            "Check the permissions of the file and its folder, or choose another profile with --profile.",
        ) from error
