"""What a mood suggests beside what it says: seen, taken back, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from vibe_desktop.domain import MoodRequest
from vibe_desktop.ui.widgets.chip import Chip
from window import click

if TYPE_CHECKING:
    from vibe_desktop.paths import Profile
    from window import Opener, Window


def _row(window: Window) -> list[tuple[str, str]]:
    return [(chip.kind, chip.text()) for chip in window.main.mood_page.chips.chips]


def _dropped(window: Window) -> tuple[str, ...]:
    request = window.queue.request
    assert request is not None
    return request.dropped


@pytest.fixture
def hinted(window: Window) -> Window:
    """Return the window after a mood that suggests something."""
    window.ask("coding, no drums")
    window.until(lambda: window.hints)
    return window


def test_suggestions_stand_after_what_was_said_and_say_what_they_are(hinted: Window) -> None:
    kinds = [kind for kind, _ in _row(hinted)]
    assert kinds == ["mood", "refuse", *["hint"] * len(hinted.hints)]
    assert 2 <= len(hinted.hints) <= 5
    assert "coding" not in hinted.hints
    for text, chip in hinted.hints.items():
        assert chip.accessibleName() == f"Remove: sounds like {text}"
        assert "not said" in chip.accessibleDescription()
        assert f"You did not say “{text}”" in chip.toolTip()


def test_one_that_is_taken_back_counts_no_more_and_undo_brings_it_back(hinted: Window) -> None:
    before, ids = _row(hinted), hinted.ids
    first = next(iter(hinted.hints))
    hinted.remove_chip(first)
    assert _dropped(hinted) == (first,)
    hinted.until(lambda: hinted.hints and first not in hinted.hints)
    assert list(hinted.chips) == ["coding", "no drums"]

    hinted.main.mood_page.panel.undo()
    hinted.until(lambda: _row(hinted) == before)
    assert (hinted.ids, _dropped(hinted)) == (ids, ())


def test_typing_the_mood_again_brings_it_back(hinted: Window) -> None:
    first = next(iter(hinted.hints))
    hinted.remove_chip(first)
    hinted.until(lambda: first not in hinted.hints)
    hinted.ask("coding, no drums")
    assert _dropped(hinted) == ()
    hinted.until(lambda: first in hinted.hints)


def test_keys_reach_and_remove_them(hinted: Window) -> None:
    row = hinted.main.mood_page.chips
    hinted.main.mood_page.prompt.button.setFocus()
    for chip in row.chips:
        hinted.key(Qt.Key.Key_Tab)
        assert hinted.focus() is chip
    last, place = row.chips[-1].text(), len(row.chips) - 1
    with hinted.new_queue():
        hinted.key(Qt.Key.Key_Delete)
    hinted.until(lambda: last not in hinted.hints)
    focused = hinted.main.focusWidget()
    assert isinstance(focused, Chip)
    assert focused is row.chips[min(place, len(row.chips) - 1)]


def test_what_a_mood_says_itself_is_no_suggestion(window: Window) -> None:
    window.ask("calm relaxing piano")
    window.until(lambda: window.hints)
    assert not {"calm", "relaxing", "piano"} & set(window.hints)
    window.ask("45 minutes")
    window.until(lambda: list(window.chips) == ["45 min"])
    assert not window.hints


def test_without_models_there_are_none(open_window: Opener, known: Profile) -> None:
    known.models.unlink()
    with open_window(known) as window:
        window.ask("coding, no drums")
        window.until(lambda: list(window.chips) == ["coding", "no drums"])
        assert not window.hints


def test_a_focus_elsewhere_stays_there_when_other_chips_come(hinted: Window) -> None:
    hinted.main.mood_page.chips.chips[0].setFocus()
    hinted.main.mood_page.prompt.edit.setFocus()
    hinted.main._desk.take(MoodRequest("calm evening", mood="calm evening"))
    hinted.until(lambda: list(hinted.chips) == ["calm", "evening"])
    assert hinted.main.mood_page.prompt.edit.hasFocus()


def test_what_else_may_be_said_is_told_only_beside_a_few(hinted: Window) -> None:
    row = hinted.main.mood_page.chips
    further = hinted.all(QPushButton, within=row)
    assert [button.text() for button in further] == ["+ like an artist", "+ not this", "+ years"]
    click(further[1])
    assert hinted.main.mood_page.prompt.edit.text() == "coding, no drums, no "
    QTest.keyClicks(hinted.main.mood_page.prompt.edit, "choir, sad, slow, dark, warm, piano, 80s, 20 songs")
    with hinted.new_queue():
        hinted.submit()
    hinted.until(lambda: len(row.chips) > 9)
    assert not hinted.all(QPushButton, within=row)
