"""What the system tells of changes in folders, and whichever way it does so."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Seen:
    """What the system told since it was last asked."""

    changed: Mapping[bytes, bytes] = field(default_factory=dict)
    """the folder to be looked at, by the path of what changed"""
    gone: Collection[bytes] = ()
    """of the folders that are followed, those that went, if only for a moment, and are watched no more"""
    lost: bool = False
    """whether it had more to tell than it could keep: anything may have changed"""


class FolderEvents(Protocol):
    """Tells of changes below folders, by the rules of a scan for what is music and what is passed by."""

    full: bool
    """whether the system can watch no more folders; then none is watched, and others get their share"""

    def follow(self, roots: Sequence[bytes]) -> None:
        """Watch these folders and all below, and no others; those that are not there are left out."""

    def read(self, seconds: float) -> Seen:
        """Return what changed, waiting at most so long for it."""

    def close(self) -> None:
        """Watch nothing any more."""


def open_events() -> FolderEvents:
    """Return what tells of changes on this system; raises `OSError` where nothing can."""
    if sys.platform == "linux":
        from vibe_desktop.library.inotify_events import InotifyEvents

        return InotifyEvents()
    from vibe_desktop.library.system_events import SystemEvents

    return SystemEvents()
