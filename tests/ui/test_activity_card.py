"""The card at the foot of the sidebar."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from job_pages import count, desk_of
from vibe_desktop.paths import Profile
from vibe_desktop.ui.activity_card import ActivityCard
from window_services import Heard


def test_the_card_shows_what_goes_on_and_leads_there(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        card = ActivityCard(desk.services, desk.watch)
        desk.show(card)
        desk.watch.look()
        desk.watch.changed.emit()
        assert not card.isVisible()
        pages = Heard(desk.services.intents.page)
        job = desk.watch.index([songs])
        assert card.isVisible()
        desk.watch.watch_closely(card, closely=True)
        desk.until(lambda: "Listening with MusiCNN" in card.accessibleName())
        desk.until(lambda: f"of {count(songs)} heard" in card.accessibleName())
        QTest.keyClick(card, Qt.Key.Key_Space)
        assert pages.said == [("activity",)]
        job.pause()
        desk.until(lambda: "Paused" in card.accessibleName())
        job.resume()
        desk.until(lambda: not card.isVisible())


def test_the_narrow_card_tells_the_same_when_asked(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        card = ActivityCard(desk.services, desk.watch)
        desk.show(card)
        card.set_compact(compact=True)
        desk.watch.index([songs]).cancel()
        desk.watch.changed.emit()
        assert card.sizeHint().width() == card.sizeHint().height()
        assert card.accessibleName().startswith("Activity: ")
        assert not card.grab().isNull()
        desk.settled()
