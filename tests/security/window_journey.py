"""The window's whole journey, run in a process of its own: a profile, a folder of music, a playlist."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil

from processes import our_children
from vibe_desktop.paths import Profile
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.pages.first_run import FirstRunPage
from window import Window, opened

PAGES = ("mood", "library", "playlists", "activity", "settings")


def ports() -> list[str]:
    """Return the sockets of a network that this process and its children have open."""
    found = []
    for process in [psutil.Process(), *our_children()]:
        try:
            found += [str(each) for each in process.net_connections("inet")]
        except psutil.Error:
            continue
    return found


def begin(window: Window, music: Path) -> None:
    """Choose the folder and wait until every track was heard."""
    page = window.page()
    assert isinstance(page, FirstRunPage)
    page.start_with(music)
    window.until(lambda: window.page() is window.main.mood_page)
    window.until(lambda: window.watch.finished and not window.watch.active)


def main() -> None:
    """Go from nothing to music that plays, look at every page, and tell what came of it."""
    profile, music, playlist = map(Path, sys.argv[1:])
    with opened(Profile(profile)) as window:
        begin(window, music)
        window.ask("calm piano", play=True)
        jukebox = window.services.jukebox
        window.until(lambda: jukebox.state is PlayState.PLAYING and jukebox.position > 0.1)
        for page in PAGES:
            window.main.show_page(page)
            window.settle()
        window.main._tick()
        seen: dict[str, object] = {"titles": window.titles, "ports": ports()}
        number = window.services.app.import_playlist(playlist)
        seen["imported"] = len(window.services.app.playlist_contents(number))
        window.services.covers.look_again()
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
