"""From nothing to music: the first run, and what may be missing on the way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from job_watching import count_in
from vibe_desktop.background.jobs import JobState
from vibe_desktop.paths import Profile
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.ui.pages.first_run import FirstRunPage
from vibe_desktop.ui.widgets.buttons import IconButton
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from window import Opener


def test_from_a_folder_to_a_queue_that_sounds(open_window: Opener, new: Profile, songs: Path) -> None:
    with open_window(new) as window:
        page = window.page()
        assert isinstance(page, FirstRunPage)
        assert not window.main.sidebar.isVisible()
        page.start_with(songs)
        window.until(lambda: window.page() is window.main.mood_page)
        assert window.main.sidebar.isVisible()
        assert window.main.mood_page.prompt.edit.hasFocus()
        window.until(lambda: count_in(new, "vector"))
        window.ask("calm music for a rainy evening", play=True)
        jukebox = window.services.jukebox
        window.until(lambda: jukebox.state is PlayState.PLAYING and jukebox.position > 0.3)
        at = jukebox.position
        window.until(lambda: jukebox.position > at + 0.3)
        assert jukebox.now == window.items[0]
        assert all(item.entry.reason for item in window.items)


def test_a_folder_without_music_is_no_dead_end(open_window: Opener, new: Profile, tmp_path: Path) -> None:
    folder = tmp_path / "no music"
    folder.mkdir()
    (folder / "letter.txt").write_text("nothing to hear")
    with open_window(new) as window:
        page = window.page()
        assert isinstance(page, FirstRunPage)
        page.start_with(folder)
        window.until(page.trouble.isVisible)
        assert "vibe-desktop" not in page.trouble.text()
        assert page.choose.isVisible()
        assert page.choose.isEnabled()


def test_a_folder_that_is_not_there_is_no_dead_end(open_window: Opener, new: Profile, tmp_path: Path) -> None:
    with open_window(new) as window:
        page = window.page()
        assert isinstance(page, FirstRunPage)
        page.start_with(tmp_path / "gone")
        window.until(page.trouble.isVisible)
        assert page.trouble.text()
        assert page.choose.isVisible()


def test_models_that_cannot_be_fetched_are_no_dead_end(
    open_window: Opener, new: Profile, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    new.models.unlink()
    with open_window(new) as window:
        page = window.page()
        assert isinstance(page, FirstRunPage)
        window.until(lambda: page._models.missing)
        page.start_with(songs)
        window.until(lambda: any(job.state is JobState.FAILED for job in window.watch.finished))
        window.until(lambda: window.page() is window.main.mood_page)
        window.ask("calm evening", play=True)
        assert window.items
        assert window.queue.notes
        assert window.main.mood_page.panel._notes.isVisible()
        window.until(lambda: window.services.jukebox.position > 0.1)
        window.main.show_page("activity")
        failed = [job for job in window.watch.finished if job.error]
        assert failed
        window.until(lambda: window.all(IconButton, "Try again"))


def test_without_libvlc_everything_works_and_the_silence_is_explained(
    open_window: Opener, known: Profile
) -> None:
    reason = "There is no sound, because VLC is not installed here. Install it."
    with open_window(known, make_player=lambda: NullPlayer(reason)) as window:
        window.ask("calm evening", play=True)
        jukebox = window.services.jukebox
        window.until(lambda: jukebox.state is PlayState.PLAYING and jukebox.position > 0.1)
        assert window.told(reason)
        assert window.main._notices._text.text() == reason
        assert window.one(IconButton, reason, window.main.player_bar).toolTip()
        window.main.show_page("settings")
        window.until(lambda: any(label.text() == reason for label in window.all(PlainLabel)))


def test_the_first_page_says_why_there_will_be_no_sound(open_window: Opener, new: Profile) -> None:
    with open_window(new, make_player=lambda: NullPlayer("There is no sound. Install VLC.")) as window:
        window.until(lambda: any("Install VLC" in label.text() for label in window.all(PlainLabel)))
