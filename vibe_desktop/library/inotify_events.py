"""Changes as Linux tells them: one watch for each folder, made and dropped as folders come and go."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inotify_simple import INotify, flags

from vibe_desktop.library.folder_events import Seen
from vibe_desktop.library.walk import Walk, is_audio, is_marker, is_passed_by

if TYPE_CHECKING:
    from inotify_simple import Event

_COMES = flags.CREATE | flags.MOVED_TO
_GOES = flags.DELETE | flags.MOVED_FROM
_ITSELF = flags.DELETE_SELF | flags.MOVE_SELF | flags.UNMOUNT
# Not each write: that a file was closed tells it is whole, and tells it once.
_MASK = _COMES | _GOES | _ITSELF | flags.CLOSE_WRITE | flags.ATTRIB | flags.ONLYDIR | flags.EXCL_UNLINK


class _NoMoreError(Exception):
    """The system watches no more folders for this person."""


class InotifyEvents:
    """Tells of changes below folders; see inotify(7)."""

    def __init__(self) -> None:
        """Open the queue of events; raises `OSError` where this person may have no more of them."""
        self._notify = INotify()
        self._roots: list[tuple[int, bytes]] = []
        self._folders: dict[int, bytes] = {}
        self._watches: dict[bytes, int] = {}
        self._reached: set[int] = set()
        self._changed: dict[bytes, bytes] = {}
        self._gone: set[bytes] = set()
        self.full = False

    def follow(self, roots: Sequence[bytes]) -> None:
        """Watch these folders and all below from now on, and no others.

        What is watched already goes on being so meanwhile: to walk through all takes a while.
        """
        self.full = False
        self._roots = list(enumerate(roots))
        self._reached.clear()
        self._enter(None)
        for watch in self._folders.keys() - self._reached:
            self._drop(watch)

    def read(self, seconds: float) -> Seen:
        """Return what changed, waiting at most so long for it."""
        lost = False
        for event in self._notify.read(timeout=int(seconds * 1000)):
            if event.mask & flags.Q_OVERFLOW:
                lost = True
            elif event.mask & flags.IGNORED:
                self._forget(event.wd)
            else:
                self._take_in(event)
        seen = Seen(self._changed, self._gone, lost)
        self._changed, self._gone = {}, set()
        return seen

    def close(self) -> None:
        """Watch nothing any more."""
        self._notify.close()

    def _take_in(self, event: Event) -> None:
        folder = self._folders.get(event.wd)
        if folder is None:
            return
        if not event.name:
            if event.mask & _ITSELF:
                self._changed[folder] = folder
                self._gone.add(folder)
            return
        name = os.fsencode(event.name)
        path = os.path.join(folder, name)  # noqa: PTH118 - paths are bytes
        if is_marker(name):
            self._changed[path] = folder
            if event.mask & _GOES:
                self._enter([folder])  # what is in it was passed by until now
        elif is_passed_by(name):
            return
        elif event.mask & flags.ISDIR or path in self._watches:
            self._take_in_folder(path, event.mask)
        elif is_audio(name):
            self._changed[path] = folder
        elif event.mask & _COMES and os.path.isdir(path):  # noqa: PTH112 - a link to a folder
            self._take_in_folder(path, event.mask)

    def _take_in_folder(self, path: bytes, mask: int) -> None:
        if mask & _GOES:
            self._leave(path)
        else:
            self._enter([path])
        self._changed[path] = path

    def _enter(self, within: Sequence[bytes] | None) -> None:
        """Watch everything, or some folders, as a scan walks them; nothing where the system has no more."""
        try:
            Walk(self._roots, within).enter_all(self._watch)
        except _NoMoreError:
            self.full = True
            self._drop_all()

    def _watch(self, folder: bytes) -> None:
        try:
            watch = self._notify.add_watch(folder, _MASK)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.ENOMEM):
                raise _NoMoreError from error
            return  # gone already, or not to be looked into: a scan tells of that
        known = self._folders.get(watch)
        if known is not None:
            if watch in self._reached and os.path.lexists(known):
                return  # another way to the same folder
            self._watches.pop(known, None)  # it was moved, or is no longer reached so
        self._reached.add(watch)
        self._folders[watch] = folder
        self._watches[folder] = watch

    def _leave(self, top: bytes) -> None:
        """Drop the watches of a folder that went, and of all below, which may live on elsewhere."""
        inside = os.path.join(top, b"")  # noqa: PTH118 - paths are bytes
        for folder in [each for each in self._watches if each == top or each.startswith(inside)]:
            self._drop(self._watches[folder])

    def _drop_all(self) -> None:
        for watch in list(self._folders):
            self._drop(watch)

    def _drop(self, watch: int) -> None:
        try:
            self._notify.rm_watch(watch)
        except OSError as error:
            if error.errno != errno.EINVAL:  # its folder is gone already
                raise
        self._forget(watch)

    def _forget(self, watch: int) -> None:
        self._reached.discard(watch)
        folder = self._folders.pop(watch, None)
        if folder is not None and self._watches.get(folder) == watch:
            del self._watches[folder]
