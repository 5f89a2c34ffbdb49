"""The Settings page: everything applies at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from job_pages import Desk, count, desk_of
from package_index import use_folder
from vibe_desktop.background.jobs import JobState
from vibe_desktop.paths import Profile
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.settings import ReplayGain, Settings, SettingsFile, Speed, ThemeChoice
from vibe_desktop.ui.pages.settings import SettingsPage
from vibe_desktop.ui.widgets.buttons import IconButton
from vibe_desktop.ui.widgets.long_text import LongText
from window_services import Heard


def page_of(desk: Desk) -> SettingsPage:
    page = SettingsPage(desk.services, desk.watch)
    desk.show(page)
    desk.until(lambda: page.folders._facts is not None)
    # Rows that were just made are shown a moment later, by the layout they are in.
    desk.until(lambda: page.models.model_rows and all(row.isVisible() for row in page.models.model_rows))
    return page


def press(desk: Desk, page: SettingsPage, name: str) -> None:
    [button] = [each for each in page.findChildren(QAbstractButton) if each.accessibleName() == name]
    desk.press(button)


def seen(page: SettingsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_every_choice_holds_at_once_and_after_a_restart(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        for name in (
            "Speed: Gentle", "Pause on battery", "Pause while music plays", "Ear: None, words only",
            "Even loudness: By album", "Theme: Dark", "Notifications", "Relative paths in exported playlists",
        ):  # fmt: skip
            press(desk, page, name)
        chosen = desk.services.preferences.now
        assert chosen == Settings(
            theme=ThemeChoice.DARK,
            speed=Speed.GENTLE,
            pause_on_battery=False,
            pause_while_playing=True,
            ear="none",
            replaygain=ReplayGain.ALBUM,
            notifications=False,
            relative_export=True,
        )
        desk.until(lambda: SettingsFile(new.settings).load() == chosen)


def test_what_changes_elsewhere_is_shown(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        desk.services.preferences.change(theme=ThemeChoice.LIGHT, notifications=False)
        checked = {each.accessibleName() for each in page.findChildren(QAbstractButton) if each.isChecked()}
        assert "Theme: Light" in checked
        assert "Notifications" not in checked


def test_settings_are_reset_and_that_is_taken_back(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        desk.services.preferences.change(speed=Speed.FULL, theme=ThemeChoice.DARK)
        desk.press(page.places.reset)
        assert desk.services.preferences.now == Settings()
        _, action, undo = desk.notices.last
        assert action == "Undo"
        undo()
        assert desk.services.preferences.now.speed is Speed.FULL


def test_a_folder_is_removed_and_brought_back(qtbot: QtBot, known: Profile, songs: Path) -> None:
    with desk_of(qtbot, known.folder) as desk:
        page = page_of(desk)
        tracks = desk.services.app.stores.tracks
        [row] = page.folders.folder_rows
        desk.until(lambda: str(songs) in seen(page) and f"{count(songs)} songs" in seen(page))
        library = Heard(desk.services.intents.library_changed)
        desk.press(row.findChildren(IconButton)[0])
        desk.until(lambda: not page.folders.folder_rows)
        assert len(tracks.ids()) == 0
        assert library.said
        text, action, undo = desk.notices.last
        assert "untouched" in text
        assert action == "Undo"
        undo()
        desk.until(lambda: page.folders.folder_rows)
        desk.settled()
        assert len(tracks.ids()) == count(songs)


def test_a_removed_folder_can_be_forgotten_which_is_said_and_can_be_taken_back(
    qtbot: QtBot, known: Profile, songs: Path
) -> None:
    with desk_of(qtbot, known.folder) as desk:
        page = page_of(desk)
        desk.press(page.folders.folder_rows[0].findChildren(IconButton)[0])
        desk.until(lambda: page.folders.removed_rows and page.folders.removed_rows[0].isVisible())
        assert f"What is known of its {count(songs)} songs is kept." in seen(page)
        desk.press(page.folders.removed_rows[0].forget)
        desk.until(lambda: f"{count(songs)} songs is kept until 20" in seen(page))
        [row] = page.folders.removed_rows
        assert not row.forget.isVisible()
        press(desk, page, f"Bring {songs} back")
        desk.until(lambda: page.folders.folder_rows and not page.folders.removed_rows)
        desk.settled()
        assert len(desk.services.app.stores.tracks.ids()) == count(songs)


def test_a_folder_is_added_and_scanned_at_once(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        assert "None yet." in seen(page)
        page.folders._folders.add(songs)
        desk.until(lambda: f"{count(songs)} songs" in seen(page))
        desk.settled()


def test_a_folder_that_is_not_there_is_refused_in_place(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        page.folders._folders.add(songs / "nowhere")
        desk.until(lambda: "There is no folder" in seen(page))
        assert not page.folders.folder_rows


def test_models_are_shown_with_their_licences(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        assert [row.install.isVisible() for row in page.models.model_rows] == [False, False, True]
        desk.until(lambda: "MusiCNN is the ear that is installed." in seen(page))
        [text, *_] = page.models.findChildren(LongText)
        assert not text.isVisible()
        links = [each for each in page.models.findChildren(QAbstractButton) if each.isCheckable()]
        desk.press(links[0])
        desk.until(text.isVisible)
        assert "Apache License" in text.toPlainText()


def test_every_licence_can_be_read(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        texts = page.findChildren(LongText)
        for text in texts:
            text.setVisible(True)
            assert len(text.toPlainText()) > 200, text.accessibleName()
        assert "GNU GENERAL PUBLIC LICENSE" in "".join(text.toPlainText() for text in texts)


def test_a_missing_model_is_offered_and_a_failure_is_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "shelf").mkdir()
    use_folder(monkeypatch, tmp_path / "shelf")
    with desk_of(qtbot, tmp_path / "profile") as desk:
        page = page_of(desk)
        assert seen(page).count("not installed") == 3
        desk.until(lambda: "words alone decide" in seen(page))
        row = page.models.model_rows[1]
        desk.press(row.install)
        desk.until(row.status.again.isVisible)
        [job] = desk.watch.finished
        assert job.state is JobState.FAILED
        assert "does not have musicnn" in seen(page)
        assert not row.install.isVisible()


def test_models_come_from_a_folder_without_a_network(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "profile").mkdir()
    use_folder(monkeypatch, tmp_path)
    with desk_of(qtbot, tmp_path / "profile") as desk:
        page = page_of(desk)
        desk.watch.install(["musicnn"], tmp_path)
        desk.until(page.models.model_rows[1].status.again.isVisible)
        assert "holds neither" in seen(page)
        assert not page.models.status.isVisible()


def test_silence_is_explained(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        desk.services.jukebox.use(NullPlayer("There is no sound. Install VLC."))
        page = page_of(desk)
        assert "There is no sound. Install VLC." in seen(page)


def test_caches_are_cleared_and_nothing_else(qtbot: QtBot, known: Profile, songs: Path) -> None:
    with desk_of(qtbot, known.folder) as desk:
        page = page_of(desk)
        known.thumbnails.mkdir(exist_ok=True)
        (known.thumbnails / "cover.jpg").write_bytes(b"a picture")
        desk.press(page.places.clear)
        desk.until(lambda: desk.notices.said)
        assert not (known.thumbnails / "cover.jpg").exists()
        assert known.database.exists()
        assert len(desk.services.app.stores.tracks.ids()) == count(songs)


def test_everything_is_reached_by_tab_and_has_a_name(qtbot: QtBot, known: Profile) -> None:
    with desk_of(qtbot, known.folder) as desk:
        page = page_of(desk)
        buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
        assert all(each.accessibleName() for each in buttons)
        # Of a choice Tab reaches the one that is chosen, and arrows the others.
        alone = [each for each in buttons if each.property("kind") != "segment" or each.isChecked()]
        assert all(each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in alone)
