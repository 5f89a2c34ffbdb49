"""The queue as a list model: one row an item, moved by dragging, taken out by its key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from vibe_desktop.ui.dragging import (
    DRAGGABLE,
    FILES_MIME,
    TRACKS_MIME,
    local_paths,
    packed,
    tracks_data,
    unpacked,
)
from vibe_desktop.ui.widgets.text import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from vibe_desktop.domain import Track
    from vibe_desktop.playback.jukebox import Jukebox
    from vibe_desktop.playback.play_queue import Item

ITEM_ROLE = int(Qt.ItemDataRole.UserRole)
KEYS_MIME = "application/x-vibe-queue-keys"
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractListModel):
    """Shows the jukebox's queue; `sync` after every change of it."""

    dropped_tracks = Signal(list, int)
    """track ids dragged from elsewhere in the window, and the row they were dropped before"""
    dropped_files = Signal(object, int)
    """a list of paths dragged from a file manager, and the row they were dropped before

    An object, for Qt's own lists lose what is no text of a path.
    """

    def __init__(self, jukebox: Jukebox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jukebox = jukebox
        self._items: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """What is shown."""
        return self._items

    def sync(self) -> None:
        """Show the queue as it is now, with as few changed rows as tell it."""
        new = self._jukebox.queue.items
        old = self._items
        if new == old:
            self._repaint()
            return
        start = 0
        while start < min(len(old), len(new)) and old[start].key == new[start].key:
            start += 1
        end = 0
        while end < min(len(old), len(new)) - start and old[-1 - end].key == new[-1 - end].key:
            end += 1
        if len(old) - start - end:
            self.beginRemoveRows(QModelIndex(), start, len(old) - end - 1)
            self._items = (*old[:start], *old[len(old) - end :])
            self.endRemoveRows()
        if len(new) - start - end:
            self.beginInsertRows(QModelIndex(), start, len(new) - end - 1)
            self._items = new
            self.endInsertRows()
        self._items = new
        self._repaint()

    def item(self, row: int) -> Item | None:
        """Return the item of a row, None where there is none."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def row_of(self, key: int) -> int | None:
        """Return the row of an item."""
        return next((row for row, item in enumerate(self._items) if item.key == key), None)

    def rows_of_track(self, track_id: int) -> list[int]:
        """Return every row that shows a track."""
        return [row for row, item in enumerate(self._items) if item.entry.track.id == track_id]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        item = self.item(index.row())
        if item is None:
            return None
        if role == ITEM_ROLE:
            return item
        if role == _DISPLAY:
            return title_of(item.entry.track)
        if role == _SPOKEN:
            return self._spoken(index.row(), item)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return DRAGGABLE if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [KEYS_MIME, TRACKS_MIME, FILES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        items = [
            item for index in sorted(indexes, key=lambda each: each.row()) if (item := self.item(index.row()))
        ]
        data = tracks_data([item.entry.track for item in items])
        data.setData(KEYS_MIME, packed([item.key for item in items]))
        return data

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return any(data.hasFormat(kind) for kind in self.mimeTypes())

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Move, add or ask for what was dropped before `row`; never lets the view remove rows by itself."""
        at = row if row >= 0 else (parent.row() if parent.isValid() else len(self._items))
        if data.hasFormat(KEYS_MIME):
            self._jukebox.queue.move(set(unpacked(data, KEYS_MIME)), at)
        elif data.hasFormat(TRACKS_MIME):
            self.dropped_tracks.emit(unpacked(data, TRACKS_MIME), at)
        elif data.hasUrls():
            self.dropped_files.emit(local_paths(data), at)
        return False

    def _repaint(self) -> None:
        if self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    def _spoken(self, row: int, item: Item) -> str:
        track = item.entry.track
        playing = self.tr("now playing, ") if self._jukebox.now and self._jukebox.now.key == item.key else ""
        who = f"{title_of(track)}, {track.tags.artist}, {clock(track.tags.seconds)}"
        return f"{row + 1}: {playing}{who}. {item.entry.reason}"


def title_of(track: Track) -> str:
    """Return what a track is called: its title, or the name of its file as far as it is text."""
    return track.tags.title or _shown(os.path.splitext(os.path.basename(track.path))[0])  # noqa: PTH119, PTH122 - may hold surrogates


def _shown(name: str) -> str:
    """Return a file's name without what would turn the line around it, break it, or is no text."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter for letter in text if letter.isprintable()).strip() or "?"
