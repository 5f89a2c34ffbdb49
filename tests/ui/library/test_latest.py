"""Of questions that come faster than answers only the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.library.latest import Latest
from vibe_desktop.ui.tasks import Tasks

PATIENCE_MS = 20_000


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    """Return threads to work on."""
    tasks = Tasks()
    yield tasks
    tasks.close()


def test_what_was_overtaken_is_neither_begun_nor_told(qtbot: QtBot, tasks: Tasks) -> None:
    begun: list[int] = []
    told: list[int] = []
    go_on = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        assert go_on.wait(20)
        return number

    owner = QObject()
    latest: Latest[int] = Latest(tasks, told.append, lambda _: None, owner)
    latest.ask(lambda: work(1))
    qtbot.waitUntil(lambda: begun == [1], timeout=PATIENCE_MS)
    for number in (2, 3, 4):
        latest.ask(lambda number=number: work(number))  # type: ignore[misc]
    go_on.set()
    qtbot.waitUntil(lambda: told == [4], timeout=PATIENCE_MS)
    assert begun == [1, 4]
    assert not latest.busy


def test_a_failure_is_told_and_the_next_question_answered(qtbot: QtBot, tasks: Tasks) -> None:
    told: list[int] = []
    failed: list[VibeError] = []

    def fail() -> int:
        raise VibeError("No.", "Try again.")

    owner = QObject()
    latest: Latest[int] = Latest(tasks, told.append, failed.append, owner)
    latest.ask(fail)
    qtbot.waitUntil(lambda: bool(failed), timeout=PATIENCE_MS)
    latest.ask(lambda: 5)
    qtbot.waitUntil(lambda: told == [5], timeout=PATIENCE_MS)


def test_after_the_end_nothing_is_asked_any_more(qtbot: QtBot, tasks: Tasks) -> None:
    told: list[int] = []
    owner = QObject()
    latest: Latest[int] = Latest(tasks, told.append, lambda _: None, owner)
    latest.ask(lambda: 1, after=30)
    tasks.close()
    qtbot.wait(80)
    assert told == []
