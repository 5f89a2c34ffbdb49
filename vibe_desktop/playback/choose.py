"""Chooses what plays: VLC where the system has it, silence that says why where it has not."""

from __future__ import annotations

import sys

from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.playback.player import Player

_HOW_TO_GET_IT = {
    "win32": "Install VLC (the 64-bit one) from videolan.org, then start Vibe Desktop again.",
    "darwin": "Put VLC from videolan.org into the Applications folder, then start Vibe Desktop again.",
}
_ON_LINUX = (
    "Install the package “vlc” with your software manager (on Debian and Ubuntu: sudo apt install vlc),"
    " then start Vibe Desktop again."
)


def choose_player() -> Player:
    """Return a player. It may take a quarter of a second: call it off the main thread, see `Jukebox.use`."""
    remedy = _HOW_TO_GET_IT.get(sys.platform, _ON_LINUX)
    try:
        # Finds the system's libvlc as it is imported, and raises in all these ways where it cannot.
        from vibe_desktop.playback.vlc_player import VlcPlayer, new_instance
    except (ImportError, OSError, NotImplementedError, NameError, AttributeError):
        return NullPlayer(f"There is no sound, because VLC is not installed here. {remedy}")
    instance = new_instance()
    if instance is None:
        return NullPlayer(f"There is no sound, because VLC was found but did not start. {remedy}")
    return VlcPlayer(instance)
