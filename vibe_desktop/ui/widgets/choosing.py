"""Choosing rows of a list or a table for a person: just these, whichever keys are held at the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QAbstractItemView

_Flag = QItemSelectionModel.SelectionFlag


def choose_rows(view: QAbstractItemView, rows: QItemSelection, current: QModelIndex) -> None:
    """Choose these rows and no others; keys go on from `current`.

    The view's own `setCurrentIndex` would add to what is chosen while Ctrl or Shift is held.
    """
    view.selectionModel().select(rows, _Flag.ClearAndSelect | _Flag.Rows)
    view.selectionModel().setCurrentIndex(current, _Flag.NoUpdate)


def choose_row(view: QAbstractItemView, row: QModelIndex) -> None:
    """Choose this row alone; none if it is no valid one."""
    choose_rows(view, QItemSelection(row, row), row)
