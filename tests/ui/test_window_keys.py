"""The whole way by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.pages.library_page import LibraryPage
from vibe_desktop.ui.pages.settings import SettingsPage
from vibe_desktop.ui.prompt import PromptEdit
from vibe_desktop.ui.queue.queue_view import QueueView
from vibe_desktop.ui.shortcuts import ShortcutList, shortcuts
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton

if TYPE_CHECKING:
    from window import Window

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def _tab_to(window: Window, kind: type) -> None:
    for _ in range(60):
        if isinstance(QApplication.focusWidget(), kind):
            return
        window.key(Key.Key_Tab)
    pytest.fail(f"Tab never came to {kind.__name__}")


def test_a_journey_without_a_mouse(window: Window) -> None:
    jukebox, queue = window.services.jukebox, window.queue
    window.main.show_page("library")
    window.key(Key.Key_L, CTRL)
    assert isinstance(window.focus(), PromptEdit)
    with window.new_queue():
        QTest.keyClicks(window.focus(), "calm evening")
        window.key(Key.Key_Return)
    assert window.main.mood_page.prompt.edit.text() == "calm evening"
    _tab_to(window, QueueView)
    window.key(Key.Key_Down)
    window.key(Key.Key_Return)
    window.until(lambda: jukebox.state is PlayState.PLAYING and jukebox.position > 0.1)
    row = window.main.mood_page.panel.view.currentIndex().row()
    assert jukebox.now == window.items[row]
    window.key(Key.Key_Space)
    assert jukebox.state is PlayState.PAUSED
    window.key(Key.Key_Space)
    window.until(lambda: jukebox.state is PlayState.PLAYING)
    window.key(Key.Key_Right, CTRL)
    assert jukebox.now == window.items[row + 1]
    window.key(Key.Key_Left, CTRL)
    assert jukebox.now == window.items[row]
    before = window.ids
    window.key(Key.Key_Down, ALT)
    assert window.ids != before
    window.key(Key.Key_Z, CTRL)
    assert window.ids == before
    window.key(Key.Key_Delete)
    assert len(window.ids) == len(before) - 1
    window.key(Key.Key_Z, CTRL)
    window.key(Key.Key_Z, CTRL | SHIFT)
    assert len(window.ids) == len(before) - 1
    window.key(Key.Key_F2)
    assert isinstance(window.focus(), QLineEdit)
    QTest.keyClicks(window.focus(), "By hand")
    window.key(Key.Key_Return)
    assert queue.name == "By hand"
    assert isinstance(window.focus(), QueueView)
    window.key(Key.Key_Comma, CTRL)
    assert isinstance(window.page(), SettingsPage)
    window.key(Key.Key_F, CTRL)
    page = window.page()
    assert isinstance(page, LibraryPage)
    assert window.focus() is page.filter
    jukebox.pause()


def test_seeking_with_the_keys(window: Window) -> None:
    jukebox = window.services.jukebox
    window.ask("calm evening", play=True)
    window.until(lambda: jukebox.state is PlayState.PLAYING)
    mute = window.one(IconButton, "Mute")
    mute.setFocus()
    at = jukebox.position
    window.key(Key.Key_Right, SHIFT)
    forth = jukebox.position
    assert forth > at + 4.5
    window.key(Key.Key_Left, SHIFT)
    assert jukebox.position < forth - 0.5
    volume = jukebox.volume
    window.key(Key.Key_Down, CTRL)
    assert jukebox.volume == pytest.approx(max(0.0, volume - 0.05))
    window.key(Key.Key_M, CTRL)
    assert jukebox.muted
    window.key(Key.Key_M, CTRL)
    jukebox.set_volume(volume)
    jukebox.pause()


def test_space_belongs_to_whoever_needs_it(window: Window) -> None:
    jukebox = window.services.jukebox
    window.ask("calm evening")
    edit = window.main.mood_page.prompt.edit
    edit.setFocus()
    edit.clear()
    QTest.keyClicks(edit, "soft rain")
    assert (edit.text(), jukebox.state) == ("soft rain", PlayState.STOPPED)
    window.one(IconButton, "Another answer to the same mood").setFocus()
    with window.new_queue():
        window.key(Key.Key_Space)
    request = window.queue.request
    assert request
    assert request.seed == 1
    assert jukebox.state is PlayState.STOPPED
    window.main.mood_page.panel.view.setFocus()
    window.key(Key.Key_Space)
    assert jukebox.state is not PlayState.STOPPED
    jukebox.pause()


def test_undo_in_the_prompt_is_the_prompts(window: Window) -> None:
    window.ask("calm evening")
    before = window.ids
    edit = window.main.mood_page.prompt.edit
    edit.setFocus()
    edit.setCursorPosition(len(edit.text()))
    QTest.keyClicks(edit, " x")
    window.key(Key.Key_Z, CTRL)
    assert edit.text() != "calm evening x"
    assert window.ids == before


def test_the_list_of_keys_comes_with_f1_and_goes_with_escape(window: Window) -> None:
    window.key(Key.Key_F1)
    window.until(lambda: window.all(ShortcutList))
    (listed,) = window.all(ShortcutList)
    assert not listed.isModal() or listed.windowModality() is Qt.WindowModality.WindowModal
    QTest.keyClick(listed, Key.Key_Escape)
    window.until(lambda: not window.all(ShortcutList))
    window.main.activateWindow()
    window.until(window.main.isActiveWindow)


def test_the_keys_can_be_shown_from_the_settings(window: Window) -> None:
    window.main.show_page("settings")
    window.one(TextButton, "Show the keys").click()
    window.until(lambda: window.all(ShortcutList))
    window.all(ShortcutList)[0].reject()
    window.main.activateWindow()
    window.until(window.main.isActiveWindow)


def test_every_shortcut_of_the_list_is_bound(window: Window) -> None:
    bound = {each.key().toString() for each in window.main._shortcuts}
    wanted = {keys for each in shortcuts() for keys in each.keys}
    assert not wanted - bound


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")
def test_the_menu_of_a_row_opens_by_key_and_its_entries_work(window: Window) -> None:
    window.ask("calm evening")
    view = window.main.mood_page.panel.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(1, 0))
    gone = window.ids[1]
    view._open_menu(view.currentIndex(), QPoint(10, 10))
    (menu,) = window.all(QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert {"Play", "More like this", "Less like this", "Not this song", "Like"} <= set(texts)
    with window.new_queue():
        next(action for action in menu.actions() if action.text() == "Not this song").trigger()
    menu.close()
    assert gone not in window.ids
