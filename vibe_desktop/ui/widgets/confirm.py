"""A question asked in place, before something that cannot be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class Confirmation(QFrame):
    """Says what would happen, with a button that does it and one that does not; hidden until it asks.

    Escape is the same as the button that does not.
    """

    confirmed = Signal()
    left = Signal()
    """nothing is to happen"""

    def __init__(self, do: str, leave: str, parent: QWidget | None = None) -> None:
        """Take the words of both buttons."""
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._text = PlainLabel("", wrap=True)
        self.do = TextButton(do, "danger", clicked=lambda: self._end(self.confirmed))
        self.leave = TextButton(leave, clicked=lambda: self._end(self.left))
        buttons = QWidget()
        row = FlowLayout(buttons)
        row.addWidget(self.do)
        row.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(self._text)
        column.addWidget(buttons)
        self.hide()

    def ask(self, text: str) -> None:
        """Show the question; the button that changes nothing has the focus."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.leave.setAccessibleDescription(text)
        self.do.setAccessibleDescription(text)
        self.show()
        self.leave.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end(self.left)
        else:
            super().keyPressEvent(event)

    def _end(self, told: SignalInstance) -> None:
        self.hide()
        told.emit()
