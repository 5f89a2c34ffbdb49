"""The queue edited, kept, exported, filled from files, and never losing what a person did."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton

from vibe_desktop.domain import TrackId
from vibe_desktop.library.codec import load_request
from vibe_desktop.library.database import Database
from vibe_desktop.ui.queue.queue_model import QueueModel
from vibe_desktop.ui.queue.row_delegate import RowAction
from vibe_desktop.ui.widgets.buttons import IconButton
from window import click

if TYPE_CHECKING:
    from vibe_desktop.library.saved import Playlist
    from vibe_desktop.paths import Profile
    from vibe_desktop.playback.play_queue import Item
    from window import Opener, Window

MOVE = Qt.DropAction.MoveAction


@pytest.fixture
def asked(window: Window) -> Window:
    """Return a window with a queue of some length."""
    window.ask("calm evening")
    assert len(window.items) >= 6
    return window


@pytest.fixture
def own_dialogs() -> Iterator[None]:
    """Let Qt draw file dialogs itself, so that a test can fill them in."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, on=True)
    yield
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, on=False)


def _model(window: Window) -> QueueModel:
    model = window.main.mood_page.panel.view.model()
    assert isinstance(model, QueueModel)
    return model


def _choose(window: Window, *rows: int) -> None:
    view = window.main.mood_page.panel.view
    view.setCurrentIndex(_model(window).index(rows[0]))
    for row in rows[1:]:
        view.selectionModel().select(_model(window).index(row), view.selectionModel().SelectionFlag.Select)


def _row_button(window: Window, action: RowAction, row: int) -> Item:
    """Press a button of a row, as the delegate tells it."""
    item = window.items[row]
    window.main.mood_page.panel.view._delegate.pressed.emit(action, item.key)
    return item


def _playlists(window: Window) -> list[Playlist]:
    return window.services.app.playlists.all()


def _ids_saved(window: Window, number: int) -> list[TrackId | None]:
    return [entry.track_id for entry in window.services.app.playlists.entries(number)]


def test_rows_are_dragged_to_another_place_and_back_by_undo(asked: Window) -> None:
    before = asked.ids
    model = _model(asked)
    mime = model.mimeData([model.index(3), model.index(1)])
    model.dropMimeData(mime, MOVE, 0, 0, QModelIndex())
    asked.main._tick()
    assert asked.ids == [before[1], before[3], before[0], before[2], *before[4:]]
    assert [item.entry.track.id for item in model.items] == asked.ids
    asked.key(Qt.Key.Key_Escape)
    asked.main.mood_page.panel.view.setFocus()
    asked.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked.ids == before


def test_a_drop_of_nonsense_changes_nothing(asked: Window) -> None:
    before = asked.ids
    model = _model(asked)
    for content in (b"", b"[", b'{"a": 1}', b'["x", null, 1e400]', b"[123456]"):
        mime = QMimeData()
        mime.setData("application/x-vibe-queue-keys", content)
        model.dropMimeData(mime, MOVE, 0, 0, QModelIndex())
    assert asked.ids == before


def test_deleting_and_taking_it_back(asked: Window) -> None:
    before = asked.ids
    view = asked.main.mood_page.panel.view
    _choose(asked, 1, 2)
    view.setFocus()
    asked.key(Qt.Key.Key_Delete)
    assert asked.ids == [before[0], *before[3:]]
    assert view.currentIndex().row() == 1
    asked.main._tick()
    click(asked.one(IconButton, "Undo: Remove 2 tracks"))
    assert asked.ids == before
    asked.main._tick()
    click(asked.one(IconButton, "Redo: Remove 2 tracks"))
    assert asked.ids == [before[0], *before[3:]]


def test_what_plays_plays_on_though_it_is_deleted(asked: Window) -> None:
    jukebox = asked.services.jukebox
    jukebox.play_item(asked.items[0].key)
    asked.until(lambda: jukebox.position > 0.1)
    second = asked.items[1]
    _choose(asked, 0)
    asked.main.mood_page.panel.view.remove_selected()
    at = jukebox.position
    asked.until(lambda: jukebox.position > at)
    jukebox.next()
    assert jukebox.now == second


def test_not_this_song_never_returns_in_this_mood(asked: Window) -> None:
    with asked.new_queue():
        refused = _row_button(asked, RowAction.REFUSE, 2)
    gone = refused.entry.track.id
    assert gone not in asked.ids
    asked.until(lambda: f"not {refused.entry.track.tags.title}" in asked.chips)
    for _ in range(2):
        with asked.new_queue():
            asked.main._desk.regenerate()
        assert gone not in asked.ids


def test_a_refill_leaves_no_chips_and_where_nothing_fits_the_queue_stays(window: Window) -> None:
    window.ask("calm evening, 4 songs")
    window.until(lambda: len(window.chips) == 3)
    request, before = window.queue.request, window.ids
    with window.new_queue():
        window.main.mood_page.panel.refill()
    assert (window.queue.request, len(window.chips)) == (request, 3)
    assert not set(before) & set(window.ids)
    kept = window.ids
    window.main._desk.refill(kept)
    window.until(lambda: window.told("Nothing else of your music fits"))
    assert window.ids == kept


def test_more_and_less_like_a_song(asked: Window) -> None:
    with asked.new_queue():
        more = _row_button(asked, RowAction.MORE, 1)
    request = asked.queue.request
    assert request
    assert request.like == (more.entry.track.id,)
    asked.until(lambda: f"like {more.entry.track.tags.title}" in asked.chips)
    with asked.new_queue():
        less = _row_button(asked, RowAction.LESS, len(asked.items) - 1)
    request = asked.queue.request
    assert request
    assert request.unlike == (less.entry.track.id,)
    assert less.entry.track.id not in asked.ids


def test_what_plays_stays_in_front_when_the_queue_is_bent(asked: Window) -> None:
    jukebox = asked.services.jukebox
    jukebox.play_item(asked.items[1].key)
    asked.until(lambda: jukebox.position > 0.1)
    heard = asked.ids[:2]
    playing = asked.items[1]
    with asked.new_queue():
        _row_button(asked, RowAction.MORE, 3)
    assert asked.ids[:2] == heard
    assert asked.items[1].key == playing.key
    assert jukebox.now is not None
    assert jukebox.now.key == playing.key
    assert jukebox.position > 0.1


def test_a_like_is_kept_in_the_library_and_seen_everywhere(own_window: Window) -> None:
    asked = own_window
    asked.ask("calm evening")
    jukebox = asked.services.jukebox
    jukebox.play_item(asked.items[0].key)
    asked.until(lambda: asked.one(IconButton, "Like", asked.main.player_bar).isEnabled())
    liked = _row_button(asked, RowAction.LIKE, 0).entry.track.id
    asked.until(lambda: asked.services.app.tastes.liked() == {liked})
    assert asked.main.mood_page.panel.view.is_liked(liked)
    heart = asked.one(IconButton, "No longer like", asked.main.player_bar)
    assert heart.isChecked()
    click(heart)
    asked.until(lambda: asked.services.app.tastes.liked() == set())
    assert not asked.main.mood_page.panel.view.is_liked(liked)


def test_a_play_and_a_skip_are_kept_in_the_library(own_window: Window) -> None:
    asked = own_window
    asked.ask("calm evening")
    jukebox, profile = asked.services.jukebox, asked.profile
    first, second = asked.ids[:2]
    jukebox.play_item(asked.items[0].key)
    asked.until(lambda: jukebox.position > 5.2)  # half of it
    jukebox.next()
    asked.until(lambda: jukebox.now == asked.items[1] and jukebox.position > 0.3)
    jukebox.next()
    asked.until(lambda: len(_listens(profile)) == 2)
    assert _listens(profile) == [(first, 0), (second, 1)]


def _listens(profile: Profile) -> list[tuple[int, int]]:
    db = Database.open(profile.database)
    rows = db.run("SELECT track_id, skipped FROM listen ORDER BY rowid")
    db.close()
    return [(row[0], row[1]) for row in rows]


def test_keeping_some_and_filling_up_the_rest(window: Window) -> None:
    window.ask("calm evening, 4 songs")
    _choose(window, 0, 2)
    kept = [window.ids[0], window.ids[2]]
    others = set(window.ids) - set(kept)
    with window.new_queue():
        click(window.one(QPushButton, "Keep 2, refill"))
    assert window.ids[:2] == kept
    assert len(window.ids) == 4
    assert not others & set(window.ids)


def test_saving_keeps_name_mood_time_and_request(own_window: Window) -> None:
    asked = own_window
    asked.ask("calm evening")
    panel = asked.main.mood_page.panel
    panel.rename()
    edit = asked.one(QLineEdit, "Name of the queue")
    assert edit.text() == asked.queue.name != ""
    edit.selectAll()
    QTest.keyClicks(edit, "Evening at home")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert asked.queue.name == "Evening at home"
    click(asked.one(QPushButton, "Save"))
    asked.until(lambda: asked.told("Saved as “Evening at home”."))
    (saved,) = _playlists(asked)
    assert (saved.name, saved.mood, saved.tracks) == ("Evening at home", "calm evening", len(asked.ids))
    assert saved.made_at > 1_700_000_000
    assert _ids_saved(asked, saved.id) == asked.ids
    assert load_request(saved.request_json) == asked.queue.request
    asked.until(lambda: asked.all(QPushButton, "Saved mood: Evening at home", asked.main.sidebar))


def test_the_queue_as_text(asked: Window) -> None:
    asked.main.mood_page.panel.copy()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == asked.queue.name
    first = asked.items[0].entry.track.tags
    assert lines[1] == f"1. {first.title} – {first.artist} (0:10)"
    assert len(lines) == 1 + len(asked.items)


@pytest.mark.parametrize("relative", [False, True])
def test_exporting_through_the_dialog(
    asked: Window, own_dialogs: None, tmp_path: Path, *, relative: bool
) -> None:
    asked.services.preferences.change(relative_export=relative)
    file = tmp_path / "out" / "evening.m3u8"
    file.parent.mkdir()
    _export_to(asked, file)
    written = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    lines = [os.path.normpath(line) for line in written]
    paths = [item.entry.track.path for item in asked.items]
    assert lines == [os.path.relpath(path, file.parent) if relative else path for path in paths]


def test_exporting_as_xspf(asked: Window, own_dialogs: None, tmp_path: Path) -> None:
    asked.services.preferences.change(relative_export=False)
    file = tmp_path / "evening.xspf"
    _export_to(asked, file)
    text = file.read_text(encoding="utf-8")
    assert text.count("<location>") == len(asked.items)
    assert QUrl.fromLocalFile(asked.items[0].entry.track.path).toEncoded().toStdString() in text


def _export_to(window: Window, file: Path) -> None:
    """Open the dialog from the menu of the panel, write a name into it, and press Save."""
    button = window.one(QPushButton, "Export")
    menu = button.menu()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    window.until(lambda: window.all(QFileDialog))
    (dialog,) = window.all(QFileDialog)
    assert not dialog.isModal() or dialog.windowModality() is Qt.WindowModality.WindowModal
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    assert name.text().endswith(".m3u8")
    name.setText(str(file))
    window.settle()
    dialog.accept()
    window.until(lambda: window.told(f"Saved to {file}."))


def test_an_export_that_fails_says_so(asked: Window, own_dialogs: None, tmp_path: Path) -> None:
    from vibe_desktop.ui.queue.queue_files import export_dialog

    export_dialog(asked.main, asked.services, [asked.items[0].entry.track], "x")
    (dialog,) = asked.all(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "nowhere" / "list.m3u8"))
    asked.until(lambda: str(tmp_path / "nowhere") in asked.main._notices._text.text())
    dialog.reject()


def test_dropped_files_and_folders_join_the_queue(asked: Window, songs: Path, tmp_path: Path) -> None:
    before = asked.ids
    model = _model(asked)
    unknown = tmp_path / "unknown.flac"
    unknown.write_bytes(b"")
    folder = songs / "Pulse Unit"
    dropped = [songs / "Rust Choir" / "Foundry" / "01 Anvil.flac", folder, unknown]
    mime = QMimeData()
    mime.setUrls([*(QUrl.fromLocalFile(str(path)) for path in dropped), QUrl("https://example.org/a.mp3")])
    model.dropMimeData(mime, Qt.DropAction.CopyAction, 2, 0, QModelIndex())
    asked.until(lambda: len(asked.ids) == len(before) + 6)
    assert asked.titles[2:8] == ["Anvil", "Four Walls", "Grid", "Relay", "Strobe", "Conveyor"]
    assert asked.ids[:2] + asked.ids[8:] == before
    asked.until(lambda: asked.told("1 file is not in your library yet."))
    asked.main.mood_page.panel.undo()
    assert asked.ids == before


def test_files_opened_from_outside_are_played(asked: Window, songs: Path) -> None:
    before = asked.ids
    asked.program.open_files([str(songs / "Rust Choir" / "Foundry" / "01 Anvil.flac")])
    asked.until(lambda: len(asked.ids) == len(before) + 1)
    assert asked.services.jukebox.now == asked.items[-1]
    assert asked.titles[-1] == "Anvil"


def test_dragging_out_carries_files(asked: Window) -> None:
    model = _model(asked)
    mime = model.mimeData([model.index(0), model.index(2)])
    assert [url.toLocalFile() for url in mime.urls()] == [
        asked.items[0].entry.track.path,
        asked.items[2].entry.track.path,
    ]


@pytest.mark.skipif(os.name == "nt", reason="names of files are text there")
def test_a_name_that_is_not_text_plays_drags_and_exports(
    open_window: Opener, new: Profile, songs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    path = os.fsencode(folder) + b"/caf\xe9 #1 100%.flac"
    shutil.copyfile(os.fsencode(songs / "Ada Quill" / "Letters" / "01 Window Seat.flac"), path)
    with open_window(new) as window:
        window.page().start_with(folder)  # type: ignore[attr-defined]
        window.until(lambda: window.page() is window.main.mood_page)
        window.program.open_files([os.fsdecode(path)])
        window.until(lambda: window.titles == ["Window Seat"])
        window.until(lambda: window.services.jukebox.position > 0.1)
        mime = _model(window).mimeData([_model(window).index(0)])
        assert mime.urls()[0].toEncoded().endsWith(b"/caf%E9%20%231%20100%25.flac")
        dropped = QMimeData()
        dropped.setUrls(mime.urls())
        _model(window).dropMimeData(dropped, Qt.DropAction.CopyAction, -1, 0, QModelIndex())
        window.until(lambda: window.titles == ["Window Seat", "Window Seat"])


def test_what_is_kept_for_the_next_start_can_be_read_back(asked: Window) -> None:
    document = json.loads(json.dumps(asked.main.state()))
    assert document["page"] == "mood"
    assert len(document["jukebox"]["entries"]) == len(asked.items)
