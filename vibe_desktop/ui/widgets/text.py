"""Labels that show text as it is: tag text never becomes markup, and long text never moves its neighbours."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

from vibe_desktop.library.tag_values import steady

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent

_LEAST = 24


def plain_tooltip(text: str) -> str:
    """Return a tooltip that shows `text` literally, whatever markup it holds; "" stays ""."""
    return f"<qt>{html.escape(steady(text))}</qt>" if text else ""


class PlainLabel(QLabel):
    """A label of plain text. `role` picks its look: title, heading, strong, secondary, small, tertiary."""

    def __init__(
        self, text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show `text`, which may be the name of a file and hold anything."""
        super().setText(steady(text))

    def set_role(self, role: str) -> None:
        """Take another look."""
        if role != (self.property("role") or ""):
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(PlainLabel):
    """One line that ends in an ellipsis where there is no room; the whole text is in its tooltip."""

    double_clicked = Signal()

    def __init__(self, text: str = "", role: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as a line, also without text: its neighbours stay where they are."""
        margins = self.contentsMargins()
        height = self.fontMetrics().height() + margins.top() + margins.bottom()
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        """Next to nothing: the text gives way."""
        return QSize(_LEAST, self.sizeHint().height())

    def setText(self, text: str) -> None:
        """Show `text` on one line, without controls or line breaks."""
        super().setText(" ".join(text.split()))
        self._explain()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.setFont(self.font())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        side = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        aligned = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignVCenter | side)
        # The text reads in its own direction, wherever it stands.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.drawText(self.rect(), int(aligned | Qt.AlignmentFlag.AlignAbsolute), text)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.double_clicked.emit()

    def _explain(self) -> None:
        too_long = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(plain_tooltip(self.text()) if too_long else "")


def clock(seconds: float | None) -> str:
    """Return a time as m:ss or h:mm:ss; "–:––" where it is not known."""
    if seconds is None:
        return "–:––"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
