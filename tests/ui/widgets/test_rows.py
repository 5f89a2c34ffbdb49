"""Rows are chosen for a person as meant, and menus open where they are looked for."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QStringListModel, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QListView
from pytestqt.qtbot import QtBot

from vibe_desktop.ui.widgets.rows import choose_row, menu_place


def view_of(qtbot: QtBot, *rows: str) -> QListView:
    view = QListView()
    view.setModel(QStringListModel(rows, view))
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    qtbot.addWidget(view)
    view.show()
    return view


def chosen(view: QListView) -> list[int]:
    return sorted(index.row() for index in view.selectionModel().selectedIndexes())


def test_a_row_is_chosen_alone_though_a_key_is_held(qtbot: QtBot) -> None:
    view = view_of(qtbot, "one", "two", "three")
    for number, held in enumerate((Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)):
        QTest.keyClick(view, Qt.Key.Key_F24, held)
        choose_row(view, view.model().index(2 - number, 0))
        assert chosen(view) == [2 - number]
        assert view.currentIndex().row() == 2 - number
    choose_row(view, QModelIndex())
    assert chosen(view) == []


def test_a_menu_opens_at_the_mouse_or_at_the_current_row(qtbot: QtBot) -> None:
    view = view_of(qtbot, "one", "two", "three")
    choose_row(view, view.model().index(1, 0))
    row = view.visualRect(view.currentIndex())
    elsewhere = QPoint(3, 150)
    by_mouse = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, elsewhere, view.mapToGlobal(elsewhere))
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, elsewhere, view.mapToGlobal(elsewhere))
    assert menu_place(view, by_mouse) == view.mapToGlobal(elsewhere)
    assert row.contains(view.viewport().mapFromGlobal(menu_place(view, by_key)))
