"""The library as a table model: an array of ids, and rows fetched as they come into sight."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from vibe_desktop.domain import TrackState
from vibe_desktop.ui.dragging import DRAGGABLE, FILES_MIME, TRACKS_MIME, tracks_data
from vibe_desktop.ui.library.columns import COLUMNS, LIKED, TITLE, one_line
from vibe_desktop.ui.library.page_cache import PageCache
from vibe_desktop.ui.widgets.text import clock, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from PySide6.QtCore import QObject

    from vibe_desktop.domain import IdArray, TrackId
    from vibe_desktop.library.table import Row

Index = QModelIndex | QPersistentModelIndex

# Compared as plain numbers: an enum's own comparison would take most of the time a repaint needs.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_HORIZONTAL = Qt.Orientation.Horizontal
_NONE = Qt.ItemFlag.NoItemFlags
_TRAILING = int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
_LEADING = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
_MOST_DRAGGED = 500


class TrackModel(QAbstractTableModel):
    """Shows tracks by their ids. Sorting only tells `sort_asked`: who listens brings ids in that order."""

    sort_asked = Signal(int, bool)
    """a column, and whether from large to small"""
    failed = Signal(object)
    """the VibeError that kept rows from being shown"""

    def __init__(
        self, fetch: Callable[[Sequence[TrackId]], list[Row]], parent: QObject | None = None
    ) -> None:
        """Rows come from `fetch`, on the main thread, 64 at a time."""
        super().__init__(parent)
        self._cache = PageCache(fetch, self.failed.emit)
        self._count = 0
        self.playing: TrackId | None = None

    @property
    def ids(self) -> IdArray:
        """What is shown, in its order."""
        return self._cache.ids

    @property
    def held(self) -> int:
        """How many rows are in memory."""
        return len(self._cache)

    def show_ids(self, ids: IdArray) -> None:
        """Show other tracks, or the same in another order."""
        self.beginResetModel()
        self._cache.reset(ids)
        self._count = len(ids)
        self.endResetModel()

    def row(self, index: int) -> Row | None:
        """Return the row of a track, None where there is none."""
        return self._cache.row(index)

    def rows_of(self, track_ids: Collection[TrackId]) -> list[int]:
        """Return where these tracks are, ascending; those that are not shown are left out."""
        if not track_ids:
            return []
        wanted = np.fromiter(track_ids, dtype=np.int64, count=len(track_ids))
        found: list[int] = np.flatnonzero(np.isin(self.ids, wanted)).tolist()
        return found

    def renew(self, row: Row) -> None:
        """Show a newer state of one track."""
        self._cache.replace(row)
        self._repaint(self.rows_of([row.id]))

    def set_liked(self, track_ids: Collection[TrackId], *, liked: bool) -> None:
        """Show hearts as they are now."""
        for track_id in track_ids:
            row = self._cache.held(track_id)
            if row is not None:
                self._cache.replace(replace(row, liked=liked))
        if self._count:
            self.dataChanged.emit(self.index(0, LIKED), self.index(self._count - 1, LIKED))

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that is being played."""
        if track_id != self.playing:
            before, self.playing = self.playing, track_id
            self._repaint(self.rows_of([each for each in (before, track_id) if each is not None]))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return DRAGGABLE if index.isValid() else _NONE

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role not in (_DISPLAY, _TOOLTIP, _SPOKEN, _ALIGN):
            return None
        column = index.column()
        if role == _ALIGN:
            return _TRAILING if COLUMNS[column].numeric else _LEADING
        row = self._cache.row(index.row())
        if row is None:
            return None
        if role == _DISPLAY:
            return one_line(COLUMNS[column].text(row))
        if role == _SPOKEN:
            return self._spoken(column, row)
        return self._tooltip(column, row)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != _HORIZONTAL or not 0 <= section < len(COLUMNS):
            return None
        if role in (_DISPLAY, _SPOKEN):
            return COLUMNS[section].title
        if role == _ALIGN:
            return _TRAILING if COLUMNS[section].numeric else _LEADING
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(COLUMNS):
            self.sort_asked.emit(column, order == Qt.SortOrder.DescendingOrder)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [TRACKS_MIME, FILES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return self.tracks_mime(sorted({index.row() for index in indexes}))

    def tracks_mime(self, rows: Sequence[int]) -> QMimeData:
        """Return what is dragged or copied: at most 500 tracks, as ids and as files."""
        wanted = [row for number in rows[:_MOST_DRAGGED] if (row := self._cache.row(number)) is not None]
        return tracks_data(wanted)

    def _spoken(self, column: int, row: Row) -> str:
        if column == LIKED:
            return self.tr("liked") if row.liked else self.tr("not liked")
        if column != TITLE:
            return one_line(COLUMNS[column].text(row))
        parts = [row.title, row.artist, clock(row.seconds)]
        if row.id == self.playing:
            parts.insert(0, self.tr("now playing"))
        if row.state != TrackState.PRESENT:
            parts.append(self._absence(row))
        return one_line(", ".join(part for part in parts if part))

    def _tooltip(self, column: int, row: Row) -> str:
        if row.state != TrackState.PRESENT:
            return plain_tooltip(self._absence(row))
        return plain_tooltip(COLUMNS[column].text(row))

    def _absence(self, row: Row) -> str:
        if row.state == TrackState.OFFLINE:
            return self.tr("Its folder cannot be reached at the moment.")
        return self.tr("Its file is not where it was.")

    def _repaint(self, rows: Sequence[int]) -> None:
        last = len(COLUMNS) - 1
        for row in rows:
            self.dataChanged.emit(self.index(row, 0), self.index(row, last))
