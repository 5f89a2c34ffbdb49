"""What the window is likely to need next, imported while nobody waits for it: later that would be felt."""

from __future__ import annotations

from importlib import import_module

SOON = (
    "vibe_desktop.moods.naming",
    "vibe_desktop.ui.pages.library_page",
    "vibe_desktop.ui.pages.playlists_page",
    "vibe_desktop.ui.pages.activity",
    "vibe_desktop.ui.pages.settings",
)


def load() -> None:
    """Import it all, on a thread of the window."""
    for name in SOON:
        import_module(name)
