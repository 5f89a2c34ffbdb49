"""What is new in the music folders is taken in while the window is busy with what was there before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from audio_files import make_audio, tone
from program import new_program
from vibe_desktop.app import App
from vibe_desktop.background.jobs import Hold
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress
from window import Window, opened


@pytest.fixture
def profile(tmp_path: Path, models_folder: Path, qapp: QApplication) -> Profile:
    """Return a profile that knows one song in the folder `music` and has not listened to it."""
    profile = Profile(new_program(tmp_path, models_folder).profile)
    make_audio(tmp_path / "music" / "first" / "one.flac", signal=tone(1.0), title="One")
    with App(profile) as app:
        app.index([tmp_path / "music"], Progress(), listen=False, workers=1)
    return profile


def knows(window: Window, title: str) -> bool:
    return bool(window.services.app.reading.run("SELECT 1 FROM track WHERE title = ?", (title,)))


def test_what_is_new_is_known_although_listening_is_put_off(tmp_path: Path, profile: Profile) -> None:
    with opened(profile) as window:
        window.services.jobs.hold(Hold.ASKED)
        window.until(lambda: any(Hold.ASKED in job.held for job in window.watch.active))
        window.until(lambda: window.watch.noticing.state.watched == 1)
        make_audio(tmp_path / "music" / "new" / "two.flac", signal=tone(1.0, 300), title="Two")
        window.until(lambda: knows(window, "Two"))
        assert not window.services.app.reading.run("SELECT 1 FROM hearing")


def test_what_comes_to_a_new_folder_between_the_look_at_it_and_the_watching_is_known(
    tmp_path: Path, profile: Profile
) -> None:
    profile.settings.write_text(json.dumps({"ear": "none"}))
    late = make_audio(tmp_path / "late.flac", signal=tone(1.0, 300), title="Late")
    make_audio(tmp_path / "other" / "two.flac", signal=tone(1.0, 400), title="Two")
    with opened(profile) as window:
        window.until(lambda: window.watch.noticing.state.watched == 1 and not window.watch.active)
        job = window.watch.index([tmp_path / "other"])
        window.until(lambda: len(job.stages()) > 1)
        late.rename(tmp_path / "other" / "late.flac")
        window.until(lambda: knows(window, "Late"))
