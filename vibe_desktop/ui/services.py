"""Everything a page of the window works with, built once and handed to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.background.answering import Answering
    from vibe_desktop.background.jobs import Jobs
    from vibe_desktop.playback.jukebox import Jukebox
    from vibe_desktop.ui.covers.covers import Covers
    from vibe_desktop.ui.intents import Intents
    from vibe_desktop.ui.preferences import Preferences
    from vibe_desktop.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the window. Pages talk to each other through `intents` only."""

    app: App
    tasks: Tasks
    answering: Answering
    jobs: Jobs
    jukebox: Jukebox
    preferences: Preferences
    covers: Covers
    intents: Intents
