"""A disk in trouble: Python imports this by itself where its folder is on the path.

`AILING_DISK` is JSON: {"folders": {path: what befalls whoever lists it}, "dies before": a function's name}.
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


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if _TROUBLE.get("folders"):
    _ail(_TROUBLE["folders"])
if _TROUBLE.get("dies before") == "reconcile_moves":
    from vibe_desktop.library import moves

    moves.reconcile_moves = cast("Any", _die)
