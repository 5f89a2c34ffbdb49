"""The line that narrows the library down while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from vibe_desktop.ui.icons import icon
from vibe_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QKeyEvent

HEIGHT = 40


class FilterLine(QLineEdit):
    """Escape empties it; Enter and the down key go on to what was found."""

    left = Signal()

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setFixedHeight(HEIGHT)
        self.setMaxLength(200)
        self._glass = self.addAction(icon("search", self._colour()), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setText(name)
        self._cross = self.addAction(icon("x", self._colour()), QLineEdit.ActionPosition.TrailingPosition)
        self._cross.setText(self.tr("Clear"))
        self._cross.setToolTip(self.tr("Clear"))
        self._cross.triggered.connect(self.clear)
        self._cross.setVisible(False)
        self.textChanged.connect(lambda text: self._cross.setVisible(bool(text)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange} and hasattr(self, "_cross"):
            self._glass.setIcon(icon("search", self._colour()))
            self._cross.setIcon(icon("x", self._colour()))

    def _colour(self) -> QColor:
        return tokens(self.palette()).tertiary
