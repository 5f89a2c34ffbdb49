"""What lists and tables do alike with their rows: choose them for a person, and open a menu on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtGui import QContextMenuEvent

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPoint
    from PySide6.QtWidgets import QAbstractItemView

_Flag = QItemSelectionModel.SelectionFlag


def choose_rows(view: QAbstractItemView, rows: QItemSelection, current: QModelIndex) -> None:
    """Choose these rows and no others, whichever keys are held; keys go on from `current`.

    The view's own `setCurrentIndex` adds to what is chosen while Ctrl or Shift is held.
    """
    view.selectionModel().select(rows, _Flag.ClearAndSelect | _Flag.Rows)
    view.selectionModel().setCurrentIndex(current, _Flag.NoUpdate)


def choose_row(view: QAbstractItemView, row: QModelIndex) -> None:
    """Choose this row alone; none if it is no valid one."""
    choose_rows(view, QItemSelection(row, row), row)


def menu_place(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """Return where a menu opens on the screen: at the mouse, or at the current row if a key asked for it."""
    if event.reason() == QContextMenuEvent.Reason.Keyboard:
        return view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center())
    return event.globalPos()
