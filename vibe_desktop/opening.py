"""A profile opened for one command: what befell the library is told, and a copy of it is kept at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from vibe_desktop.app import App

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.library.restoring import Restored
    from vibe_desktop.paths import Profile
    from vibe_desktop.progress import Progress


@contextmanager
def open_profile(profile: Profile) -> Iterator[App]:
    """Open a profile for a command that says what it has to say in a terminal."""
    with App(profile) as app:
        app.restoring = _restoring
        app.tell = _tell
        yield app
    if app.has_opened:
        from vibe_desktop.library.backup import keep

        keep(profile.database)


@contextmanager
def _restoring(copied_at: float | None) -> Iterator[Progress]:
    """Say that the library is being put right; on a terminal also how far that is."""
    from vibe_desktop import console, kept_words

    console.tell(kept_words.restoring_words(copied_at))
    as_it_was = "Your library is as it was; the next command puts it right."
    with console.shown(quiet=not console.err.is_terminal, stopped=as_it_was) as progress:
        yield progress


def _tell(restored: Restored) -> None:
    from vibe_desktop import console, kept_words

    console.tell(kept_words.restored_words(restored))
