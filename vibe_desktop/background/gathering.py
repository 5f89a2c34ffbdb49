"""Gathers what changes until it rests for a moment, so that a thousand new files are looked at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

QUIET_SECONDS = 2.0
LONGEST_SECONDS = 5.0
_MANY = 500
"""Looking at everything is no slower than at more folders than these, one by one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Where something changed: in these folders and below, or anywhere."""

    folders: tuple[bytes, ...] = ()
    everywhere: bool = False

    def __or__(self, other: Changes) -> Changes:
        """Return both as one."""
        folders = outermost((*self.folders, *other.folders))
        if self.everywhere or other.everywhere or len(folders) > _MANY:
            return EVERYWHERE
        return Changes(folders)


NOWHERE = Changes()
EVERYWHERE = Changes(everywhere=True)


class Gathering:
    """Told of changes as they come; they are due once none came for two seconds, or after five.

    Times are seconds of a clock that never goes back.
    """

    def __init__(self) -> None:
        self._gathered = NOWHERE
        self._folders: set[bytes] = set()
        self._first = self._last = 0.0

    def note(self, folders: Iterable[bytes], at: float) -> None:
        """Take in folders in which something changed at a time."""
        new = set(folders)
        if new:
            self._touch(at)
            self._folders |= new

    def note_everywhere(self, at: float) -> None:
        """Take in that something may have changed anywhere."""
        self._touch(at)
        self._gathered = EVERYWHERE

    def take(self, now: float) -> Changes:
        """Return what was gathered, if it is time to look at it, and begin anew."""
        if not self._any or (now - self._last < QUIET_SECONDS and now - self._first < LONGEST_SECONDS):
            return NOWHERE
        changes = self._gathered | Changes(tuple(self._folders))
        self._gathered = NOWHERE
        self._folders.clear()
        return changes

    @property
    def _any(self) -> bool:
        return bool(self._folders) or self._gathered.everywhere

    def _touch(self, at: float) -> None:
        self._first = min(self._first, at) if self._any else at
        self._last = max(self._last, at)


def outermost(folders: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the folders that lie in none of the others, by name, each as it is given."""
    kept: list[bytes] = []
    above = None
    # With the separator at its end a folder comes right before all that is in it; a drive has one anyway.
    for inside, folder in sorted((os.path.join(each, b""), each) for each in set(folders)):  # noqa: PTH118
        if above is None or not inside.startswith(above):
            kept.append(folder)
            above = inside
    return tuple(kept)
