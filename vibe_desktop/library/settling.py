"""Waits for files that are still being copied: two looks some seconds apart must see the same."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from vibe_desktop.library.file_facts import FileFacts
from vibe_desktop.long_paths import reachable

SETTLING_SECONDS = 2.0
"""Between two looks at a file."""

_Look: TypeAlias = "tuple[int, int] | None"


@dataclass(frozen=True, slots=True)
class _Waiting:
    folder: bytes
    since: float
    seen: _Look


class Settling:
    """What changed a moment ago, each with the folder that is to be looked at once it has come to rest.

    Times are seconds of a clock that never goes back.
    """

    def __init__(self) -> None:
        self._waiting: dict[bytes, _Waiting] = {}

    def note(self, changed: Mapping[bytes, bytes], now: float) -> None:
        """Take in what changed just now: the folder to be looked at, by the path of what is to rest."""
        for path, folder in changed.items():
            self._waiting[path] = _Waiting(folder, now, _look(path))

    def settled(self, now: float) -> list[tuple[bytes, float]]:
        """Return the folders in which something has come to rest, and when; what has not goes on waiting."""
        rested = []
        for path, waiting in list(self._waiting.items()):
            if now - waiting.since < SETTLING_SECONDS:
                continue
            seen = _look(path)
            if seen == waiting.seen:
                rested.append((waiting.folder, waiting.since))
                del self._waiting[path]
            else:
                self._waiting[path] = _Waiting(waiting.folder, now, seen)
        return rested


def has_changed(facts: FileFacts) -> bool:
    """Return whether a file is another than when it was seen, or may still be written to."""
    seen = _look(facts.path)
    fresh = seen is not None and abs(time.time() - seen[1] / 1e9) < SETTLING_SECONDS
    return fresh or seen != (facts.size, facts.mtime_ns)


def _look(path: bytes) -> _Look:
    """Return size and time of a file or folder; None where there is none, and what is gone is at rest."""
    try:
        about = os.stat(reachable(path))  # noqa: PTH116 - paths are bytes
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns
