"""A track's description, read and changed in the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.domain import TrackId

_LINES = 5


class CaptionEditor(QWidget):
    """Shows a sentence; pressed or told to `edit`, lets the person write their own."""

    written = Signal(int, str)
    """a track and the sentence it is to have; blank for ours again"""
    closed = Signal()
    """writing ended, one way or the other"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._track: TrackId | None = None
        self._sentence = ""
        self._label = PlainLabel(wrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._whose = PlainLabel("", "tertiary", wrap=True)
        self._pencil = IconButton("pencil", self.tr("Edit the description (F2)"), size=28, clicked=self.edit)
        self._back = TextButton(self.tr("Take back"), "quiet", clicked=self._take_back)
        self._back.setAccessibleName(self.tr("Take back your description"))
        self._text = QPlainTextEdit()
        self._text.setAccessibleName(self.tr("Description"))
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText(self.tr("How would you describe it?"))
        self._text.setFixedHeight(self._text.fontMetrics().lineSpacing() * _LINES + 28)
        self._text.installEventFilter(self)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(PlainLabel(self.tr("Description"), "section"), 1)
        head.addWidget(self._pencil)
        foot = QHBoxLayout()
        foot.addWidget(self._whose, 1)
        foot.addWidget(self._back)
        reading = QWidget()
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        column.addLayout(foot)
        column.addStretch()
        writing = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(TextButton(self.tr("Save"), clicked=self.save))
        buttons.addWidget(TextButton(self.tr("Cancel"), "quiet", clicked=self.cancel))
        buttons.addStretch()
        column = QVBoxLayout(writing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addLayout(buttons)
        self._reading, self._writing = reading, writing
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(reading)
        whole.addWidget(writing)
        writing.hide()

    @property
    def editing(self) -> bool:
        """Whether the person is writing."""
        return not self._writing.isHidden()

    def show_caption(self, track_id: TrackId | None, sentence: str, *, own: bool) -> None:
        """Show a track's description; what was being written for another one is saved."""
        if self.editing and track_id == self._track:
            return
        if self.editing:
            self.save()
        self._track, self._sentence = track_id, sentence
        self._label.setText(sentence or self.tr("Not described yet."))
        self._whose.setText(self.tr("in your words") if own else "")
        self._whose.setVisible(own)
        self._back.setVisible(own)
        self._pencil.setEnabled(track_id is not None)

    def edit(self) -> None:
        """Let the person write."""
        if self._track is None or self.editing:
            return
        self._text.setPlainText(self._sentence)
        self._swap(writing=True)
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.moveCursor(QTextCursor.MoveOperation.End)

    def save(self) -> None:
        """Take what was written; nothing happens where that is what it was."""
        written = " ".join(self._text.toPlainText().split())
        self._swap(writing=False)
        if self._track is not None and written != self._sentence:
            self._sentence = written
            self._label.setText(written)
            self.written.emit(self._track, written)
        self.closed.emit()

    def cancel(self) -> None:
        """Leave it as it was."""
        self._swap(writing=False)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter saves, Escape leaves it as it was."""
        if watched is self._text and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.save()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancel()
                return True
        return super().eventFilter(watched, event)

    def _take_back(self) -> None:
        if self._track is not None:
            self.written.emit(self._track, "")

    def _swap(self, *, writing: bool) -> None:
        self._reading.setVisible(not writing)
        self._writing.setVisible(writing)
        self._pencil.setVisible(not writing)
