"""The process that watches the music folders: a disk that hangs holds up nothing but this one."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vibe_desktop.background.child import LOST, settle_in
from vibe_desktop.background.gathering import NOWHERE, Changes, Gathering
from vibe_desktop.library.disks import is_remote
from vibe_desktop.library.folder_events import open_events
from vibe_desktop.library.settling import Settling

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from vibe_desktop.library.folder_events import FolderEvents, Seen

_READ_SECONDS = 0.5
_ROOM_SECONDS = 15 * 60.0
"""Between two tries to watch where the system had no room for it."""
_ROOTS_SECONDS = 5.0
"""Between two looks at whether a folder has come or gone, as it does with its disk."""


@dataclass(frozen=True, slots=True)
class News:
    """What the watching process tells."""

    changes: Changes = NOWHERE
    full: bool = False
    """whether the system has no room for these folders, so that nothing is watched"""
    watched: int = 0
    """how many of the folders are there, may be looked into and are watched"""
    remote: int = 0
    """how many of the folders lie on other machines, where changes made by others are not told"""


@dataclass(frozen=True, slots=True)
class Orders:
    """What to watch from now on, and files to be told of once they are whole."""

    roots: tuple[bytes, ...]
    unsettled: tuple[bytes, ...] = ()


class Watcher:
    """Puts together what the system tells, what still changes, and roots that come and go.

    Times are seconds of a clock that never goes back.
    """

    def __init__(self, events: FolderEvents) -> None:
        self._events = events
        self._settling = Settling()
        self._gathering = Gathering()
        self._roots: dict[bytes, object] = {}
        self._left: dict[bytes, object] = {}
        """inside them, the links and mount points of disks that went, and what is there instead"""
        self._remote = 0
        self._looked = 0.0
        self._followed = 0.0

    def obey(self, orders: Orders, now: float) -> None:
        """Watch other folders, if they are others, and wait for more files."""
        if set(orders.roots) != set(self._roots):
            # What came or went of those known already is yet to be told.
            self._roots = {root: self._roots.get(root, _identity(root)) for root in orders.roots}
            self._follow(now)
        self._settling.note({path: os.path.dirname(path) for path in orders.unsettled}, now)  # noqa: PTH120

    def take_in(self, seen: Seen, now: float) -> None:
        """Take in what the system told."""
        if seen.lost:
            self._gathering.note_everywhere(now)
            self._follow(now)
        for folder in seen.gone:
            if folder in self._roots:
                self._roots[folder] = None
            elif os.path.lexists(folder):
                self._left[folder] = _identity(folder)
        self._settling.note(seen.changed, now)

    def news(self, now: float) -> News:
        """Return what there is to tell now; most often that nothing is new."""
        if now - self._looked >= _ROOTS_SECONDS:
            self._looked = now
            self._look_at_roots(now)
        if self._events.full and now - self._followed >= _ROOM_SECONDS:
            self._follow(now)
            if not self._events.full:
                self._gathering.note_everywhere(now)
        for folder, at in self._settling.settled(now):
            self._gathering.note([folder], at)
        watched = 0 if self._events.full else sum(each is not None for each in self._roots.values())
        return News(self._gathering.take(now), self._events.full, watched, self._remote)

    def _look_at_roots(self, now: float) -> None:
        before, self._roots = self._roots, {root: _identity(root) for root in self._roots}
        others = [root for root, identity in self._roots.items() if identity != before[root]]
        back = [folder for folder, identity in self._left.items() if _identity(folder) != identity]
        for folder in back:
            del self._left[folder]
        if others or back:
            self._gathering.note((*others, *back), now)
            self._follow(now)

    def _follow(self, now: float) -> None:
        self._followed = now
        # Anew each time: a share is one only while it is mounted.
        self._remote = sum(is_remote(Path(os.fsdecode(root))) for root in self._roots)
        self._events.follow([root for root, identity in self._roots.items() if identity is not None])


def watch(connection: Connection, orders: Orders) -> None:
    """Watch until nobody is at the other end, telling `News` when there is any; the child's main."""
    settle_in()
    threading.Thread(target=_leave_with_the_window, name="leaving", daemon=True).start()
    watcher, told = None, News()
    with suppress(*LOST):
        try:
            watcher = Watcher(events := open_events())
        except OSError:  # this person may have no more of whatever tells of changes
            connection.send(News(full=True))
            return
        watcher.obey(orders, time.monotonic())
        while True:
            while connection.poll():
                watcher.obey(connection.recv(), time.monotonic())
            watcher.take_in(events.read(_READ_SECONDS), time.monotonic())
            news = watcher.news(time.monotonic())
            if news != told:
                connection.send(news)
            told = replace(news, changes=NOWHERE)


def _leave_with_the_window() -> None:
    """End this process when the window's ends, though a disk may just take minutes to be looked through."""
    from multiprocessing import parent_process  # here: the window needs none of it to know this module

    if window := parent_process():
        window.join()
        os._exit(1)


def _identity(root: bytes) -> object:
    """Return what tells a folder from another mounted in its place; None where it is not to be seen."""
    try:
        about = os.stat(root)  # noqa: PTH116 - paths are bytes
    except OSError:
        return None
    return (about.st_dev, about.st_ino) if os.access(root, os.R_OK | os.X_OK) else None
