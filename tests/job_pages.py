"""A page of the jobs' kind with everything behind it, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from vibe_desktop.ui.job_watch import JobWatch
from vibe_desktop.ui.services import Services
from window_services import Heard, services_of

PATIENCE_MS = 60_000


def count(folder: Path) -> int:
    """Return how many files a music folder holds."""
    return sum(path.is_file() for path in folder.rglob("*"))


class Desk:
    """The services, a watch over their jobs, and one page made of both."""

    def __init__(self, qtbot: QtBot, services: Services) -> None:
        self.qtbot = qtbot
        self.services = services
        self.watch = JobWatch(services)
        self.watch.start()
        self.notices = Heard(services.intents.notice)

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window live until a condition holds."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def show(self, page: QWidget) -> None:
        """Show the page as the window would, with the jobs looked at closely."""
        self.qtbot.addWidget(page)
        page.resize(900, 600)
        page.show()
        self.qtbot.waitExposed(page)

    def press(self, button: QWidget) -> None:
        """Press a button with the mouse."""
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def settled(self) -> None:
        """Wait until no job is under way and everything was counted."""
        self.until(lambda: not self.watch.active and self.watch.coverage is not None)


@contextmanager
def desk_of(qtbot: QtBot, profile: Path) -> Iterator[Desk]:
    """Open a profile for a page, and end everything after."""
    with services_of(profile) as services:
        desk = Desk(qtbot, services)
        try:
            yield desk
        finally:
            desk.watch.stop()
            desk.watch.noticing.close(10.0)
            services.preferences.flush()
            QApplication.sendPostedEvents()
