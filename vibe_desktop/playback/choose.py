"""Chooses what plays: VLC where the system has it, silence that says why where it has not."""

from __future__ import annotations

from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.playback.player import Player


def choose_player() -> Player:
    """Return a player. This may take a quarter of a second: call it off the main thread, see `Jukebox.use`."""
    return NullPlayer("There is no sound yet.")
