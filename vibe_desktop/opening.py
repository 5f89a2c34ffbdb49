"""A profile opened for one command: what befell the library is told, and a copy of it is kept at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from vibe_desktop.app import App

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.paths import Profile


@contextmanager
def open_profile(profile: Profile) -> Iterator[App]:
    """Open a profile for a command that says what it has to say in a terminal."""
    from vibe_desktop import console

    with App(profile) as app:
        app.tell = console.tell
        yield app
    if app.has_opened:
        from vibe_desktop.library.backup import keep

        keep(profile.database)
