"""Opens the window on a profile where the system watches hardly any folder, and tells what came of it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from audio_files import make_audio, tone
from vibe_desktop.background import rounds
from vibe_desktop.paths import Profile
from vibe_desktop.ui.noticing_words import noticing_words
from vibe_desktop.ui.pages.activity import ActivityPage
from vibe_desktop.ui.widgets.text import PlainLabel
from window import opened


def main(folder: Path, music: Path) -> None:
    with opened(Profile(folder)) as window:
        noticing = window.watch.noticing
        window.until(lambda: noticing.state.full)
        window.main.show_page("activity")
        page = window.page()
        assert isinstance(page, ActivityPage)
        shown = [label.text() for label in window.all(PlainLabel, within=page)]
        make_audio(music / "new" / "new.flac", signal=tone(0.3), title="New")
        rounds.OFTEN_SECONDS = 2.0
        db = window.services.app.reading
        window.until(lambda: db.run("SELECT 1 FROM track WHERE title = 'New'"))
        told = {"words": noticing_words(noticing.state), "shown": shown}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
