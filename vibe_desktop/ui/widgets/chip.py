"""A chip: one thing that was understood, with a cross to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vibe_desktop.ui.style import SMALL, sized
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.text import plain_tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QKeyEvent, QPaintEvent

    from vibe_desktop.ui.theme import Tokens

_HEIGHT = 30
_PADDING = 12
_CROSS = 8
_CROSS_GAP = 8
_WIDEST = 360


class Chip(QAbstractButton):
    """A rounded pill. `kind`: mood (accent), refuse ("not this"), plain or hint; a press takes it away.

    `lead` stands before the text in a quieter colour ("length", "sounds like"). A
    hint, which nobody said, is the quietest: an outline of dashes and nothing in it.
    """

    removed = Signal()

    def __init__(
        self, text: str, kind: str = "plain", *, lead: str = "", removable: bool = True,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.kind = kind
        self._lead = lead
        self._removable = removable
        self.setText(text)
        self.setFont(sized(self.font(), SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if removable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(plain_tooltip(self.tr("Remove “{0}”").format(text)))
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        said = f"{lead} {text}".strip()
        self.setAccessibleName(self.tr("Remove: {0}").format(said) if removable else said)
        self.clicked.connect(self.removed)

    def sizeHint(self) -> QSize:
        return QSize(min(_WIDEST, self._natural_width()), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(80, self._natural_width()), _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in {
            Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter,
        }:  # fmt: skip
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = tokens(self.palette())
        ink, fill, edge = self._colours(colours)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        pen = QPen(colours.accent if self.hasFocus() else edge, 1)
        if self.kind == "hint" and not self.hasFocus():
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(outline, _HEIGHT / 2, _HEIGHT / 2)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        self._paint_text(painter, ink, colours)
        if self._removable:
            self._paint_cross(painter, ink if self.underMouse() or self.hasFocus() else colours.tertiary)

    def _paint_text(self, painter: QPainter, ink: QColor, colours: Tokens) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        metrics = QFontMetrics(self.font())
        left = _PADDING
        room = self.width() - 2 * _PADDING - (_CROSS + _CROSS_GAP if self._removable else 0)
        painter.setFont(self.font())
        for text, colour in ((self._lead, colours.tertiary), (self.text(), ink)):
            if not text:
                continue
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(shown)
            painter.save()
            painter.setPen(colour)
            if mirrored:  # the pen runs backwards here; letters must not
                painter.translate(2 * left + width, 0)
                painter.scale(-1, 1)
            painter.drawText(left, 0, width + 1, self.height(), int(Qt.AlignmentFlag.AlignVCenter), shown)
            painter.restore()
            left += width + _CROSS_GAP
            room -= width + _CROSS_GAP

    def _paint_cross(self, painter: QPainter, colour: QColor) -> None:
        painter.setPen(QPen(colour, 1.4, c=Qt.PenCapStyle.RoundCap))
        corner = QPointF(self.width() - _PADDING - _CROSS + 0.5, (self.height() - _CROSS) / 2 + 0.5)
        cross = QRectF(corner, QSizeF(_CROSS - 1, _CROSS - 1))
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())

    def _colours(self, colours: Tokens) -> tuple[QColor, QColor, QColor]:
        if self.kind == "mood":
            return colours.accent, colours.wash, colours.wash
        if self.kind == "refuse":
            return colours.refuse, colours.refuse_wash, colours.refuse_wash
        if self.kind == "hint":
            edge = QColor(colours.tertiary)
            edge.setAlphaF(0.55)
            return colours.secondary, QColor(Qt.GlobalColor.transparent), edge
        return colours.ink, colours.panel, colours.line

    def _natural_width(self) -> int:
        metrics = QFontMetrics(self.font())
        width = 2 * _PADDING + metrics.horizontalAdvance(self.text()) + 2
        if self._lead:
            width += metrics.horizontalAdvance(self._lead) + _CROSS_GAP
        return width + (_CROSS + _CROSS_GAP if self._removable else 0)
