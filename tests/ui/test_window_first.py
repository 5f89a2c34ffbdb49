"""From nothing to music: the first run, and what may be missing on the way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vibe_desktop.paths import Profile
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.pages.first_run import FirstRunPage

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
        window.ask("calm music for a rainy evening", play=True)
        jukebox = window.services.jukebox
        window.until(lambda: jukebox.state is PlayState.PLAYING and jukebox.position > 0.3)
        at = jukebox.position
        window.until(lambda: jukebox.position > at + 0.3)
        assert jukebox.now == window.items[0]
        assert all(item.entry.reason for item in window.items)
