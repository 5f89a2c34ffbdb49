"""The playlists page on a real library: played, renamed, made anew, deleted, in and out of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from keys import press
from vibe_desktop.domain import MoodRequest, PlaylistEntry, PlaylistLine
from vibe_desktop.library.codec import dump_request
from vibe_desktop.paths import Profile
from vibe_desktop.ui.pages.playlists_page import PlaylistsPage
from vibe_desktop.ui.services import Services
from window_services import Heard, services_of

PATIENCE_MS = 30_000
Key = Qt.Key
Hold = Qt.KeyboardModifier
Wait = Callable[[Callable[[], object]], None]
MOOD = MoodRequest("calm music", "calm", length=3)


@pytest.fixture
def services(known: Profile) -> Iterator[Services]:
    """Return what a page works with on songs that were heard."""
    with services_of(known.folder) as opened:
        yield opened


@pytest.fixture
def ids(services: Services) -> list[int]:
    """Return the songs of the library."""
    found: list[int] = services.app.table.ids().tolist()
    return found


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    """Return what waits for something to come true."""
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)


@pytest.fixture
def page(qtbot: QtBot, services: Services, ids: list[int], wait: Wait) -> PlaylistsPage:
    """Return the page with two playlists, the newer one, of a mood, shown."""
    store = services.app.playlists
    lines = [
        PlaylistEntry(ids[0]),
        PlaylistEntry(None, line=PlaylistLine("../else/<b>gone</b>.mp3", "Gone & lost", 61.0)),
        PlaylistEntry(ids[1]),
    ]
    store.create("From elsewhere", lines)
    store.create(
        "Calm evening",
        [PlaylistEntry(each, "heard piano") for each in ids[:4]],
        mood=MOOD.text,
        request_json=dump_request(MOOD),
    )
    page = PlaylistsPage(services)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.activateWindow()
    wait(page.isActiveWindow)  # keys of actions go to the window in use alone
    wait(lambda: page.entries.rowCount() == 4)
    return page


def names(page: PlaylistsPage) -> list[str]:
    return [playlist.name for playlist in page.list.playlists.playlists]


def choose(page: PlaylistsPage, row: int, entries: int, wait: Wait) -> None:
    page.list.setCurrentIndex(page.list.playlists.index(row))
    wait(lambda: page.entries.rowCount() == entries)


def test_the_newest_is_shown_with_its_mood(page: PlaylistsPage) -> None:
    assert names(page) == ["Calm evening", "From elsewhere"]
    assert page.head._name.text() == "Calm evening"
    assert page.head._mood.text() == "“calm music”"
    assert page.head._about.text().startswith("4 songs · ")
    assert page.entries.reason(0) == "heard piano"
    QAbstractItemModelTester(page.entries, QAbstractItemModelTester.FailureReportingMode.Fatal)
    QAbstractItemModelTester(page.list.playlists, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_lines_that_lead_to_no_song_stay_in_their_places(page: PlaylistsPage, wait: Wait) -> None:
    choose(page, 1, 3, wait)
    assert page.entries.text(1) == "Gone & lost"
    assert page.entries.reason(1) == "Not in your library: ../else/<b>gone</b>.mp3"
    assert "&lt;b&gt;gone" in page.entries.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert page.entries.track(1) is None
    assert "1 line not in your library" in page.head._about.text()
    assert page.head._again.isHidden()


def test_a_playlist_is_played_from_its_beginning_or_from_a_song_on(
    page: PlaylistsPage, services: Services, ids: list[int], wait: Wait
) -> None:
    played, added = Heard(services.intents.play), Heard(services.intents.enqueue)
    QTest.keyClick(page.list, Key.Key_Return)
    assert played.last == (ids[:4], 0)
    choose(page, 1, 3, wait)
    page.view.choose(2)
    press(page.view, Key.Key_Return)
    assert played.last == (ids[:2], 1)
    press(page.view, Key.Key_Return, Hold.ControlModifier)
    assert added.last == ([ids[1]], False)


def test_a_playlist_is_renamed_in_its_place(page: PlaylistsPage, services: Services, wait: Wait) -> None:
    QTest.keyClick(page.list, Key.Key_F2)
    assert page.head.renaming
    page.head._edit.setText("  <u>Late</u>   evening ")
    QTest.keyClick(page.head._edit, Key.Key_Return)
    wait(lambda: names(page)[0] == "<u>Late</u> evening")
    assert [each.name for each in services.app.playlists.all()] == ["<u>Late</u> evening", "From elsewhere"]
    QTest.keyClick(page.list, Key.Key_F2)
    page.head._edit.setText("Never mind")
    QTest.keyClick(page.head._edit, Key.Key_Escape)
    assert not page.head.renaming
    assert page.head._name.text() == "<u>Late</u> evening"


def test_a_deleted_playlist_can_be_taken_back(page: PlaylistsPage, services: Services, wait: Wait) -> None:
    told = Heard(services.intents.notice)
    QTest.keyClick(page.list, Key.Key_Delete)
    wait(lambda: names(page) == ["From elsewhere"])
    assert told.last[:2] == ("“Calm evening” was deleted.", "Undo")
    told.last[2]()
    wait(lambda: names(page) == ["Calm evening", "From elsewhere"])
    wait(lambda: page.head._name.text() == "Calm evening")


def test_the_last_one_deleted_leaves_a_page_that_leads_on(
    page: PlaylistsPage, services: Services, wait: Wait
) -> None:
    for playlist in services.app.playlists.all():
        services.app.playlists.delete(playlist.id)
    services.intents.playlists_changed.emit()
    wait(lambda: page._stack.currentWidget() is page._empty)
    assert page._empty.isVisible()


def test_a_removed_song_can_be_taken_back(
    page: PlaylistsPage, services: Services, ids: list[int], wait: Wait
) -> None:
    told = Heard(services.intents.notice)
    QTest.keyClick(page.view, Key.Key_F24, Hold.ControlModifier)  # a key that is held adds to what is chosen
    page.view.choose(1)
    press(page.view, Key.Key_Delete)
    wait(lambda: page.entries.rowCount() == 3)
    assert [entry.track_id for entry in page.entries.entries] == [ids[0], ids[2], ids[3]]
    assert page.entries.reason(0) == "heard piano"
    told.last[2]()
    wait(lambda: page.entries.rowCount() == 4)
    assert [entry.track_id for entry in page.entries.entries] == ids[:4]


def test_a_playlist_is_made_anew_from_its_mood_and_taken_back(
    page: PlaylistsPage, services: Services, ids: list[int], wait: Wait
) -> None:
    told = Heard(services.intents.notice)
    page.head._again.click()
    wait(lambda: told.said)
    assert told.last[:2] == ("“Calm evening” was made anew.", "Undo")
    wait(lambda: page.entries.rowCount() == 3)  # as many as the request says
    assert all(entry.reason and entry.reason != "heard piano" for entry in page.entries.entries)
    told.last[2]()
    wait(lambda: page.entries.rowCount() == 4)
    assert [entry.track_id for entry in page.entries.entries] == ids[:4]


@pytest.mark.parametrize("ending", ["m3u8", "xspf"])
def test_a_playlist_goes_out_to_a_file_and_comes_in_again(
    page: PlaylistsPage, services: Services, wait: Wait, tmp_path: Path, ending: str
) -> None:
    choose(page, 1, 3, wait)
    told = Heard(services.intents.notice)
    page.export()
    wait(lambda: page.findChildren(QFileDialog))
    [dialog] = page.findChildren(QFileDialog)
    assert not dialog.isModal() or dialog.windowModality() == Qt.WindowModality.WindowModal
    file = tmp_path / f"out.{ending}"
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    wait(lambda: told.said)
    assert told.last[0] == f"Saved to {file}."
    drop(page, file, tmp_path / "cover.jpg")
    wait(lambda: len(names(page)) == 3)
    assert told.last[0] == "2 songs found, 1 line kept that is not in your library."
    wait(lambda: page.head._name.text() == "From elsewhere" and page.entries.rowCount() == 3)
    assert page.entries.track(1) is None


def test_a_file_that_is_no_playlist_is_told_and_the_others_still_come(
    page: PlaylistsPage, services: Services, wait: Wait, tmp_path: Path
) -> None:
    told = Heard(services.intents.notice)
    attack = tmp_path / "a.xspf"
    attack.write_text('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><playlist>&e;</playlist>')
    good = tmp_path / "b.m3u"
    good.write_text("nowhere.mp3\n")
    drop(page, attack, good)
    wait(lambda: told.said)
    assert told.last[0].startswith("0 songs found, 1 line kept that is not in your library. ")
    assert "a.xspf" in told.last[0]
    assert len(services.app.playlists.all()) == 3


def test_another_page_can_ask_for_a_playlist(page: PlaylistsPage, services: Services, wait: Wait) -> None:
    shown = Heard(services.intents.page)
    older = services.app.playlists.all()[1]
    services.intents.show_playlist.emit(older.id)
    wait(lambda: page.head._name.text() == "From elsewhere")
    assert shown.said == [("playlists",)]
    wait(lambda: page.entries.rowCount() == 3)


def test_what_is_being_renamed_is_not_disturbed(page: PlaylistsPage, services: Services, wait: Wait) -> None:
    page.head.rename()
    page.head._edit.setText("Half a na")
    services.app.playlists.create("Newer", [])
    services.intents.playlists_changed.emit()
    wait(lambda: not page._latest.busy)
    assert page.head.renaming
    assert page.head._edit.text() == "Half a na"


def drop(page: PlaylistsPage, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Hold.NoModifier,
    )
    page.dropEvent(event)
