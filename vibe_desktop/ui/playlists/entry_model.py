"""What is in a playlist, as a list: tracks as they come into sight, lines that lead to none among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from vibe_desktop.library.tag_values import steady
from vibe_desktop.ui.dragging import DRAGGABLE, FILES_MIME, TRACKS_MIME, tracks_data
from vibe_desktop.ui.library.page_cache import PageCache
from vibe_desktop.ui.queue.queue_model import title_of
from vibe_desktop.ui.widgets.text import clock, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from vibe_desktop.domain import PlaylistEntry, Track, TrackId

Index = QModelIndex | QPersistentModelIndex

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_UNKNOWN = -1


class EntryModel(QAbstractListModel):
    """The entries of one playlist."""

    failed = Signal(object)
    """the VibeError that kept tracks from being shown"""

    def __init__(
        self, fetch: Callable[[Sequence[TrackId]], list[Track]], parent: QObject | None = None
    ) -> None:
        """Tracks come from `fetch`, on the main thread, 64 at a time."""
        super().__init__(parent)
        self._cache: PageCache[Track] = PageCache(
            lambda ids: fetch([each for each in ids if each != _UNKNOWN]), self.failed.emit
        )
        self.entries: list[PlaylistEntry] = []
        self.playing: TrackId | None = None

    def show_entries(self, entries: Sequence[PlaylistEntry]) -> None:
        """Show these."""
        self.beginResetModel()
        self.entries = list(entries)
        ids = (_UNKNOWN if entry.track_id is None else entry.track_id for entry in entries)
        self._cache.reset(np.fromiter(ids, dtype=np.int64, count=len(entries)))
        self.endResetModel()

    def track(self, row: int) -> Track | None:
        """Return the track of a row, None where the entry leads to none."""
        return self._cache.row(row)

    def rows_of(self, track_id: TrackId) -> list[int]:
        """Return every row of a track."""
        found: list[int] = np.flatnonzero(self._cache.ids == track_id).tolist()
        return found

    def text(self, row: int) -> str:
        """Return what a row is called: the title, or what the line said."""
        track = self.track(row)
        if track is not None:
            return title_of(track)
        line = self.entries[row].line
        if line is None:
            return self.tr("A song that is no longer in the library")
        return steady(line.title or line.location)

    def reason(self, row: int) -> str:
        """Return the second line of a row."""
        entry = self.entries[row]
        if entry.track_id is not None:
            return entry.reason
        location = steady(entry.line.location) if entry.line else ""
        return self.tr("Not in your library: {0}").format(location) if location else ""

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that is being played."""
        if track_id != self.playing:
            before, self.playing = self.playing, track_id
            for each in (before, track_id):
                for row in self.rows_of(each) if each is not None else []:
                    self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return DRAGGABLE if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role not in (_DISPLAY, _TOOLTIP, _SPOKEN) or not index.isValid():
            return None
        row = index.row()
        if role == _DISPLAY:
            return self.text(row)
        if role == _TOOLTIP:
            return plain_tooltip(self.reason(row))
        track = self.track(row)
        parts = [self.text(row)]
        if track is not None:
            parts += [track.tags.artist, clock(track.tags.seconds)]
        parts.append(self.reason(row))
        return f"{row + 1}: " + ", ".join(part for part in parts if part)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [TRACKS_MIME, FILES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        tracks = [track for row in sorted(index.row() for index in indexes) if (track := self.track(row))]
        return tracks_data(tracks)
