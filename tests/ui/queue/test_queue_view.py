"""Rows of the queue moved, pressed and kept chosen, in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from vibe_desktop.ui.queue.queue_view import QueueView
from vibe_desktop.ui.queue.row_delegate import RowAction

if TYPE_CHECKING:
    from window import Window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def asked(window: Window) -> Window:
    window.ask("calm evening")
    assert len(window.items) >= 6
    return window


def _view(window: Window) -> QueueView:
    return window.main.mood_page.panel.view


def _chosen(window: Window) -> list[str]:
    return [item.entry.track.tags.title for item in _view(window).selected_items()]


def test_a_row_can_be_moved_on_and_on(asked: Window) -> None:
    view = _view(asked)
    title = asked.titles[3]
    view.setFocus()
    view.setCurrentIndex(view.model().index(3, 0))
    for place in (2, 1, 0, 0):
        QTest.keyClick(view, Qt.Key.Key_Up, ALT)
        asked.main._tick()
        assert asked.titles.index(title) == place
        assert _chosen(asked) == [title]
    QTest.keyClick(view, Qt.Key.Key_Down, ALT)
    QTest.keyClick(view, Qt.Key.Key_Down, ALT)
    assert asked.titles.index(title) == 2


def test_a_double_click_on_a_button_plays_nothing(asked: Window) -> None:
    view, jukebox = _view(asked), asked.services.jukebox
    row = view.visualRect(view.model().index(2, 0))
    points = [QPoint(x, row.center().y()) for x in range(row.left(), row.right())]
    hearts = [
        point for point in points if view._delegate.action_at(row, point, mirrored=False) is RowAction.LIKE
    ]  # fmt: skip
    heart = hearts[len(hearts) // 2]
    asked_for: list[object] = []
    view.asked.connect(lambda action, _item: asked_for.append(action))
    before = jukebox.now
    QTest.mouseClick(view.viewport(), LEFT, NONE, heart)
    QTest.mouseDClick(view.viewport(), LEFT, NONE, heart)
    assert jukebox.now == before
    assert asked_for[:1] == [RowAction.LIKE]
    QTest.mouseDClick(view.viewport(), LEFT, NONE, QPoint(row.left() + 120, row.center().y()))
    assert jukebox.now == asked.items[2]


@pytest.mark.qt_log_ignore("grabbing the keyboard", "does not support raise", extend=True)
def test_the_menu_means_the_song_it_was_opened_on(asked: Window) -> None:
    view, jukebox = _view(asked), asked.services.jukebox
    wanted = asked.items[3]
    view._open_menu(view.model().index(3, 0), view.mapToGlobal(QPoint(0, 0)))
    asked.queue.remove({asked.items[0].key})
    asked.main._tick()
    menu = next(each for each in view.findChildren(QMenu) if each.isVisible())
    menu.actions()[0].trigger()
    menu.close()
    assert jukebox.now == wanted


def test_nested_nonsense_from_another_program_is_passed_over(asked: Window) -> None:
    before = asked.ids
    mime = QMimeData()
    mime.setData("application/x-vibe-queue-keys", b"[" * 100_000)
    view = _view(asked)
    view.model().dropMimeData(mime, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert asked.ids == before


def test_a_held_key_adds_nothing_to_what_is_chosen_for_a_person(asked: Window) -> None:
    view, jukebox = _view(asked), asked.services.jukebox
    jukebox.play_item(asked.items[1].key)
    asked.until(lambda: jukebox.now == asked.items[1])
    view.setCurrentIndex(view.model().index(3, 0))
    QTest.keyClick(view, Qt.Key.Key_F24, Qt.KeyboardModifier.ControlModifier)
    view.show_playing()
    assert _chosen(asked) == [asked.titles[1]]
    later = asked.titles[2]
    view.remove_selected()
    assert asked.titles[1] == later
    assert _chosen(asked) == [later]
