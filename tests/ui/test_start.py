"""The window is on the screen before the library is opened; where there can be none, the reason is."""

from __future__ import annotations

import apsw
import pytest
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox
from pytestqt.qtbot import QtBot

from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile
from vibe_desktop.ui import start
from vibe_desktop.ui.start import say_in_a_box
from window import Opener


class _Pictures(QObject):
    """Notes when a window is painted."""

    def __init__(self, events: list[str]) -> None:
        super().__init__()
        self._events = events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            self._events.append("painted")
        return False


def test_the_library_is_not_opened_before_the_window_was_painted(
    qapp: QApplication, open_window: Opener, known: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    pictures = _Pictures(events)
    monkeypatch.setattr(start, "_LATEST_MS", 1_000_000)
    monkeypatch.setattr(apsw, "connection_hooks", [lambda _: events.append("opened")])
    qapp.installEventFilter(pictures)
    try:
        with open_window(known):
            assert events[0] == "painted"
            assert "opened" in events
    finally:
        qapp.removeEventFilter(pictures)


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
