"""The column beside the queue: where to lean, how long, and what might suit right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.segmented import Segmented
from vibe_desktop.ui.widgets.sliders import Slider
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import MoodRequest
    from vibe_desktop.moods.right_now import Suggestion

WIDTH = 264
_FULL = 100
_LENGTHS = (None, 30.0, 60.0, 120.0)


class SteerColumn(QWidget):
    """Says what is moved by signals; shows a request without echoing it."""

    steered = Signal(str, float)
    """an axis and how far, from -1 to 1"""
    minutes_chosen = Signal(object)
    """minutes, or None for as long as it comes"""
    suggested = Signal(object)
    """a `Suggestion`"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._sliders: dict[str, Slider] = {}
        self._suggestions: tuple[Suggestion, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.tr("Steer"), "strong"))
        for axis, low, high in self._axes():
            column.addLayout(self._axis(axis, low, high))
        column.addSpacing(12)
        column.addWidget(PlainLabel(self.tr("Length"), "strong"))
        names = (self.tr("Any"), self.tr("30 min"), self.tr("1 h"), self.tr("2 h"))
        self._length = Segmented(self.tr("Length"), list(zip(_LENGTHS, names, strict=True)))
        self._length.set_value(None)
        self._length.chosen.connect(self.minutes_chosen)
        column.addWidget(self._length)
        column.addSpacing(12)
        self._now_head = PlainLabel(self.tr("Right now"), "strong")
        self._now_head.hide()
        column.addWidget(self._now_head)
        self._pills = QWidget()
        self._now = FlowLayout(self._pills)
        column.addWidget(self._pills)
        column.addStretch(1)

    def take_focus(self) -> None:
        """Go to the first slider."""
        next(iter(self._sliders.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def show_request(self, request: MoodRequest | None) -> None:
        """Put the sliders where a request leans."""
        leans = dict(request.steer) if request else {}
        for axis, slider in self._sliders.items():
            if not slider.isSliderDown():
                slider.blockSignals(True)
                slider.setValue(round(leans.get(axis, 0.0) * _FULL))
                slider.blockSignals(False)
                slider.update()
        self._length.set_value(request.minutes if request else None)

    def show_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        """Offer these; the same as before stay as they are, also under a finger that is about to press."""
        if tuple(suggestions) == self._suggestions:
            return
        self._suggestions = tuple(suggestions)
        while (item := self._now.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for suggestion in suggestions:
            pill = TextButton(suggestion.label, "pill")
            pill.clicked.connect(lambda _checked=False, each=suggestion: self.suggested.emit(each))
            self._now.addWidget(pill)
        self._now_head.setVisible(bool(suggestions))

    def _axes(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("energy", self.tr("calm"), self.tr("energetic")),
            ("brightness", self.tr("dark"), self.tr("bright")),
            ("electronic", self.tr("acoustic"), self.tr("electronic")),
            ("voice", self.tr("instrumental"), self.tr("vocal")),
        )

    def _axis(self, axis: str, low: str, high: str) -> QGridLayout:
        slider = Slider(self.tr("From {0} to {1}").format(low, high), centred=True)
        slider.setRange(-_FULL, _FULL)
        slider.setSingleStep(10)
        slider.setPageStep(25)
        slider.setTracking(False)
        slider.valueChanged.connect(lambda value: self.steered.emit(axis, value / _FULL))
        self._sliders[axis] = slider
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.addWidget(PlainLabel(low, "small"), 0, 0)
        grid.addWidget(PlainLabel(high, "small"), 0, 1, alignment=Qt.AlignmentFlag.AlignRight)
        grid.addWidget(slider, 1, 0, 1, 2)
        return grid
