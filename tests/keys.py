"""Keys for a widget on its own: those of actions reach only the focus of the window in use."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

_PATIENCE_SECONDS = 30.0


def press(widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key on a widget at a moment when it has the focus."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _focused(widget):
        assert time.monotonic() < deadline, "the focus never came"
        QTest.qWait(10)
    QTest.keyClick(widget, key, held)


def _focused(widget: QWidget) -> bool:
    """Ask for the focus anew: a window of an earlier test that goes late takes it away."""
    widget.activateWindow()
    widget.setFocus()
    return widget.hasFocus()
