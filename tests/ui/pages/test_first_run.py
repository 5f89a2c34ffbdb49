"""The first page: from nothing to music, and everything that may be missing on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from job_pages import Desk, desk_of
from package_index import use_folder, use_server
from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.models.catalog import default_entries
from vibe_desktop.paths import Profile
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.ui.pages.first_run import FirstRunPage
from window_services import Heard

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bare(tmp_path: Path) -> Profile:
    """Return a profile with nothing in it, not even models."""
    profile = Profile(tmp_path / "bare")
    profile.folder.mkdir()
    return profile


def page_of(desk: Desk) -> tuple[FirstRunPage, Heard]:
    page = FirstRunPage(desk.services, desk.watch)
    done = Heard(page.done)
    desk.show(page)
    desk.until(lambda: page._models.all is not None)
    return page, done


def drop(page: FirstRunPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    page.dropEvent(
        QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    )


def test_a_dropped_folder_leads_on_while_listening_has_hardly_begun(
    qtbot: QtBot, new: Profile, songs: Path
) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page, done = page_of(desk)
        assert not page.install.isVisible()
        assert not page.now.isVisible()
        drop(page, songs)
        desk.until(lambda: done.said)
        desk.settled()
        assert len(done.said) == 1
        assert [job.kind for job in desk.watch.finished] == [JobKind.INDEX]


def test_a_folder_without_music_says_so_and_is_not_kept(qtbot: QtBot, new: Profile, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "aunt.txt").write_text("Dear aunt", encoding="utf-8")
    with desk_of(qtbot, new.folder) as desk:
        page, done = page_of(desk)
        page.start_with(tmp_path / "letters")
        desk.until(page.trouble.isVisible)
        assert "No music was found there." in page.trouble.text()
        assert page.choose.isVisible()
        assert not done.said
        assert desk.services.app.stores.tracks.roots() == []


def test_a_folder_without_music_says_the_same_before_the_models_are_there(
    qtbot: QtBot, bare: Profile, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    with desk_of(qtbot, bare.folder) as desk:
        page, _ = page_of(desk)
        page.fetch.setChecked(False)
        page.start_with(tmp_path / "nothing")
        desk.until(page.trouble.isVisible)
        assert page.trouble.text().startswith("No music was found there.")


def test_what_is_not_there_or_no_folder_is_told(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page, _ = page_of(desk)
        page.start_with(songs / "nowhere")
        desk.until(lambda: "There is no folder" in page.trouble.text())
        drop(page, next(path for path in songs.rglob("*") if path.is_file()))
        assert "not a folder" in page.trouble.text()
        assert page.trouble.isVisible()
        assert not desk.watch.active


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_told(qtbot: QtBot, new: Profile, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o000)
    with desk_of(qtbot, new.folder) as desk:
        page, _ = page_of(desk)
        page.start_with(locked)
        desk.until(lambda: "cannot be read" in page.trouble.text())


def test_without_a_network_there_are_ways_on(
    qtbot: QtBot, bare: Profile, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_server(monkeypatch, "http://127.0.0.1:9")
    with desk_of(qtbot, bare.folder) as desk:
        page, done = page_of(desk)
        assert page.now.isVisible()
        desk.press(page.now)
        assert page.install.isVisible()
        desk.until(page.install.again.isVisible)
        assert page.install.from_folder.isVisible()
        assert "`vibe-desktop" not in page.install._why.text()
        assert "was not downloaded" in page.install._why.text()
        assert "Settings" not in page.install._why.text()
        assert all(
            file in page.install._by_hand.text() for entry in default_entries() for file in entry.downloads
        )
        desk.press(page.install.skip)
        assert not page.install.isVisible()
        assert not page.fetch.isChecked()
        page.start_with(songs)
        desk.until(lambda: done.said)
        desk.settled()
        kinds = [job.kind for job in desk.services.jobs.all()]
        assert kinds == [JobKind.INSTALL, JobKind.INDEX]


def test_a_failed_installation_can_be_tried_again(
    qtbot: QtBot, bare: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shelf").mkdir()
    use_folder(monkeypatch, tmp_path / "shelf")
    with desk_of(qtbot, bare.folder) as desk:
        page, _ = page_of(desk)
        desk.press(page.now)
        desk.until(page.install.again.isVisible)
        desk.press(page.install.again)
        desk.until(lambda: len(desk.watch.finished) == 2 and page.install.again.isVisible())
        assert all(job.state is JobState.FAILED for job in desk.watch.finished)


def test_choosing_music_fetches_the_models_unless_they_are_not_wanted(
    qtbot: QtBot, bare: Profile, songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(monkeypatch, tmp_path)
    with desk_of(qtbot, bare.folder) as desk:
        page, done = page_of(desk)
        page.start_with(songs)
        desk.until(lambda: done.said)
        desk.until(lambda: any(job.kind is JobKind.INSTALL for job in desk.services.jobs.all()))
        desk.settled()


def test_no_sound_is_explained_and_stops_nobody(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        desk.services.jukebox.use(NullPlayer("There is no sound. Install VLC."))
        page, _ = page_of(desk)
        assert page.silent.text() == "There is no sound. Install VLC."
        assert page.silent.isVisible()
        assert page.choose.isEnabled()
