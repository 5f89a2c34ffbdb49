"""A switch for something that is on or off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QCheckBox

from vibe_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_WIDTH = 34
_HEIGHT = 20
_GAP = 10


class Toggle(QCheckBox):
    """A check box painted as a switch, its words beside it."""

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        words = _GAP + metrics.horizontalAdvance(self.text()) + 4 if self.text() else 0
        return QSize(_WIDTH + words, max(28, metrics.height() + 8))

    def hitButton(self, position: QPoint) -> bool:
        """Anywhere on the switch or its words counts."""
        return self.rect().contains(position)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - _WIDTH + 1 if mirrored else 1
        body = QRectF(left, (self.height() - _HEIGHT) / 2, _WIDTH - 2, _HEIGHT)
        on = self.isChecked()
        painter.setPen(QPen(colours.accent if self.hasFocus() else colours.tertiary, 1))
        if on and not self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent if on else colours.raised)
        painter.drawRoundedRect(body, _HEIGHT / 2, _HEIGHT / 2)
        radius = _HEIGHT / 2 - 4
        at_end = on != mirrored
        centre = body.right() - radius - 4 if at_end else body.left() + radius + 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.on_accent if on else colours.secondary)
        painter.drawEllipse(QPointF(centre, body.center().y()), radius, radius)
        painter.setPen(colours.ink if self.isEnabled() else colours.tertiary)
        painter.setFont(self.font())
        words = (
            self.rect().adjusted(0, 0, -_WIDTH - _GAP, 0)
            if mirrored
            else self.rect().adjusted(_WIDTH + _GAP, 0, 0, 0)
        )
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, int(side | Qt.AlignmentFlag.AlignVCenter), self.text())
