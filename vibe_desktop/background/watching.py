"""The window's end of the process that watches the music folders; everything here returns at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from vibe_desktop.background.child import LOST, Child
from vibe_desktop.background.gathering import EVERYWHERE, NOWHERE
from vibe_desktop.background.watcher import News, Orders, watch

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_DEATHS = 3


class Watching:
    """Begins to watch with the first folders it is given, and again, a few times, should the process die."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._roots: tuple[bytes, ...] = ()
        self._early: tuple[bytes, ...] = ()
        """files to be waited for once there is a process"""
        self._deaths = 0
        self._news = News()
        self._changes = NOWHERE
        self._closed = False

    def follow(self, roots: Sequence[bytes]) -> None:
        """Watch these folders, and no others; with none there is no process."""
        with self._lock:
            if self._closed or tuple(roots) == self._roots:
                return
            self._roots = tuple(roots)
            if not roots:
                self._end(0.6)
            elif self._child is None:
                self._deaths = 0
                self._begin()
            else:
                self._tell(Orders(self._roots))

    def try_again(self) -> None:
        """Begin once more where there should be a process and is none, and forget earlier deaths of one."""
        with self._lock:
            self._deaths = 0
            if self._roots and self._child is None and not self._closed:
                self._deaths = _MOST_DEATHS - 1  # another death is the last until this is called again
                self._begin()

    def wait_for(self, files: Sequence[bytes]) -> None:
        """Have these files taken for changed once they are no longer written to."""
        with self._lock:
            if not self._child:
                self._early = tuple(dict.fromkeys((*self._early, *files)))
            elif files:
                self._tell(Orders(self._roots, tuple(files)))

    def news(self) -> News:
        """Return how the watching stands, and what changed since this was asked last."""
        if not self._lock.acquire(blocking=False):
            return replace(self._news, changes=NOWHERE)  # a process is just being begun
        try:
            self._listen()
            changes, self._changes = self._changes, NOWHERE
            return replace(self._news, changes=changes)
        finally:
            self._lock.release()

    @property
    def pid(self) -> int | None:
        """The process's number; None where there is none."""
        child = self._child
        return child.pid if child else None

    def close(self, seconds: float) -> None:
        """Watch nothing any more."""
        with self._lock:
            self._closed = True
            self._end(seconds)

    def _begin(self) -> None:
        try:
            self._child = Child("watching", watch, Orders(self._roots, self._early))
            self._early = ()
        except OSError:
            self._child, self._news = None, News()

    def _tell(self, orders: Orders) -> None:
        try:
            if self._child:
                self._child.connection.send(orders)
        except LOST:
            self._begin_again()

    def _listen(self) -> None:
        try:
            while self._child and self._child.connection.poll():
                self._news = self._child.connection.recv()
                self._changes |= self._news.changes
        except LOST:
            self._begin_again()

    def _begin_again(self) -> None:
        """Replace the process that died: nobody knows what it had yet to tell."""
        full = self._news.full
        self._end(0.3)
        self._deaths += 1
        if full:  # it said what is the matter and left
            self._news = News(full=True)
        elif self._deaths < _MOST_DEATHS and not self._closed:
            self._changes |= EVERYWHERE
            self._begin()

    def _end(self, seconds: float) -> None:
        child, self._child, self._news = self._child, None, News()
        if child:
            child.end(seconds)
            child.connection.close()
