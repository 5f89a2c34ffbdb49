"""Everything a page works with, real, on a profile below a folder: no sound, no screen, no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processes import leaving_nothing
from vibe_desktop.app import App
from vibe_desktop.background.answering import Answering
from vibe_desktop.background.jobs import Jobs
from vibe_desktop.paths import Profile
from vibe_desktop.playback.jukebox import Jukebox
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.settings import SettingsFile
from vibe_desktop.ui.covers.covers import Covers
from vibe_desktop.ui.intents import Intents
from vibe_desktop.ui.preferences import Preferences
from vibe_desktop.ui.services import Services
from vibe_desktop.ui.tasks import Tasks
from window import of_open_windows


class _Unheard:
    def played(self, track_id: int, seconds: float) -> None: ...

    def skipped(self, track_id: int, seconds: float) -> None: ...


@contextmanager
def services_of(folder: Path) -> Iterator[Services]:
    """Open the profile at `folder` for a page, and let go of everything after."""
    profile = Profile(folder)
    with leaving_nothing(but=of_open_windows), App(profile) as app:
        tasks = Tasks()
        services = Services(
            app=app,
            tasks=tasks,
            answering=Answering(profile),
            jobs=Jobs(profile),
            jukebox=Jukebox(NullPlayer(""), _Unheard()),
            preferences=Preferences(SettingsFile(profile.settings), tasks),
            covers=Covers(profile.thumbnails),
            intents=Intents(),
        )
        try:
            yield services
        finally:
            services.covers.close()
            services.jobs.close()
            services.answering.close()
            tasks.close()
            tasks._pool.join(20)  # the database closes next, and nobody may be asking it then


class Heard:
    """What a signal said, one tuple for each time."""

    def __init__(self, signal: Any) -> None:
        self.said: list[tuple[Any, ...]] = []
        signal.connect(self._take)

    def _take(self, *arguments: Any) -> None:
        self.said.append(arguments)

    @property
    def last(self) -> tuple[Any, ...]:
        return self.said[-1]
