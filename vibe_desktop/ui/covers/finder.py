"""Finds a track's cover away from the main thread: on disk, or else through the child process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.ui.covers.lane import Lane
from vibe_desktop.ui.covers.maker import Maker, MakerGoneError
from vibe_desktop.ui.covers.painting import Look, thumbnail
from vibe_desktop.ui.covers.thumbnails import Thumbnails

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QImage

    from vibe_desktop.domain import TrackId

_PRUNE_EVERY = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cover that is asked for; without a look only its name is."""

    track: TrackId
    path: bytes
    look: Look | None
    round: int
    """counts how often everything was looked at anew"""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of it: its thumbnail's name, "" for no cover, and the picture unless it was at hand."""

    wanted: Wanted
    name: str
    image: QImage | None = None


class Finder:
    """Two threads, so that what is on disk does not wait for what has to be made first.

    `found` is called on either of them; `at_hand` tells whether a thumbnail
    need not be decoded again.
    """

    def __init__(
        self, folder: Path, found: Callable[[Found], None], at_hand: Callable[[str, Look], bool]
    ) -> None:
        self.thumbnails = Thumbnails(folder)
        self.maker = Maker(folder)
        self._found = found
        self._at_hand = at_hand
        self._known = Lane("covers-known", self._look_up)
        self._new = Lane("covers-new", self._make, idle=self.maker.rest)
        self._made = 0

    def ask(self, wanted: Wanted) -> None:
        """Return at once; of very many the latest are answered."""
        self._known.put(wanted)

    def close(self, seconds: float) -> None:
        """Stop within `seconds`, whatever is under way."""
        until = time.monotonic() + seconds
        self._known.close()
        self._new.close()
        self.maker.close()
        for lane in (self._known, self._new):
            lane.join(max(0.0, until - time.monotonic()))
        self.thumbnails.close()

    def _look_up(self, wanted: Wanted) -> None:
        name = self.thumbnails.recall(wanted.path)
        if name is not None:
            if self._told(wanted, name):
                return
            self.thumbnails.discard(name)
        self._new.put(wanted)

    def _make(self, wanted: Wanted) -> None:
        if self._made % _PRUNE_EVERY == 0:
            self.thumbnails.prune()
        # Another track of the queue may have been the same file meanwhile.
        name = self.thumbnails.recall(wanted.path)
        if name is None:
            try:
                name = self.maker.make(wanted.path)
            except MakerGoneError:
                return
            self._made += 1
            self.thumbnails.remember(wanted.path, name)
        if not self._told(wanted, name):
            self._found(Found(wanted, ""))

    def _told(self, wanted: Wanted, name: str) -> bool:
        """Tell what was found; False if there should be a picture and it cannot be shown."""
        image = None
        if name and wanted.look and not self._at_hand(name, wanted.look):
            image = thumbnail(self.thumbnails.read(name), wanted.look)
            if image is None:
                return False
        self._found(Found(wanted, name, image))
        return True
