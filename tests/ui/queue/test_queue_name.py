"""The queue's name, edited in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from vibe_desktop.ui.widgets.chip import Chip
from window import click

if TYPE_CHECKING:
    from window import Window


@pytest.fixture
def named(window: Window) -> QLineEdit:
    window.ask("calm evening")
    window.main.mood_page.panel.rename()
    edit = window.one(QLineEdit, "Name of the queue")
    assert edit.hasFocus()
    edit.setText("A long night")
    return edit


def test_enter_takes_the_name(window: Window, named: QLineEdit) -> None:
    QTest.keyClick(named, Qt.Key.Key_Return)
    assert (window.queue.name, window.queue.undo_text) == ("A long night", "Rename to “A long night”")
    assert window.main.mood_page.panel.view.hasFocus()


def test_going_elsewhere_takes_it_too(window: Window, named: QLineEdit) -> None:
    window.main.mood_page.prompt.edit.setFocus()
    assert window.queue.name == "A long night"
    assert window.main.mood_page.prompt.edit.hasFocus()


def test_escape_leaves_it_as_it_was(window: Window, named: QLineEdit) -> None:
    before = window.queue.name
    QTest.keyClick(named, Qt.Key.Key_Escape)
    assert (window.queue.name, named.isVisible()) == (before, False)
    assert window.main.mood_page.panel.view.hasFocus()


def test_after_a_chip_is_removed_the_next_has_the_focus(window: Window) -> None:
    window.ask("calm evening, no drums")
    window.until(lambda: len(window.chips) == 3)
    chip = window.chips["evening"]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    window.until(lambda: list(window.chips) == ["calm", "no drums"])
    focused = window.main.focusWidget()
    assert isinstance(focused, Chip)
    assert focused.text() == "no drums"


def test_the_folded_steering_takes_the_focus_and_gives_it_back(window: Window) -> None:
    window.main.resize(900, 600)
    window.ask("calm evening")
    page = window.main.mood_page
    click(page.panel._steer)
    window.until(lambda: page.steer.isVisible() and page.steer.isAncestorOf(window.main.focusWidget()))
    QTest.keyClick(window.main.focusWidget(), Qt.Key.Key_Escape)
    window.until(lambda: not page.steer.isVisible())
    assert window.main.focusWidget() is page.panel._steer
