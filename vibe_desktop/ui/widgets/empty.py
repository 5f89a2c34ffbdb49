"""What a page shows where there is nothing yet: what it is for and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_ICON = 40
_TEXT_WIDTH = 480
_ROOM_FOR_ICON, _ROOM_FOR_TEXT = 200, 100


class EmptyState(QWidget):
    """An icon, a heading, a sentence and what leads on, mostly buttons, in the middle of the room there is.

    Where there is little room the icon goes first, then the sentence.
    """

    def __init__(
        self, icon_name: str, heading: str, text: str, *below: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = PlainLabel(heading, "heading")
        self._heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = PlainLabel(text, "secondary", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setFixedWidth(_TEXT_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for each in below:
            row.addWidget(each)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self._picture)
        column.addWidget(self._heading)
        words = QHBoxLayout()
        words.addStretch()
        words.addWidget(self._text)
        words.addStretch()
        column.addLayout(words)
        column.addSpacing(4)
        column.addLayout(row)
        column.addStretch(3)
        self._tint()

    def say(self, heading: str, text: str) -> None:
        """Show other words."""
        self._heading.setText(heading)
        self._text.setText(text)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(_TEXT_WIDTH, 220))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture.setVisible(self.height() >= _ROOM_FOR_ICON)
        self._text.setVisible(self.height() >= _ROOM_FOR_TEXT)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._tint()

    def _tint(self) -> None:
        colour = tokens(self.palette()).tertiary
        self._picture.setPixmap(pixmap(self._icon_name, colour, _ICON, self.devicePixelRatioF()))
