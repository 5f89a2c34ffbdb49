"""The window's side of the process that makes thumbnails: limited for each file, replaced when it dies."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from vibe_desktop.background.child import LOST, Child

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

log = logging.getLogger(__name__)

_CHANCES = 2
_STARTS = 3
_START_SECONDS = 60.0
_END_SECONDS = 0.3


class MakerGoneError(Exception):
    """There is no process to make thumbnails, and there will be none: closed, or it cannot be started."""


class Maker:
    """Makes thumbnails in a child process, one at a time; `make` and `rest` belong to one thread."""

    def __init__(self, folder: Path, seconds_each: float = 10.0) -> None:
        self._folder = folder
        self._seconds_each = seconds_each
        self._child: Child | None = None
        self._turn = threading.Lock()
        self._failed_starts = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's number, None while there is none."""
        child = self._child
        return child.pid if child else None

    def make(self, path: bytes) -> str:
        """Return the name of a track's thumbnail; "" if there is none or the process did not survive it.

        Raises `MakerGoneError` when that says nothing about the file.
        """
        chances = _CHANCES
        while chances > 0:
            connection = self._living()
            try:
                connection.send(path)
                if connection.poll(self._seconds_each):
                    name: str = connection.recv()
                    return name
                chances = 0  # twice as long would not help
            except LOST:
                chances -= 1
            if self._closed:
                raise MakerGoneError
            self.rest()
        return ""

    def rest(self) -> None:
        """End the process; the next file starts another."""
        with self._turn:
            child, self._child = self._child, None
        if child:
            child.end(_END_SECONDS)
            child.connection.close()

    def close(self) -> None:
        """End the process for good; whatever it is doing, `make` then raises. Any thread may call this."""
        with self._turn:
            self._closed = True
            child = self._child
        if child:
            child.end(_END_SECONDS)

    def _living(self) -> Connection:
        if self._child and self._child.wait(0):
            self.rest()  # it died of something else, between files
        return self._child.connection if self._child else self._start()

    def _start(self) -> Connection:
        from vibe_desktop.ui.covers.making import serve

        try:
            with self._turn:
                if self._closed or self._failed_starts >= _STARTS:
                    raise MakerGoneError
                self._child = child = Child("covers", serve, str(self._folder))
            if child.connection.poll(_START_SECONDS):
                child.connection.recv()
                self._failed_starts = 0
                return child.connection
        except LOST as error:
            cause: Exception | None = error
        else:
            cause = None
        self.rest()
        self._failed_starts += 1
        if self._failed_starts == _STARTS and not self._closed:
            log.warning("Covers are not shown: the process that reads them does not start.", exc_info=cause)
        raise MakerGoneError
