"""A person's own description: written on the page, kept, embedded, taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from keys import press
from vibe_desktop.paths import Profile
from vibe_desktop.ui.pages.library_page import LibraryPage
from vibe_desktop.ui.services import Services
from window_services import services_of

PATIENCE_MS = 30_000
Key = Qt.Key


@pytest.fixture
def services(known: Profile) -> Iterator[Services]:
    """Return what a page works with on songs that were heard."""
    with services_of(known.folder) as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> LibraryPage:
    """Return the page with the first song chosen."""
    page = LibraryPage(services)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.model.rowCount() > 3, timeout=PATIENCE_MS)
    page.view.choose([0], 0)
    return page


def caption(page: LibraryPage) -> str:
    row = page.model.row(0)
    return row.caption if row else ""


def write(page: LibraryPage, text: str, key: Qt.Key) -> None:
    press(page.view, Key.Key_F2)
    assert page.details.caption.editing
    page.details.caption._text.setPlainText(text)
    QTest.keyClick(page.details.caption._text, key)


def test_a_description_is_written_found_and_taken_back(
    qtbot: QtBot, page: LibraryPage, services: Services
) -> None:
    ours = caption(page)
    own = "<b>The zeppelin song</b> of my childhood"
    write(page, own, Key.Key_Return)
    qtbot.waitUntil(lambda: caption(page) == own, timeout=PATIENCE_MS)
    assert page.details.caption._label.text() == own
    assert services.app.table.ids(words="zeppelin").tolist() == [int(page.model.ids[0])]
    row = page.model.row(0)
    assert row is not None
    assert row.own
    page.details.caption._back.click()
    qtbot.waitUntil(lambda: caption(page) == ours, timeout=PATIENCE_MS)
    assert page.details.caption._back.isHidden()


def test_escape_leaves_it_as_it_was(page: LibraryPage, services: Services) -> None:
    ours = caption(page)
    write(page, "Something else", Key.Key_Escape)
    assert not page.details.caption.editing
    assert page.details.caption._label.text() == ours
    assert services.answering.pid is None  # nobody was asked for anything
    assert page.view.hasFocus()


def test_what_was_being_written_is_kept_when_another_song_is_chosen(qtbot: QtBot, page: LibraryPage) -> None:
    press(page.view, Key.Key_F2)
    page.details.caption._text.setPlainText("Half a thought")
    page.view.choose([3], 3)
    qtbot.waitUntil(lambda: caption(page) == "Half a thought", timeout=PATIENCE_MS)
    assert page.details.caption._label.text() != "Half a thought"


def test_a_song_that_is_filtered_out_can_still_be_described(
    qtbot: QtBot, page: LibraryPage, services: Services
) -> None:
    wanted = int(page.model.ids[0])
    page.filter.setText("nothing has this word")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0, timeout=PATIENCE_MS)
    page.clear_filter()
    page.edit_caption(wanted)
    qtbot.waitUntil(lambda: page.model.rowCount() > 3, timeout=PATIENCE_MS)
    assert page.details.caption.editing
    page.details.caption._text.setPlainText("Described from elsewhere")
    page.details.caption.save()
    qtbot.waitUntil(
        lambda: services.app.table.rows([wanted])[0].caption == "Described from elsewhere",
        timeout=PATIENCE_MS,
    )


def test_a_description_that_cannot_be_kept_is_told_and_ours_stays(
    qtbot: QtBot, page: LibraryPage, services: Services
) -> None:
    told: list[str] = []
    services.intents.notice.connect(lambda text, *_: told.append(text))
    ours = caption(page)
    (services.app.profile.folder / "models").unlink()
    services.app.stores.db.run("DELETE FROM vector")
    page._describe(999_999, "Of nothing")
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert page.details.caption._label.text() == ours
