"""Sliders show where the finger is, and let go when they can no longer be moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from vibe_desktop.ui.widgets.sliders import Slider

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _slider(qtbot: QtBot) -> Slider:
    slider = Slider("From calm to energetic", centred=True)
    qtbot.addWidget(slider)
    slider.setRange(-100, 100)
    slider.resize(220, 22)
    slider.show()
    return slider


def test_the_handle_follows_also_where_the_value_waits(qtbot: QtBot) -> None:
    dragged, there = _slider(qtbot), _slider(qtbot)
    dragged.setTracking(False)
    QTest.mousePress(dragged, LEFT, NONE, QPoint(180, 11))
    assert dragged.value() == 0
    there.setValue(dragged.sliderPosition())
    assert there.value() > 50
    assert dragged.grab().toImage() == there.grab().toImage()
    QTest.mouseRelease(dragged, LEFT, NONE, QPoint(180, 11))
    assert dragged.value() == there.value()


def test_one_that_is_switched_off_is_let_go(qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    QTest.mousePress(slider, LEFT, NONE, QPoint(180, 11))
    slider.setEnabled(False)
    assert not slider.isSliderDown()
