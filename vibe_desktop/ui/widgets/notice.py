"""One line at the foot of the window that says what happened and, where one can, takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QEnterEvent

_SHOWN_MS = 8000
_WIDEST = 640


class NoticeBar(QFrame):
    """Floats over the window's lower edge; goes by itself, but never while the mouse is on it.

    What is to last stays until it is closed, and is back once what was told over it has gone.
    """

    def __init__(self, parent: QWidget, above: int = 0) -> None:
        """Float `above` pixels over the parent's lower edge."""
        super().__init__(parent)
        self._over = parent
        self._above = above
        self.setProperty("surface", "raised")
        self._text = PlainLabel(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = TextButton("", "quiet", clicked=self._act)
        self._action: Callable[[], object] | None = None
        self._lasting = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(IconButton("x", self.tr("Close this notice"), size=28, clicked=self._close))
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self._pass)
        self.hide()

    def tell(
        self,
        text: str,
        action: str = "",
        call: Callable[[], object] | None = None,
        *,
        lasting: bool = False,
    ) -> None:
        """Show `text`, with a button `action` that calls `call`."""
        if lasting:
            self._lasting = text
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action = call
        self._button.setText(action)
        self._button.setVisible(bool(action))
        metrics = self._text.fontMetrics()
        self._text.setMinimumWidth(min(_WIDEST - 160, metrics.horizontalAdvance(text) + 4))
        self.show()
        self.place()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """Move to the middle of the parent's lower edge."""
        parent = self._over
        self.setMaximumWidth(min(_WIDEST, parent.width() - 32))
        self.adjustSize()
        self.move((parent.width() - self.width()) // 2, parent.height() - self._above - self.height() - 16)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def _pass(self) -> None:
        """Go, unless something is to last."""
        if self._lasting:
            self.tell(self._lasting)
        else:
            self.hide()

    def _close(self) -> None:
        if self._text.text() == self._lasting:
            self._lasting = ""
        self._pass()

    def _act(self) -> None:
        self._pass()
        if self._action is not None:
            self._action()
