"""What is new in the music folders is taken in while the window is busy with what was there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from audio_files import make_audio, tone
from program import new_program
from vibe_desktop.app import App
from vibe_desktop.background.jobs import Hold
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress
from window import opened


@pytest.mark.usefixtures("qapp")
def test_what_is_new_is_known_although_listening_is_put_off(tmp_path: Path, models_folder: Path) -> None:
    music = tmp_path / "music"
    make_audio(music / "first" / "one.flac", signal=tone(1.0), title="One")
    profile = Profile(new_program(tmp_path, models_folder).profile)
    with App(profile) as app:
        app.index([music], Progress(), listen=False, workers=1)

    with opened(profile) as window:
        window.services.jobs.hold(Hold.ASKED)
        window.until(lambda: any(Hold.ASKED in job.held for job in window.watch.active))
        window.until(lambda: window.watch.noticing.state.watched == 1)
        make_audio(music / "new" / "two.flac", signal=tone(1.0, 300), title="Two")
        window.until(lambda: window.services.app.reading.run("SELECT 1 FROM track WHERE title = 'Two'"))
        assert not window.services.app.reading.run("SELECT 1 FROM hearing")
