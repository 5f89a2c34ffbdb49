"""The library page on real libraries: found while typing, described, kept in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from keys import press
from large_library import fill
from shelf import Shelf
from vibe_desktop.paths import Profile
from vibe_desktop.ui.library.columns import BY_NAME
from vibe_desktop.ui.pages.library_page import LibraryPage
from vibe_desktop.ui.services import Services
from window_services import Heard, services_of

PATIENCE_MS = 20_000
ROWS = 200_000
Key = Qt.Key
Hold = Qt.KeyboardModifier


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a profile that knows 200,000 songs; no test may change it."""
    profile = Profile(tmp_path_factory.mktemp("large"))
    fill(profile.database, ROWS)
    return profile.folder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a library of three songs without models."""
    shelf = Shelf(tmp_path)
    for name in ("one.mp3", "two.mp3", "three.mp3"):
        shelf.put(name)
    shelf.scan()
    shelf.tag(shelf.music / "one.mp3", title="<b>One</b> & only", artist="Ann", seconds=60.0)
    shelf.tag(shelf.music / "two.mp3", title="Two", artist="Bob", seconds=120.0)
    shelf.tag(shelf.music / "three.mp3", title="Three", artist="Cy", seconds=3600.0)
    return shelf


@pytest.fixture
def services(shelf: Shelf) -> Iterator[Services]:
    """Return what a page works with on the shelf's library."""
    with services_of(shelf.folder / "profile") as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> LibraryPage:
    """Return the page showing the three songs."""
    return shown(qtbot, services, 3)


def shown(qtbot: QtBot, services: Services, rows: int) -> LibraryPage:
    page = LibraryPage(services)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow, timeout=PATIENCE_MS)
    settled(qtbot, page, rows)
    return page


def settled(qtbot: QtBot, page: LibraryPage, rows: int) -> None:
    def there() -> None:
        assert not page._latest.busy
        assert page.model.rowCount() == rows

    qtbot.waitUntil(there, timeout=PATIENCE_MS)


def titles(page: LibraryPage) -> list[str]:
    return [row.title for index in range(page.model.rowCount()) if (row := page.model.row(index))]


def words(page: LibraryPage) -> str:
    return page._count.text()


def test_two_hundred_thousand_songs_are_found_sorted_and_kept_few(qtbot: QtBot, large: Path) -> None:
    with services_of(large) as services:
        page = shown(qtbot, services, ROWS)
        assert words(page).startswith("200,000 songs · ")
        QTest.keyClicks(page.filter, "calm song 12345")
        settled(qtbot, page, 5)  # the calm ones of songs 123450 to 123459; song 12345 is loud
        assert all("Song 12345" in title for title in titles(page))
        assert words(page) == "5 of 200,000 songs"
        page.filter.clear()
        settled(qtbot, page, ROWS)
        press_heading(page, "title", times=2)
        qtbot.waitUntil(lambda: titles_at(page, 0) == f"Song {ROWS - 1}", timeout=PATIENCE_MS)
        assert page.model.held < 10_000


def press_heading(page: LibraryPage, column: str, *, times: int = 1) -> None:
    header = page.view.header
    section = BY_NAME[column]
    middle = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    for _ in range(times):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, 10))


def titles_at(page: LibraryPage, index: int) -> str:
    row = page.model.row(index)
    return row.title if row else ""


def test_the_newest_of_quickly_typed_words_wins(qtbot: QtBot, page: LibraryPage) -> None:
    for text in ("one", "two", "th"):
        page.filter.setText(text)
    settled(qtbot, page, 1)
    assert titles(page) == ["Three"]


def test_what_is_no_search_language_is_no_error(qtbot: QtBot, page: LibraryPage) -> None:
    for text in ('"', "NEAR(", "a* OR", "\0", "🎵", "'; DROP TABLE track;--"):
        page.filter.setText(text)
        qtbot.waitUntil(lambda: not page._latest.busy, timeout=PATIENCE_MS)
    page.filter.clear()
    settled(qtbot, page, 3)


def test_nothing_found_says_what_was_looked_for_and_leads_back(qtbot: QtBot, page: LibraryPage) -> None:
    page.filter.setText("<i>zebra</i>")
    settled(qtbot, page, 0)
    assert page._stack.currentWidget() is page._nothing
    assert "<i>zebra</i>" in page._nothing._heading.text()
    page.clear_filter()
    settled(qtbot, page, 3)
    assert page._stack.currentWidget() is page.view


def test_a_library_without_music_leads_on(qtbot: QtBot, tmp_path: Path) -> None:
    with services_of(tmp_path / "profile") as services:
        page = shown(qtbot, services, 0)
        assert page._stack.currentWidget() is page._empty
        chosen = Heard(services.intents.choose_folder)
        page._empty.findChildren(QPushButton)[0].click()
        assert chosen.said == [()]


def test_enter_plays_from_the_row_on_in_the_order_shown(
    qtbot: QtBot, page: LibraryPage, services: Services
) -> None:
    played, added = Heard(services.intents.play), Heard(services.intents.enqueue)
    page.view.choose([1], 1)
    press(page.view, Key.Key_Return)
    press(page.view, Key.Key_Return, Hold.ControlModifier)
    ids = page.model.ids.tolist()
    assert played.said == [(ids[1:], 0)]
    assert added.said == [([ids[1]], False)]


def test_several_chosen_songs_are_played_alone(page: LibraryPage, services: Services) -> None:
    played = Heard(services.intents.play)
    page.view.choose([0, 2], 2)
    page.actions_of_rows.play()
    ids = page.model.ids.tolist()
    assert played.said == [([ids[0], ids[2]], 0)]


def test_the_menu_offers_for_many_only_what_many_can_have(page: LibraryPage) -> None:
    page.view.choose([0, 1], 0)
    many = {action.text() for action in page.actions_of_rows.menu().actions() if action.isVisible()}
    page.view.choose([0], 0)
    one = {action.text() for action in page.actions_of_rows.menu().actions() if action.isVisible()}
    assert one - many == {"More like this", "Edit description", "Show in folder"}


def test_tags_are_shown_as_they_are(page: LibraryPage) -> None:
    page.view.choose([0], 0)
    assert page.details._title.text() == "<b>One</b> & only"
    assert page.details._title.textFormat() == Qt.TextFormat.PlainText


def test_likes_are_asked_for_and_shown_once_they_are_known(page: LibraryPage, services: Services) -> None:
    asked = Heard(services.intents.liked)
    page.view.choose([1], 1)
    press(page.view, Key.Key_D, Hold.ControlModifier)
    assert asked.said == [([int(page.model.ids[1])], True)]
    row = page.model.row(1)
    assert row is not None
    assert row.liked
    assert page.details._heart.isChecked()


def test_saved_songs_become_a_playlist(qtbot: QtBot, page: LibraryPage, services: Services) -> None:
    told = Heard(services.intents.notice)
    page.view.selectAll()
    page.actions_of_rows.save()
    qtbot.waitUntil(lambda: bool(told.said), timeout=PATIENCE_MS)
    [playlist] = services.app.playlists.all()
    assert playlist.tracks == 3
    assert told.last[:2] == ("Saved 3 songs as a playlist.", "Show")
    opened = Heard(services.intents.show_playlist)
    told.last[2]()
    assert opened.said == [(playlist.id,)]


def test_a_refresh_keeps_what_is_chosen_and_brings_what_is_new(
    qtbot: QtBot, page: LibraryPage, services: Services, shelf: Shelf
) -> None:
    page.view.choose([1], 1)
    shelf.put("four.mp3")
    shelf.scan()
    shelf.tag(shelf.music / "four.mp3", title="Four", artist="Aaron")
    services.intents.library_changed.emit()
    settled(qtbot, page, 4)
    assert titles(page)[0] == "Four"
    assert page.view.chosen_ids() == [shelf.ids()[shelf.music / "two.mp3"]]


def test_a_missing_file_and_an_offline_folder_are_told(
    qtbot: QtBot, page: LibraryPage, services: Services, shelf: Shelf
) -> None:
    (shelf.music / "two.mp3").unlink()
    shelf.scan()
    services.intents.library_changed.emit()
    qtbot.waitUntil(lambda: not page._latest.busy, timeout=PATIENCE_MS)
    page.view.choose([1], 1)
    assert "not there any more" in page.details._absent.text()
    assert not page.details._folder.isEnabled()
    shelf.music.rename(shelf.folder / "away")
    shelf.scan()
    services.intents.library_changed.emit()
    qtbot.waitUntil(lambda: not page._status.isHidden(), timeout=PATIENCE_MS)
    assert str(shelf.music) in page._status.text()


def test_the_page_comes_back_as_it_was_left(qtbot: QtBot, page: LibraryPage, services: Services) -> None:
    press_heading(page, "title", times=2)
    qtbot.waitUntil(lambda: titles(page) == ["Two", "Three", "<b>One</b> & only"], timeout=PATIENCE_MS)
    other = LibraryPage(services)
    qtbot.addWidget(other)
    other.restore(page.state())
    other.show()
    settled(qtbot, other, 3)
    assert titles(other) == titles(page) == ["Two", "Three", "<b>One</b> & only"]
    assert other.state()["sort"] == "title"
    other.restore({"sort": "nonsense", "columns": 5, "descending": "perhaps"})
    assert other.state()["sort"] == "title"


def test_years_and_plays_begin_with_the_largest(qtbot: QtBot, page: LibraryPage) -> None:
    press_heading(page, "year")
    qtbot.waitUntil(lambda: page._found is not None and page._found.wish.sort == "year", timeout=PATIENCE_MS)
    assert page.state()["descending"]
    press_heading(page, "year")
    assert not page.state()["descending"]


def test_narrow_windows_show_the_details_only_when_asked(qtbot: QtBot, page: LibraryPage) -> None:
    page.view.choose([0], 0)
    assert page.details.isVisible()
    page.resize(900, 600)
    assert not page.details.isVisible()
    page._info.click()
    assert page.details.isVisible()
    page._info.click()
    assert not page.details.isVisible()


def test_typing_in_the_table_narrows_it_down(qtbot: QtBot, page: LibraryPage) -> None:
    page.view.choose([0], 0)
    press(page.view, Key.Key_T)
    assert page.filter.text() == "t"
    settled(qtbot, page, 2)
    QTest.keyClick(page.filter, Key.Key_Down)
    assert page.view.current == 0
    press(page.filter, Key.Key_Escape)
    settled(qtbot, page, 3)


def test_songs_that_go_while_they_are_shown_leave_empty_rows(
    qtbot: QtBot, page: LibraryPage, services: Services
) -> None:
    told = Heard(services.intents.notice)
    for track_id in page.model.ids.tolist():
        services.app.stores.db.run("DELETE FROM track WHERE id = ?", (track_id,))
    page.model.show_ids(page.model.ids)
    assert titles(page) == []
    page.refresh()
    settled(qtbot, page, 0)
    assert page._stack.currentWidget() is page._empty
    assert told.said == []
