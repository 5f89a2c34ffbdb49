"""The table on screen: chosen, sorted, dragged and asked of by mouse and keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from vibe_desktop.ui.library.columns import LIKED, TITLE
from vibe_desktop.ui.library.header import TrackHeader
from vibe_desktop.ui.library.row_delegate import ROW_HEIGHT, RowDelegate
from vibe_desktop.ui.widgets.rows import choose_rows, menu_place

if TYPE_CHECKING:
    from collections.abc import Collection

    from vibe_desktop.domain import IdArray, TrackId
    from vibe_desktop.library.table import Row
    from vibe_desktop.ui.library.table_model import TrackModel

_MOST_RANGES = 500
"""A selection in more stretches than this is let go when the table changes: Qt looks through them all."""

_Flag = QItemSelectionModel.SelectionFlag
_KEYS_FOR_FOCUS = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
}


class TrackView(QTableView):
    """Shows a `TrackModel`. What a row is asked for is told by signals that carry the place of the row."""

    like_pressed = Signal(int)
    menu_asked = Signal(QPoint)
    typed = Signal(str)
    """letters typed into the table, which has no use for them itself"""
    chosen = Signal()
    """other rows are chosen, or another row is current"""

    def __init__(self, model: TrackModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tracks = model
        self.hovered = -1
        self.shows_focus = False
        """the current row is framed: whoever uses the keyboard must see where they are"""
        self._pressed_heart = False
        self.setAccessibleName(self.tr("Songs"))
        self._header = TrackHeader(self)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self._header.set_up()
        self.setItemDelegate(RowDelegate(self))
        self._set_look()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.selectionModel().currentRowChanged.connect(self.chosen)

    def _set_look(self) -> None:
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    @property
    def header(self) -> TrackHeader:
        """The heading."""
        return self._header

    @property
    def current(self) -> int:
        """The current row; -1 for none."""
        return self.currentIndex().row()

    def current_row(self) -> Row | None:
        """Return what is in the current row."""
        return self.tracks.row(self.current)

    def ranges(self) -> list[tuple[int, int]]:
        """Return the chosen rows as (first, last) stretches, ascending. Never asks Qt for every index."""
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        found = {(part.top(), part.bottom()) for part in parts}
        return sorted(found)

    def count(self) -> int:
        """Return how many rows are chosen."""
        return sum(last - first + 1 for first, last in self.ranges())

    def chosen_ids(self, limit: int | None = None) -> list[TrackId]:
        """Return the chosen tracks in the table's order, the first `limit` of them."""
        ids: list[TrackId] = []
        for first, last in self.ranges():
            stop = last + 1 if limit is None else min(last + 1, first + limit - len(ids))
            ids.extend(self.tracks.ids[first:stop].tolist())
            if limit is not None and len(ids) >= limit:
                break
        return ids

    def show_ids(self, ids: IdArray, *, stay: bool) -> None:
        """Show other tracks, those chosen before still chosen; with `stay` the same ones at the top."""
        chosen = self._chosen_array()
        current = self.tracks.ids[self.current] if self.current >= 0 else None
        top, offset = self._top()
        self.selectionModel().blockSignals(True)
        self.tracks.show_ids(ids)
        self._choose_again(chosen, current)
        self.selectionModel().blockSignals(False)
        self.hovered = -1
        if stay:
            self._scroll_back(top, offset)
        else:
            self.scrollToTop()
        self.viewport().update()
        self.chosen.emit()

    def choose(self, rows: Collection[int], current: int) -> None:
        """Choose rows, `current` the one that keys go on from."""
        selection = self._selection(np.array(sorted(rows), dtype=np.int64))
        choose_rows(self, selection, self.tracks.index(current, TITLE))

    def selectAll(self) -> None:
        """Choose every row: one stretch, whatever its length."""
        if self.tracks.rowCount():
            last = self.tracks.index(self.tracks.rowCount() - 1, self.tracks.columnCount() - 1)
            everything = QItemSelection(self.tracks.index(0, 0), last)
            self.selectionModel().select(everything, _Flag.ClearAndSelect)

    def row_strip(self, cell: QRect) -> QRect:
        """Return the whole row that a cell is in, in the viewport's coordinates."""
        header = self.header
        width = min(header.length(), self.viewport().width() + header.offset())
        left = -header.offset()
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = self.viewport().width() - width + header.offset()
        return QRect(left, cell.y(), width, cell.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and choose; letters go where they are of use, Space to whoever plays."""
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier}
        text = event.text()
        if event.key() == Qt.Key.Key_Space and plain:
            event.ignore()
        elif plain and text and text.isprintable():
            self.typed.emit(text)
        else:
            self._show_focus(True)
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Look for nothing: Qt would go through every row."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_focus(False)
        index = self.indexAt(event.position().toPoint())
        self._pressed_heart = (
            index.isValid() and index.column() == LIKED and event.button() == Qt.MouseButton.LeftButton
        )
        if self._pressed_heart:
            self.like_pressed.emit(index.row())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        if not self._pressed_heart:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressed_heart:
            super().mouseReleaseEvent(event)
        self._pressed_heart = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.indexAt(event.position().toPoint()).column() != LIKED:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in _KEYS_FOR_FOCUS:
            self._show_focus(True)
            if self.current < 0 and self.tracks.rowCount():
                self.selectionModel().setCurrentIndex(self.tracks.index(0, TITLE), _Flag.NoUpdate)
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu at the mouse, or at the current row when a key asked for it."""
        if self.count():
            self.menu_asked.emit(menu_place(self, event))

    def startDrag(self, _: Qt.DropAction) -> None:
        """Drag the chosen tracks, without asking Qt for the index of each of their cells."""
        rows = [row for first, last in self.ranges() for row in range(first, min(last, first + 500) + 1)]
        drag = QDrag(self)
        drag.setMimeData(self.tracks.tracks_mime(rows))
        picture = QPixmap(1, 1)
        picture.fill(Qt.GlobalColor.transparent)
        drag.setPixmap(picture)
        drag.exec(Qt.DropAction.CopyAction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.header.fit()

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            before, self.hovered = self.hovered, row
            for each in (before, row):
                if each >= 0:
                    top = self.rowViewportPosition(each)
                    self.viewport().update(0, top, self.viewport().width(), ROW_HEIGHT)

    def _show_focus(self, shown: bool) -> None:  # noqa: FBT001 - the name says it
        if shown != self.shows_focus:
            self.shows_focus = shown
            self.viewport().update()

    def _top(self) -> tuple[int | None, int]:
        """Return the track in the first row in sight and how far it is scrolled out."""
        row = self.rowAt(0)
        if row < 0 or row >= len(self.tracks.ids):
            return None, 0
        return int(self.tracks.ids[row]), -self.rowViewportPosition(row)

    def _scroll_back(self, top: TrackId | None, offset: int) -> None:
        bar = self.verticalScrollBar()
        before = bar.value()
        self.updateGeometries()
        rows = self.tracks.rows_of([top]) if top is not None else []
        bar.setValue(rows[0] * ROW_HEIGHT + offset if rows else before)

    def _chosen_array(self) -> IdArray:
        parts = [self.tracks.ids[first : last + 1] for first, last in self.ranges()]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def _choose_again(self, chosen: IdArray, current: TrackId | None) -> None:
        rows = np.flatnonzero(np.isin(self.tracks.ids, chosen)) if len(chosen) else chosen
        selection = self._selection(rows)
        if selection.count():
            self.selectionModel().select(selection, _Flag.ClearAndSelect)
        place = self.tracks.rows_of([current]) if current is not None else []
        if place:
            self.selectionModel().setCurrentIndex(self.tracks.index(place[0], TITLE), _Flag.NoUpdate)

    def _selection(self, rows: IdArray) -> QItemSelection:
        """Return rows, ascending, as few stretches; none where they would be too many."""
        selection = QItemSelection()
        if not len(rows):
            return selection
        breaks = np.flatnonzero(np.diff(rows) > 1)
        if len(breaks) >= _MOST_RANGES:
            return selection
        firsts = [int(rows[0]), *rows[breaks + 1].tolist()]
        lasts = [*rows[breaks].tolist(), int(rows[-1])]
        end = self.tracks.columnCount() - 1
        for first, last in zip(firsts, lasts, strict=True):
            selection.select(self.tracks.index(first, 0), self.tracks.index(last, end))
        return selection
