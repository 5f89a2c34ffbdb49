"""Covers for the window: a pixmap at once, a better one later."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from vibe_desktop.ui.covers.finder import Finder, Found, Wanted
from vibe_desktop.ui.covers.painting import Look, placeholder, placeholder_number

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from vibe_desktop.domain import Track, TrackId

_MOST_BYTES = 64 << 20
_MOST_TRACKS = 50_000
RADIUS = 7


class Covers(QObject):
    """The covers of tracks, from a folder of thumbnails that fills as they are asked for.

    `changed(track id)` tells that `pixmap` and `file` now have something better
    for that track. Nothing is read or started before the first question.
    """

    changed = Signal(int)
    _arrived = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = PixmapShelf(_MOST_BYTES)
        self._names: OrderedDict[TrackId, tuple[int, str]] = OrderedDict()
        self._round = 0
        self._closed = False
        self._finder = Finder(folder, self._hand_over, lambda name, look: (name, look) in self._shelf)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, track: Track, size: int, ratio: float = 1.0, *, radius: int = RADIUS) -> QPixmap:
        """Return a square `size` device-independent pixels wide: the cover, or the album's own gradient."""
        look = Look(max(1, round(size * ratio)), round(radius * ratio), ratio)
        name = self._name(track, look)
        pixmap = self._shelf.get(name, look) if name else None
        if name and pixmap is None:
            self._ask(track, look)
        if pixmap is None:
            pixmap = self._placeholder(track, look)
        return pixmap

    def file(self, track: Track) -> Path | None:
        """Return the thumbnail's file for others to show, None while there is none."""
        name = self._name(track, None)
        if not name:
            return None
        file = self._finder.thumbnails.folder / name
        if file.exists():
            return file
        self._ask(track, None)
        return None

    def look_again(self) -> None:
        """Look at each file anew when it is next shown, as after a scan; the known serves until then."""
        self._round += 1

    def close(self, seconds: float = 1.0) -> None:
        """Stop looking and end the child process, within `seconds`; what is there can still be shown."""
        self._closed = True
        self._finder.close(seconds)

    def _name(self, track: Track, look: Look | None) -> str:
        """Return the name of a track's thumbnail as far as it is known; ask where it is not."""
        round_, name = self._names.get(track.id, (-1, ""))
        if round_ != self._round:
            self._ask(track, look)
        return name

    def _ask(self, track: Track, look: Look | None) -> None:
        if not self._closed:
            self._finder.ask(Wanted(track.id, os.fsencode(track.path), look, self._round))

    def _placeholder(self, track: Track, look: Look) -> QPixmap:
        tags = track.tags
        album = tags.album or os.path.dirname(track.path)  # noqa: PTH120 - may hold surrogates
        number = placeholder_number(tags.album_artist or tags.artist, album)
        name = f"gradient {number}"
        pixmap = self._shelf.get(name, look)
        if pixmap is None:
            pixmap = self._shelf.put(name, look, placeholder(number, look))
        return pixmap

    def _hand_over(self, found: Found) -> None:
        """Bring what was found to the main thread; called on another."""
        if not self._closed and shiboken6.isValid(self):
            self._arrived.emit(found)

    def _take(self, found: Found) -> None:
        if self._closed:
            return
        wanted = found.wanted
        _, before = self._names.get(wanted.track, (-1, ""))
        self._names[wanted.track] = (wanted.round, found.name)
        self._names.move_to_end(wanted.track)
        if len(self._names) > _MOST_TRACKS:
            self._names.popitem(last=False)
        if found.image is not None and wanted.look is not None:
            self._shelf.put(found.name, wanted.look, found.image)
        if found.image is not None or found.name != before:
            self.changed.emit(wanted.track)


class PixmapShelf:
    """The pixmaps used last, up to a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._pixmaps: OrderedDict[tuple[str, Look], QPixmap] = OrderedDict()
        self.bytes = 0

    def __contains__(self, key: tuple[str, Look]) -> bool:
        return key in self._pixmaps

    def get(self, name: str, look: Look) -> QPixmap | None:
        """Return a pixmap and keep it longer."""
        pixmap = self._pixmaps.get((name, look))
        if pixmap is not None:
            self._pixmaps.move_to_end((name, look))
        return pixmap

    def put(self, name: str, look: Look, image: QImage) -> QPixmap:
        """Make and keep a pixmap; those not used for longest go."""
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(look.ratio)
        if (old := self._pixmaps.pop((name, look), None)) is not None:
            self.bytes -= _bytes_of(old)
        self._pixmaps[name, look] = pixmap
        self.bytes += _bytes_of(pixmap)
        while self.bytes > self._most and len(self._pixmaps) > 1:
            _, gone = self._pixmaps.popitem(last=False)
            self.bytes -= _bytes_of(gone)
        return pixmap


def _bytes_of(pixmap: QPixmap) -> int:
    return 4 * pixmap.width() * pixmap.height()
