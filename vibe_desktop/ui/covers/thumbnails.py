"""The folder of thumbnails and the memory of which file has which; both may be deleted at any time."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

_LARGEST = 4 << 20
_STALE_PART_SECONDS = 3600.0
_KEPT_SHARE = 0.9

_TABLE = """
CREATE TABLE IF NOT EXISTS cover (
    file BLOB PRIMARY KEY,   -- a hash of the track's path
    stamp TEXT NOT NULL,     -- what the file and its folder looked like
    thumbnail TEXT NOT NULL  -- a name in this folder, '' where there is no cover
) WITHOUT ROWID, STRICT
"""


class Thumbnails:
    """Small pictures of covers on disk, named by content; safe to share between threads.

    A file whose size, date or folder's date changed is unknown again.
    """

    def __init__(self, folder: Path, limit: int = 300 << 20) -> None:
        self.folder = folder
        self._limit = limit
        self._connection: apsw.Connection | None = None
        self._turn = threading.Lock()

    def recall(self, path: bytes) -> str | None:
        """Return the name of a track's thumbnail, "" where it has no cover, None where that is not known.

        Of a file that cannot be reached the last that was known is told.
        """
        rows = self._run("SELECT stamp, thumbnail FROM cover WHERE file = ?", (_key(path),))
        stamp, name = rows[0] if rows else ("", "")
        try:
            now = _stamp(path)
        except OSError:
            return str(name)
        if stamp != now or (name and not (self.folder / name).exists()):
            return None
        return str(name)

    def remember(self, path: bytes, name: str) -> None:
        """Keep what was found for a track as its file is now."""
        with suppress(OSError):
            self._run("INSERT OR REPLACE INTO cover VALUES (?, ?, ?)", (_key(path), _stamp(path), name))

    def read(self, name: str) -> bytes:
        """Return a thumbnail's bytes, b"" if it is gone; whatever is read counts as young."""
        file = self.folder / name
        try:
            with file.open("rb") as stream:
                data = stream.read(_LARGEST)
            os.utime(file)
        except OSError:
            return b""
        return data

    def discard(self, name: str) -> None:
        """Delete a thumbnail that is not what we wrote."""
        with suppress(OSError):
            (self.folder / name).unlink()

    def prune(self) -> None:
        """Delete the oldest thumbnails where they exceed the limit, and what crashes left behind."""
        found: list[tuple[float, int, str]] = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    stat = entry.stat()
                    if entry.name.endswith(".jpg"):
                        found.append((stat.st_mtime, stat.st_size, entry.path))
                    elif entry.name.endswith(".part") and stat.st_mtime < time.time() - _STALE_PART_SECONDS:
                        os.unlink(entry.path)  # noqa: PTH108
        total = sum(size for _, size, _ in found)
        if total <= self._limit:
            return
        for _, size, file in sorted(found):
            if total <= self._limit * _KEPT_SHARE:
                break
            with suppress(OSError):
                os.unlink(file)  # noqa: PTH108
                total -= size

    def close(self) -> None:
        """Let go of the memory."""
        with self._turn:
            self._disconnect()

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        """Run one statement; a memory that was damaged or deleted is begun anew, or else is empty."""
        import apsw

        with self._turn:
            for _ in range(2):
                try:
                    return list(self._connected().execute(statement, values))
                except (apsw.Error, OSError):
                    self._disconnect()
                    with suppress(OSError):
                        (self.folder / "covers.sqlite3").unlink()
        return []

    def _connected(self) -> apsw.Connection:
        import apsw

        if self._connection is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            connection = apsw.Connection(str(self.folder / "covers.sqlite3"))
            self._connection = connection
            connection.set_busy_timeout(1000)
            # It can be made again: speed counts, not what a power cut leaves.
            connection.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
            connection.execute(_TABLE)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _key(path: bytes) -> bytes:
    return hashlib.blake2b(path, digest_size=16).digest()


def _stamp(path: bytes) -> str:
    file = os.stat(path)  # noqa: PTH116 - paths are bytes
    folder = os.stat(os.path.dirname(path))  # noqa: PTH116, PTH120
    return f"{file.st_size} {file.st_mtime_ns} {folder.st_mtime_ns}"
