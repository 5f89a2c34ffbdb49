"""Sliders painted as a thin line and a round handle: for steering, seeking and volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle, QWidget

from vibe_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_HANDLE = 7.0
_LINE = 4.0


class Slider(QSlider):
    """A horizontal slider that jumps to where it is clicked.

    With `centred` it is filled from the middle, which has a mark it snaps to;
    without, from the start. `quiet` keeps the fill grey.
    """

    def __init__(
        self, name: str, *, centred: bool = False, quiet: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._centred = centred
        self._quiet = quiet
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(120, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 22)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self._go_to(event.position().x())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._centred:
            self.setValue((self.minimum() + self.maximum()) // 2)
        else:
            super().mouseDoubleClickEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self.setSliderDown(False)  # whoever holds it will not be able to let go

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        track = QRectF(0, middle - _LINE / 2, self.width(), _LINE)
        # Not the value: without tracking that stays behind until the slider is let go.
        position = self.sliderPosition()
        at = self._x_of(position)
        origin = self._x_of((self.minimum() + self.maximum()) / 2 if self._centred else self.minimum())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(track, _LINE / 2, _LINE / 2)
        rests = self._centred and position * 2 == self.minimum() + self.maximum()
        live = self.isEnabled() and self.maximum() > self.minimum()
        if live and not rests:
            painter.setBrush(colours.secondary if self._quiet else colours.accent)
            start = origin if self._centred else (self.width() if self._mirrored() else 0.0)
            filled = QRectF(min(start, at), track.top(), abs(at - start), _LINE)
            painter.drawRoundedRect(filled, _LINE / 2, _LINE / 2)
        if self._centred and not rests:
            painter.setPen(QPen(colours.tertiary, 1))
            painter.drawLine(QPointF(origin, middle - 5), QPointF(origin, middle + 5))
        if not live:
            return
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.wash)
            painter.drawEllipse(QPointF(at, middle), _HANDLE + 4, _HANDLE + 4)
        hot = self._centred and not rests
        painter.setPen(QPen(colours.accent if self.hasFocus() else colours.background, 2))
        painter.setBrush(colours.accent if hot else colours.ink)
        painter.drawEllipse(QPointF(at, middle), _HANDLE, _HANDLE)

    def _x_of(self, value: float) -> float:
        share = (value - self.minimum()) / max(1, self.maximum() - self.minimum())
        if self._mirrored():
            share = 1 - share
        return _HANDLE + share * (self.width() - 2 * _HANDLE)

    def _go_to(self, x: float) -> None:
        room = max(1, int(self.width() - 2 * _HANDLE))
        value = QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), int(x - _HANDLE), room, self._mirrored()
        )
        middle = (self.minimum() + self.maximum()) // 2
        snap = (self.maximum() - self.minimum()) * 0.04
        self.setSliderPosition(middle if self._centred and abs(value - middle) < snap else value)

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft
