"""The sidebar in windows of every height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from vibe_desktop.library.saved import Playlist
from vibe_desktop.ui.sidebar import Sidebar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


def _shown(sidebar: Sidebar) -> list[str]:
    names = [each.accessibleName() for each in sidebar.findChildren(QAbstractButton) if each.isVisible()]
    return [name for name in names if name.startswith("Saved mood: ")]


def _overlaps(sidebar: Sidebar) -> list[tuple[str, str]]:
    widgets = [*sidebar.findChildren(QAbstractButton), *sidebar.findChildren(QLabel)]
    there: list[QWidget] = [each for each in widgets if each.isVisible()]
    return [
        (one.accessibleName(), other.accessibleName())
        for number, one in enumerate(there)
        for other in there[number + 1 :]
        if one.geometry().intersects(other.geometry())
    ]


@pytest.fixture
def sidebar(qtbot: QtBot) -> Iterator[Sidebar]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 1000)
    made = Sidebar(window)
    made.show_saved([_playlist(number) for number in range(10)])
    window.show()
    yield made
    window.close()


def _playlist(number: int) -> Playlist:
    return Playlist(
        id=number, name=f"Evening {number}", mood="evening", request_json="", made_at=0.0,
        changed_at=0.0, tracks=1, unresolved=0, seconds=60.0,
    )  # fmt: skip


def test_saved_moods_are_shown_as_far_as_there_is_room(qtbot: QtBot, sidebar: Sidebar) -> None:
    sidebar.resize(208, 900)
    qtbot.waitUntil(lambda: len(_shown(sidebar)) == 8)
    assert not _overlaps(sidebar)
    sidebar.resize(208, sidebar.sizeHint().height() - 80)
    qtbot.waitUntil(lambda: 0 < len(_shown(sidebar)) < 8)
    qtbot.waitUntil(lambda: not _overlaps(sidebar))
    assert _shown(sidebar)[0] == "Saved mood: Evening 0"
    sidebar.set_narrow(narrow=True)
    assert not _shown(sidebar)


def test_they_give_way_to_what_is_being_done(qtbot: QtBot, sidebar: Sidebar) -> None:
    sidebar.resize(208, 900)
    qtbot.waitUntil(lambda: len(_shown(sidebar)) == 8)
    sidebar.resize(208, sidebar.sizeHint().height())
    qtbot.waitUntil(lambda: not _overlaps(sidebar))
    before = len(_shown(sidebar))
    card = QLabel("listening")
    card.setFixedHeight(94)
    sidebar.set_foot(card)
    qtbot.waitUntil(lambda: card.isVisible() and not _overlaps(sidebar))
    assert len(_shown(sidebar)) < before
    card.hide()
    qtbot.waitUntil(lambda: len(_shown(sidebar)) == before)
