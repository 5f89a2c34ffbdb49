"""Playlists and a large library in the whole window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtTest import QTest

from large_library import fill
from vibe_desktop.paths import Profile
from vibe_desktop.ui.pages.library_page import LibraryPage
from vibe_desktop.ui.pages.playlists_page import PlaylistsPage
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from window import click

if TYPE_CHECKING:
    from window import Opener, Window

LONGEST_STALL_MS = 2000
"""far more than a person would stand, far less than any query over the whole library on the main thread"""


def _playlists(window: Window) -> PlaylistsPage:
    window.main.show_page("playlists")
    page = window.page()
    assert isinstance(page, PlaylistsPage)
    return page


def test_a_playlist_of_another_player_keeps_what_is_not_known(
    own_window: Window, songs: Path, tmp_path: Path
) -> None:
    window = own_window
    file = tmp_path / "Old mix.m3u8"
    known = songs / "Pulse Unit" / "Grid" / "01 Four Walls.flac"
    file.write_text(f"#EXTM3U\n{known}\n#EXTINF:200,Somebody - Gone\n/elsewhere/gone.mp3\n", encoding="utf-8")
    page = _playlists(window)
    page._files.read([file])
    window.until(lambda: window.told("1 song found, 1 line kept that is not in your library."))
    window.until(lambda: page.entries.rowCount() == 2)
    current = page.list.current
    assert current
    assert (current.name, current.tracks, current.unresolved) == ("Old mix", 1, 1)
    shown = [str(page.entries.index(row).data()) for row in range(2)]
    assert "Four Walls" in shown[0]
    assert "Gone" in shown[1]
    page.play()
    window.until(lambda: window.titles == ["Four Walls"])


def test_saved_renamed_made_anew_deleted_and_back(own_window: Window) -> None:
    window = own_window
    window.ask("calm evening")
    window.main.mood_page.panel.save()
    store = window.services.app.playlists
    window.until(store.all)
    (saved,) = store.all()
    before = [entry.track_id for entry in store.entries(saved.id)]
    page = _playlists(window)
    window.until(lambda: page.list.current and page.entries.rowCount() == len(before))
    page.list.setFocus()
    window.key(Qt.Key.Key_F2)
    QTest.keyClicks(window.focus(), "Evenings")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: page.list.current and page.list.current.name == "Evenings")
    click(window.one(IconButton, "Make it anew from its mood"))
    window.until(lambda: window.told("“Evenings” was made anew."))
    anew = [entry.track_id for entry in store.entries(saved.id)]
    assert anew
    assert store.get(saved.id).mood == "calm evening"
    click(window.one(TextButton, "Undo", window.main._notices))
    window.until(lambda: [entry.track_id for entry in store.entries(saved.id)] == before)
    page.list.setFocus()
    window.key(Qt.Key.Key_Delete)
    window.until(lambda: not store.all())
    window.until(lambda: not window.main.sidebar._saved_places)
    click(window.one(TextButton, "Undo", window.main._notices))
    window.until(lambda: [each.name for each in store.all()] == ["Evenings"])
    assert [entry.track_id for entry in store.entries(saved.id)] == before


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "profile"
    folder.mkdir()
    fill(Profile(folder).database, 200_000)
    return folder


def test_the_filter_stays_right_over_200_000_rows(open_window: Opener, large: Path) -> None:
    with open_window(Profile(large)) as window:
        window.main._go_to_filter()
        page = window.page()
        assert isinstance(page, LibraryPage)
        window.until(lambda: page.model.rowCount() == 200_000)
        stalls = _Stalls()
        table = window.services.app.table
        typed = ""
        for letter in "artist 76 calm":
            QTest.keyClicks(page.filter, letter)
            typed += letter
            QTest.qWait(40)
        window.until(lambda: not page._latest.busy)
        assert np.array_equal(page.model.ids, table.ids("artist", words=typed))
        assert 0 < page.model.rowCount() < 200_000
        for _ in range(5):
            QTest.keyClick(page.filter, Qt.Key.Key_Backspace)
        window.until(lambda: not page._latest.busy)
        assert page.filter.text() == "artist 76"
        assert np.array_equal(page.model.ids, table.ids("artist", words="artist 76"))
        page.clear_filter()
        window.until(lambda: page.model.rowCount() == 200_000)
        page.view.scrollToBottom()
        window.settle()
        assert stalls.longest < LONGEST_STALL_MS
        assert page.model.row(199_999) is not None


class _Stalls:
    """Measures how long the main thread was away, in milliseconds."""

    def __init__(self) -> None:
        self.longest = 0
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def _beat(self) -> None:
        self.longest = max(self.longest, self._clock.restart())


def test_the_library_plays_and_describes(own_window: Window) -> None:
    window = own_window
    window.main.show_page("library")
    page = window.page()
    assert isinstance(page, LibraryPage)
    window.until(lambda: page.model.rowCount() == 24)
    page.filter.setText("harbour")
    window.until(lambda: page.model.rowCount() == 1)
    page.view.choose([0], 0)
    row = page.model.row(0)
    assert row
    page.actions_of_rows.play()
    window.until(lambda: window.titles == ["Harbour"])
    page.rename()
    window.until(lambda: page.details.caption.editing)
    page.details.caption.written.emit(row.id, "A whale under a lighthouse.")
    window.until(lambda: page.model.row(0).caption == "A whale under a lighthouse.")  # type: ignore[union-attr]
    page.filter.setText("lighthouse")
    window.until(lambda: page.model.ids.tolist() == [row.id])
