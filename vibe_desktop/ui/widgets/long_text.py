"""A text of many lines shown in place, read from the program's resources when it is first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from vibe_desktop.paths import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

_HEIGHT = 280


class LongText(QPlainTextEdit):
    """Shows resource files one below the other; can be read and copied, not changed."""

    def __init__(self, name: str, *files: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = files
        self._read = False
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFixedHeight(_HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        if not self._read:
            self._read = True
            texts = [resource(file).read_text(encoding="utf-8").strip() for file in self._files]
            self.setPlainText("\n\n\n".join(texts))
        super().showEvent(event)
