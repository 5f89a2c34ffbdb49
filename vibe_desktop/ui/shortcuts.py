"""Every key the window knows, in one table: bound here, listed by F1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QDialog,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TAKES_SPACE = (QLineEdit, QPlainTextEdit, QAbstractButton)
_TAKES_ARROWS = (QLineEdit, QPlainTextEdit, QAbstractSlider, QAbstractItemView)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An action's keys; some give way to a widget that needs the key itself."""

    action: str
    keys: tuple[str, ...]
    words: str
    gives_way_to: tuple[type[QWidget], ...] = ()


def shortcuts() -> tuple[Shortcut, ...]:
    """Return all of them in the order they are listed."""
    return (
        Shortcut("toggle", ("Space",), _tr("Play or pause"), _TAKES_SPACE),
        Shortcut("previous", ("Ctrl+Left",), _tr("Previous song"), (QLineEdit, QPlainTextEdit)),
        Shortcut("next", ("Ctrl+Right",), _tr("Next song"), (QLineEdit, QPlainTextEdit)),
        Shortcut("back", ("Shift+Left",), _tr("Back five seconds"), _TAKES_ARROWS),
        Shortcut("forth", ("Shift+Right",), _tr("Forward five seconds"), _TAKES_ARROWS),
        Shortcut("louder", ("Ctrl+Up",), _tr("Louder"), (QAbstractItemView,)),
        Shortcut("softer", ("Ctrl+Down",), _tr("Softer"), (QAbstractItemView,)),
        Shortcut("mute", ("Ctrl+M",), _tr("Mute")),
        Shortcut("mood", ("Ctrl+L",), _tr("Type a mood")),
        Shortcut("find", ("Ctrl+F",), _tr("Find in the library")),
        Shortcut("playing", ("Ctrl+J",), _tr("Go to what is playing")),
        Shortcut("undo", ("Ctrl+Z",), _tr("Undo a change of the queue"), (QLineEdit, QPlainTextEdit)),
        Shortcut(
            "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), _tr("Redo a change of the queue"), (QLineEdit, QPlainTextEdit)
        ),
        Shortcut("again", ("Ctrl+R",), _tr("Another answer to the same mood")),
        Shortcut("save", ("Ctrl+S",), _tr("Save the queue as a playlist")),
        Shortcut("export", ("Ctrl+E",), _tr("Export the queue")),
        Shortcut("rename", ("F2",), _tr("Rename the queue, a playlist, or edit a description")),
        Shortcut("page-mood", ("Ctrl+1",), _tr("Mood page")),
        Shortcut("page-library", ("Ctrl+2",), _tr("Library page")),
        Shortcut("page-playlists", ("Ctrl+3",), _tr("Playlists page")),
        Shortcut("page-activity", ("Ctrl+4",), _tr("Activity page")),
        Shortcut("page-settings", ("Ctrl+,",), _tr("Settings")),
        Shortcut("help", ("F1",), _tr("This list")),
        Shortcut("quit", ("Ctrl+Q",), _tr("Quit")),
    )


def listed_only() -> tuple[tuple[str, str], ...]:
    """Return keys that lists and the prompt take themselves, as (keys, words)."""
    return (
        (_tr("Enter"), _tr("In the prompt: make a queue. In a list: play")),
        (_tr("Shift+Enter"), _tr("In the prompt: make a queue and play it at once")),
        (_tr("Del"), _tr("Take chosen songs out of the queue")),
        (_tr("Alt+Up, Alt+Down"), _tr("Move chosen songs in the queue")),
        (_tr("Menu key, Shift+F10"), _tr("Everything that can be done with a row")),
    )


def bind(window: QWidget, calls: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Bind every shortcut that has a call; those that give way are switched off while they must."""
    yielding = _Yielding(window)
    bound = []
    for each in shortcuts():
        if each.action not in calls:
            continue
        for keys in each.keys:
            made = QShortcut(QKeySequence(keys), window)
            made.setContext(Qt.ShortcutContext.WindowShortcut)
            made.activated.connect(calls[each.action])
            bound.append(made)
            if each.gives_way_to:
                yielding.add(made, each.gives_way_to)
    return bound


class _Yielding(QObject):
    """Follows the focus for as long as its window lives."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._shortcuts: list[tuple[QShortcut, tuple[type[QWidget], ...]]] = []
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def add(self, shortcut: QShortcut, kinds: tuple[type[QWidget], ...]) -> None:
        """Switch a shortcut off while a widget of these kinds has the focus."""
        self._shortcuts.append((shortcut, kinds))

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        for shortcut, kinds in self._shortcuts:
            shortcut.setEnabled(not isinstance(now, kinds))


class ShortcutList(QDialog):
    """All keys and what they do. Closes by Escape."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard"))
        self.resize(620, 640)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(28, 24, 28, 24)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(PlainLabel(self.tr("Keyboard"), "title"), 0, 0, 1, 2)
        for row, (keys, words) in enumerate(self._lines(), 1):
            grid.addWidget(PlainLabel(keys, "secondary"), row, 0)
            grid.addWidget(PlainLabel(words, wrap=True), row, 1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    @staticmethod
    def _lines() -> Sequence[tuple[str, str]]:
        native = QKeySequence.SequenceFormat.NativeText
        known = [
            (", ".join(QKeySequence(keys).toString(native) for keys in each.keys), each.words)
            for each in shortcuts()
        ]
        return [*known, *listed_only()]
