"""When a library is looked at for damage: a small one whenever it is opened, a large one once a day."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# A check reads every page: 50 ms for 40 MB, 6 s for 600 MB. For so long nobody is to wait for the window.
_ALWAYS_BELOW = 64 << 20
_DAY = 86_400


def due_at_opening(path: Path) -> bool:
    """Whether to look before anything is done with the library: unless a large one was once found whole."""
    return not _is_large(path) or not _mark(path).exists()


def due(path: Path) -> bool:
    """Whether to look while nobody waits: at a large library that was not found whole within a day."""
    mark = _mark(path)
    return _is_large(path) and not (mark.exists() and abs(time.time() - mark.stat().st_mtime) < _DAY)


def found_whole(path: Path) -> None:
    """Note that no damage was seen just now."""
    with suppress(OSError):  # on a full disk: then it is looked at again before long
        if _is_large(path):
            _mark(path).touch()


def in_doubt(path: Path) -> None:
    """Let the next opening look at every page, however large the library is."""
    with suppress(OSError):
        _mark(path).unlink()


def _is_large(path: Path) -> bool:
    return path.stat().st_size >= _ALWAYS_BELOW


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.checked")
