"""The line a mood is typed into, and the closest titles beneath it while one types."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from vibe_desktop.paths import resource
from vibe_desktop.ui.queue.queue_model import title_of
from vibe_desktop.ui.style import RADIUS_PROMPT
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QHideEvent, QPaintEvent, QShowEvent

    from vibe_desktop.domain import Track

_HEIGHT = 60
_EXAMPLE_MS = 6000


class PromptEdit(QLineEdit):
    """The text of the mood. Enter asks for the queue, Shift+Enter plays it at once."""

    submitted = Signal(bool)
    focus_moved = Signal()
    down = Signal()
    escaped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submitted.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_moved.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_moved.emit()


class Prompt(QFrame):
    """The biggest thing on the page: a line to type into and a button that plays."""

    typed = Signal(str)
    submitted = Signal(str, bool)
    """the text, and whether to play at once"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = PromptEdit()
        self.edit.setProperty("kind", "prompt")
        self.edit.setAccessibleName(self.tr("How do you feel?"))
        self.edit.setAccessibleDescription(
            self.tr("Type a mood. Enter makes a queue, Shift and Enter plays it at once.")
        )
        self.edit.setMaxLength(500)
        self.edit.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, on=False)
        self.button = TextButton(self.tr("Play"), "primary", icon_name="play")
        self.button.setToolTip(self.tr("Play a queue for this mood (Shift+Enter)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)
        self.setFixedHeight(_HEIGHT)
        self._examples = _examples()
        self._example = 0
        self._turning = QTimer(self, interval=_EXAMPLE_MS)
        self._turning.timeout.connect(self._turn_example)
        self._turn_example()
        self.edit.textEdited.connect(self.typed)
        self.edit.submitted.connect(self._submit)
        self.edit.focus_moved.connect(self.update)
        self.button.clicked.connect(lambda _checked=False: self._submit(play=True))

    def set_busy(self, *, busy: bool) -> None:
        """Tell that an answer is awaited."""
        self.button.setText(self.tr("Listening…") if busy else self.tr("Play"))

    def showEvent(self, event: QShowEvent) -> None:
        self._turning.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._turning.stop()
        super().hideEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.edit.hasFocus()
        outer = QRectF(self.rect())
        if focused:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.wash)
            painter.drawRoundedRect(outer, RADIUS_PROMPT + 3, RADIUS_PROMPT + 3)
        painter.setPen(QPen(colours.accent if focused else colours.line, 1.2))
        painter.setBrush(colours.raised)
        painter.drawRoundedRect(outer.adjusted(3, 3, -3, -3), RADIUS_PROMPT, RADIUS_PROMPT)

    def sizeHint(self) -> QSize:
        return QSize(640, _HEIGHT)

    def _submit(self, play: bool) -> None:  # noqa: FBT001 - a signal's argument
        text = self.edit.text().strip()
        if not text and play:
            text = self.edit.placeholderText()
            self.edit.setText(text)
        if text:
            self.submitted.emit(text, play)

    def _turn_example(self) -> None:
        if not self.edit.text():
            self.edit.setPlaceholderText(self._examples[self._example % len(self._examples)])
            self._example += 1


class Closest(QFrame):
    """Up to three titles under the prompt; one is played by a click or Enter."""

    chosen = Signal(object)
    """the `Track`"""
    left = Signal()
    """the person goes back to the prompt"""
    closed = Signal()
    """the person wants no titles for what is typed"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self.setProperty("surface", "raised")
        self.setAccessibleName(self.tr("Closest titles"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(2)
        self._buttons: list[QPushButton] = []
        self._tracks: tuple[int, ...] = ()
        self.hide()

    def show_tracks(self, tracks: Sequence[Track], anchor: QWidget) -> None:
        """Show these under `anchor`; nothing at all when there are none."""
        if not tracks:
            self.hide()
            self._tracks = ()
            return
        ids = tuple(track.id for track in tracks)
        if any(button.hasFocus() for button in self._buttons):
            return  # the person is choosing among them
        if ids != self._tracks:
            self._tracks = ids
            self._fill(tracks)
        self.place(anchor)
        self.show()
        self.raise_()

    def place(self, anchor: QWidget) -> None:
        """Lie right under `anchor`, as wide."""
        corner = anchor.mapTo(self._page, QPoint(3, anchor.height() + 2))
        self.setFixedWidth(anchor.width() - 6)
        self.adjustSize()
        self.move(corner)

    def take_focus(self) -> None:
        """Go to the first title."""
        if self.isVisible() and self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        focused = next((number for number, each in enumerate(self._buttons) if each.hasFocus()), 0)
        if focused + by < 0:
            self.left.emit()
        else:
            self._buttons[min(focused + by, len(self._buttons) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    def _fill(self, tracks: Sequence[Track]) -> None:
        for button in self._buttons:
            self._column.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for track in tracks:
            about = " · ".join(part for part in (track.tags.artist, track.tags.album) if part)
            button = _Row(title_of(track), about)
            button.setAccessibleName(self.tr("Play {0}, {1}").format(title_of(track), about))
            button.clicked.connect(lambda _checked=False, track=track: self.chosen.emit(track))
            self._column.addWidget(button)
            button.show()  # or the list would be as high as without it until the next turn
            self._buttons.append(button)


class _Row(QPushButton):
    """One title and whose it is."""

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.setAutoDefault(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(36)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(10)
        named, other = PlainLabel(title), ElidedLabel(about, "secondary")
        named.setMaximumWidth(360)
        row.addWidget(named)
        row.addWidget(other, 1)


def _examples() -> list[str]:
    texts: list[str] = json.loads(resource("examples.json").read_text(encoding="utf-8"))
    return texts
