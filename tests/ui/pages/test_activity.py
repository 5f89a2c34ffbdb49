"""The Activity page over real jobs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from audio_files import make_audio, tone
from job_pages import Desk, count, desk_of
from vibe_desktop.background.jobs import JobState
from vibe_desktop.paths import Profile
from vibe_desktop.ui.pages.activity import ActivityPage
from vibe_desktop.ui.pages.activity_jobs import FailedJob, JobBlock
from window_services import Heard


def page_of(desk: Desk) -> ActivityPage:
    page = ActivityPage(desk.services, desk.watch)
    desk.show(page)
    desk.until(lambda: desk.watch.coverage is not None and page._models.all is not None)
    return page


def seen(page: ActivityPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_it_is_quiet_where_nothing_goes_on(qtbot: QtBot, known: Profile, songs: Path) -> None:
    with desk_of(qtbot, known.folder) as desk:
        page = page_of(desk)
        desk.until(lambda: "All quiet" in seen(page))
        assert f"Your music is up to date: {count(songs)} songs, all heard." in seen(page)
        assert not page._failures.isVisible()
        assert not page._notes.isVisible()


def test_a_job_is_shown_paused_resumed_and_kept_as_a_line(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        job = desk.watch.index([songs])
        [block] = page.findChildren(JobBlock)
        desk.until(lambda: "Listening with MusiCNN" in seen(page))
        assert not page.look_now.isEnabled()
        desk.press(block.pause)
        assert block.pause.accessibleName() == "Resume"
        desk.until(lambda: job.state is JobState.PAUSED and "Paused" in seen(page))
        desk.press(block.pause)
        desk.settled()
        desk.until(lambda: "All quiet" in seen(page))
        desk.until(page.look_now.isEnabled)
        desk.press(page._earlier.button)
        number = count(songs)
        line = f"Getting to know your music: {number} songs found, {number} new or changed, {number} heard"
        desk.until(lambda: line in seen(page))


def test_a_job_is_stopped_and_what_was_done_stays(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        job = desk.watch.index([songs])
        desk.until(lambda: "Listening with MusiCNN" in seen(page))
        desk.press(page.findChildren(JobBlock)[0].stop)
        desk.settled()
        assert job.state is JobState.CANCELLED
        desk.press(page._earlier.button)
        desk.until(lambda: "stopped, what was done is kept" in seen(page))
        assert desk.services.app.stores.tracks.counts().tags_read == count(songs)


def test_a_failed_file_is_shown_and_tried_again(qtbot: QtBot, new: Profile, tmp_path: Path) -> None:
    music = tmp_path / "music"
    make_audio(music / "good.flac", signal=tone(2.0, 300, rate=44_100), title="Good")
    bad = music / "<b>bad<_b>.flac"
    bad.write_bytes(b"nothing but text")
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        desk.watch.index([music])
        desk.until(lambda: page._failures.failure_rows and not desk.watch.active)
        [row] = page._failures.failure_rows
        assert "<b>bad<_b>.flac" in seen(page)
        assert "Could not be read." in row.reason.text()
        folders = Heard(desk.services.intents.show_in_folder)
        desk.press(row.findChildren(type(row.retry))[1])
        assert folders.last == (row.failure.track_id,)
        # The content changes and everything that tells so does not: only a person's word lets it be tried.
        before = bad.stat()
        make_audio(tmp_path / "other.flac", signal=tone(2.0, 500, rate=44_100), title="Mended")
        shutil.copyfile(tmp_path / "other.flac", bad)
        os.utime(bad, ns=(before.st_atime_ns, before.st_mtime_ns))
        desk.press(row.retry)
        desk.until(lambda: not page._failures.failure_rows and not desk.watch.active)
        desk.until(lambda: not page._failures.isVisible())
        assert desk.services.app.stores.tracks.find("Mended")


def test_a_failed_job_says_why_and_can_be_dismissed(qtbot: QtBot, new: Profile, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        desk.watch.index([tmp_path / "empty"])
        desk.until(lambda: "No music was found there." in seen(page))
        [failed] = page.findChildren(FailedJob)
        failed.dismissed.emit(failed.job)
        desk.until(lambda: not page.findChildren(FailedJob))
        assert "No music was found there." not in seen(page)


def test_a_folder_that_is_away_is_told(qtbot: QtBot, new: Profile, tmp_path: Path) -> None:
    music = tmp_path / "drive"
    for number in range(3):
        make_audio(music / f"{number}.flac", signal=tone(2.0, 300 + number, rate=44_100))
    with desk_of(qtbot, new.folder) as desk:
        page = page_of(desk)
        desk.watch.index([music])
        desk.settled()
        desk.until(page.look_now.isEnabled)
        shutil.rmtree(music)
        desk.press(page.look_now)
        desk.until(page._notes.isVisible)
        assert f"{music} cannot be reached now; its 3 songs wait until it is back." in seen(page)
        desk.settled()
