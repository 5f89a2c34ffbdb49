"""Where there can be no window, the reason is on the screen all the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.start import say_in_a_box


def test_a_start_that_fails_says_why_in_a_box(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            said.append(box.text())
            box.accept()
            looking.stop()

    looking = QTimer(interval=20)
    looking.timeout.connect(read)
    looking.start()
    say_in_a_box(VibeError("The profile <b>x</b> cannot be used.", "Choose another."))
    assert said == ["The profile <b>x</b> cannot be used.\n\nChoose another."]
    assert "Choose another." in capsys.readouterr().err
