"""The whole window as a person meets it: opened on a profile, typed into, looked at, closed."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from players import silent_vlc
from processes import leaving_nothing, our_children
from vibe_desktop.app import App
from vibe_desktop.paths import Profile
from vibe_desktop.playback.play_queue import Item, PlayQueue
from vibe_desktop.playback.player import Player
from vibe_desktop.ui.job_watch import JobWatch
from vibe_desktop.ui.main_window import MainWindow
from vibe_desktop.ui.services import Services
from vibe_desktop.ui.start import Program, make_application
from vibe_desktop.ui.widgets.chip import Chip

PATIENCE = 120.0
Kind = TypeVar("Kind", bound=QWidget)
Key = Qt.Key
Hold = Qt.KeyboardModifier


class Window:
    """One opened window, and short words for what a person does with it."""

    def __init__(self, program: Program, profile: Profile) -> None:
        self.program = program
        self.profile = profile
        self.notices: list[tuple[str, str, Callable[[], object] | None]] = []
        self.program.services.intents.notice.connect(lambda *told: self.notices.append(told))

    @property
    def main(self) -> MainWindow:
        return self.program.window

    @property
    def services(self) -> Services:
        return self.program.services

    @property
    def watch(self) -> JobWatch:
        return self.program.watch

    @property
    def queue(self) -> PlayQueue:
        return self.services.jukebox.queue

    @property
    def items(self) -> tuple[Item, ...]:
        return self.queue.items

    @property
    def ids(self) -> list[int]:
        """The tracks of the queue, in its order."""
        return [item.entry.track.id for item in self.items]

    @property
    def titles(self) -> list[str]:
        return [item.entry.track.tags.title for item in self.items]

    @property
    def chips(self) -> dict[str, Chip]:
        """The chips of what was said, by their texts."""
        return {chip.text(): chip for chip in self.main.mood_page.chips.chips if chip.kind != "hint"}

    @property
    def hints(self) -> dict[str, Chip]:
        """The chips of what was not said but suggested, by their texts."""
        return {chip.text(): chip for chip in self.main.mood_page.chips.chips if chip.kind == "hint"}

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window live until a condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it did not come about"
            QTest.qWait(5)

    def all(self, kind: type[Kind], name: str | None = None, within: QWidget | None = None) -> list[Kind]:
        """Return the visible widgets of a kind, those of an accessible name if one is given."""
        found = (within or self.main).findChildren(kind)
        return [
            each for each in found
            if each.isVisible() and (name is None or each.accessibleName() == name)
        ]  # fmt: skip

    def one(self, kind: type[Kind], name: str | None = None, within: QWidget | None = None) -> Kind:
        """Return the only visible widget of a kind and name."""
        found = self.all(kind, name, within)
        assert len(found) == 1, [each.accessibleName() for each in self.all(kind, None, within)]
        return found[0]

    def page(self) -> QWidget:
        """Return the page that is shown."""
        page = self.main.stack.currentWidget()
        assert page is not None
        return page

    def type(self, text: str) -> None:
        """Type into the prompt, letter by letter, in place of what was there."""
        edit = self.main.mood_page.prompt.edit
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)

    def submit(self, *, play: bool = False) -> None:
        """Press Enter in the prompt, with Shift if the queue should play at once."""
        held = Hold.ShiftModifier if play else Hold.NoModifier
        QTest.keyClick(self.main.mood_page.prompt.edit, Key.Key_Return, held)

    def ask(self, text: str, *, play: bool = False) -> None:
        """Type a mood, press Enter, and wait for the queue."""
        with self.new_queue():
            self.type(text)
            self.submit(play=play)

    @contextmanager
    def new_queue(self) -> Iterator[None]:
        """Wait until what is done within has brought an answer, and nothing more is awaited."""
        before = self.queue.version
        yield
        desk = self.main._desk
        self.until(lambda: self.queue.version != before and not desk.busy and not desk._steering.isActive())
        self.main._tick()

    def while_awaited(self, act: Callable[[], object], asked: str | None = None) -> None:
        """Act the moment an answer is next awaited (to a mood of these words), however quickly it comes."""
        acted = False
        desk = self.main._desk

        def begin(busy: bool) -> None:  # noqa: FBT001 - a slot
            nonlocal acted
            if busy and not acted and (asked is None or (desk.request and desk.request.text == asked)):
                acted = True
                act()

        desk.busy_changed.connect(begin)
        self.until(lambda: acted)
        desk.busy_changed.disconnect(begin)

    def remove_chip(self, text: str) -> None:
        """Press a chip away and wait for the queue."""
        with self.new_queue():
            click((self.chips | self.hints)[text])

    def key(self, key: Key, held: Hold = Hold.NoModifier) -> None:
        """Press a key where the focus is; an earlier window that goes late may have taken it away."""
        if QApplication.activeWindow() is None:
            self.main.activateWindow()
            self.until(self.main.isActiveWindow)
        focused = QApplication.focusWidget()
        QTest.keyClick(focused or self.main, key, held)

    def focus(self) -> QWidget:
        """Return the widget that has the focus."""
        focused = QApplication.focusWidget()
        assert focused is not None
        return focused

    def begin_anew(self) -> None:
        """Be as after the start: the first page, nothing typed, nothing in the queue."""
        desk, jukebox = self.main._desk, self.services.jukebox
        self.until(lambda: not desk.busy and not desk._steering.isActive())
        jukebox.stop()
        jukebox.queue.begin_with(())
        desk.follow_queue()
        self.main.show_page("mood")
        self.main._tick()
        self.main._notices.hide()
        self.main.activateWindow()
        self.until(self.main.isActiveWindow)
        self.main.mood_page.prompt.edit.clear()
        self.main.mood_page.focus_prompt()
        self.notices.clear()

    def settle(self) -> None:
        """Let everything that waits happen."""
        for _ in range(3):
            QApplication.sendPostedEvents()
            QApplication.processEvents()

    def told(self, words: str) -> bool:
        """Whether a notice with these words came."""
        return any(words in text for text, _, _ in self.notices)

    def children(self) -> list[psutil.Process]:
        """Return the processes this window has started, and theirs."""
        return our_children()


class Opener(Protocol):
    """Opens the window on a profile; leave the context to close it."""

    def __call__(
        self, profile: Profile, *, make_player: Callable[[], Player] = silent_vlc
    ) -> AbstractContextManager[Window]: ...


def click(widget: QWidget) -> None:
    """Press a widget with the mouse."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


_open: list[Window] = []


def of_open_windows() -> set[int]:
    """Return the numbers of the processes that the windows that are open have for as long as they are."""
    keepers = [keeper for each in _open for keeper in (each.watch.noticing, each.services.answering)]
    return {keeper.pid for keeper in keepers if keeper.pid}


@contextmanager
def opened(profile: Profile, *, make_player: Callable[[], Player] = silent_vlc) -> Iterator[Window]:
    """Open the window on a profile, wait until it can be used, and close it for good."""
    hooks = sys.excepthook, threading.excepthook
    handler = qInstallMessageHandler(None)
    qInstallMessageHandler(handler)
    log = logging.getLogger("vibe_desktop")
    handlers = list(log.handlers)
    with leaving_nothing(but=of_open_windows), App(profile) as app:
        program = Program(make_application(), app, make_player=make_player)
        window = Window(program, profile)
        _open.append(window)
        try:
            program.show()
            qInstallMessageHandler(handler)  # the test's own, which fails a test that Qt complains in
            window.until(lambda: program.ready and program._player is not None)
            program.window.activateWindow()
            window.until(program.window.isActiveWindow)
            yield window
        finally:
            program.window.close()
            program.end(10.0)
            _open.remove(window)
            program.window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            program.deleteLater()
            sys.excepthook, threading.excepthook = hooks
            log.handlers[:] = handlers
