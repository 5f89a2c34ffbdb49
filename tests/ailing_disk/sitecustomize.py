"""A disk in trouble: Python imports this by itself where its folder is on the path.

`AILING_DISK` is JSON: {"folders": {path: what befalls whoever lists it}, "dies before": a function's name,
"sectors": {path of a database:
[the first byte that can be neither read nor written, the one after the last]}}.
A folder may fail with an error of the system by its name ("EIO"), break off half way ("breaks off"), or
answer every question for the next entry with the same error, for as long as it is asked ("for ever").
"""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any, cast

_TROUBLE: dict[str, Any] = json.loads(os.environ.get("AILING_DISK", "{}"))
_PATIENCE = 1000


class _Listing:
    """A folder's listing that fails after half of its entries, once or whenever it is asked."""

    def __init__(self, real: Any, *, for_ever: bool) -> None:
        with real:
            entries = list(real)
        self._entries = iter(entries[: len(entries) // 2])
        self._for_ever = for_ever
        self._asked = 0

    def __enter__(self) -> _Listing:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        for entry in self._entries:
            return entry
        self._asked += 1
        if self._asked > _PATIENCE or (self._asked > 1 and not self._for_ever):
            os.abort()  # whoever asks so often would do so until the end of days
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _ail(folders: dict[str, str]) -> None:
    real: Callable[..., Any] = os.scandir

    def scandir(folder: Any = ".") -> Any:
        trouble = folders.get(os.fsdecode(folder)) if isinstance(folder, str | bytes) else None
        if trouble is None:
            return real(folder)
        if trouble in ("breaks off", "for ever"):
            return _Listing(real(folder), for_ever=trouble == "for ever")
        number = getattr(errno, trouble)
        raise OSError(number, os.strerror(number))

    os.scandir = cast("Any", scandir)


def _spoil(sectors: dict[str, tuple[int, int]]) -> None:
    """Let SQLite meet errors of the disk at some bytes; there is no write-ahead logging then."""
    import apsw

    system = apsw.vfs_names()[0]
    # What takes the place of a file lies in other sectors.
    there = {path: os.stat(path).st_ino for path in sectors if os.path.exists(path)}  # noqa: PTH110, PTH116

    class File(apsw.VFSFile):
        def __init__(self, name: Any, flags: list[int]) -> None:
            super().__init__(system, name, flags)
            path = name.filename() if isinstance(name, apsw.URIFilename) else name
            is_it = path in sectors and os.stat(path).st_ino == there.get(path, os.stat(path).st_ino)  # noqa: PTH116
            self._first, self._end = sectors[path] if is_it else (0, 0)

        def _touch(self, amount: int, offset: int) -> None:
            if offset < self._end and offset + amount > self._first:
                raise apsw.IOError

        def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's name
            self._touch(amount, offset)
            return super().xRead(amount, offset)

        def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
            self._touch(len(data), offset)
            super().xWrite(data, offset)

    class Disk(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("ailing-disk", system, makedefault=True)

        def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            if flags[0] & apsw.SQLITE_OPEN_READONLY:
                # Closing asks for a lock that a file opened so cannot have: SQLite minds no more, apsw does.
                flags[0] ^= apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_READWRITE
            return File(name, flags)

    globals()["_disk"] = Disk()  # it is there for as long as somebody knows it


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if _TROUBLE.get("folders"):
    _ail(_TROUBLE["folders"])
if _TROUBLE.get("sectors"):
    _spoil(_TROUBLE["sectors"])
if _TROUBLE.get("dies before") == "reconcile_moves":
    from vibe_desktop.library import moves

    moves.reconcile_moves = cast("Any", _die)
