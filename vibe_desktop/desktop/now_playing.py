"""What the desktop is told of the music, and what it may ask of us: media keys, panels, lock screens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Status(StrEnum):
    """Whether there is music now."""

    PLAYING = "playing"
    PAUSED = "paused"
    STOPPED = "stopped"


class Loop(StrEnum):
    """What happens at the end of the queue or of a track."""

    OFF = "off"
    ALL = "all"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class PlayingNow:
    """The music at one moment, as the desktop may show it; its text comes from tags and may be anything."""

    track_id: int | None = None
    """tells one track of the queue from every other one; None while nothing is chosen"""
    title: str = ""
    artist: str = ""
    album: str = ""
    length: float | None = None
    """seconds, None while unknown"""
    position: float = 0.0
    """seconds from the track's start"""
    status: Status = Status.STOPPED
    art: Path | None = None
    """a small picture, absolute"""
    volume: float = 1.0
    """the slider's place, from 0 to 1"""
    loop: Loop = Loop.OFF
    can_play: bool = False
    can_next: bool = False
    can_previous: bool = False


class Action(StrEnum):
    """What a desktop may ask for."""

    PLAY = "play"
    PAUSE = "pause"
    PLAY_PAUSE = "play-pause"
    NEXT = "next"
    PREVIOUS = "previous"
    STOP = "stop"
    SEEK = "seek"
    SET_POSITION = "set-position"
    SET_VOLUME = "set-volume"
    SET_LOOP = "set-loop"
    RAISE = "raise"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Command:
    """One wish of the desktop; only the fields its action names mean anything."""

    action: Action
    seconds: float = 0.0
    """SEEK: how far to go, negative is back. SET_POSITION: the place from the track's start"""
    track_id: int | None = None
    """SET_POSITION: the track that was meant; ignore the wish when another one plays by now"""
    volume: float = 0.0
    """SET_VOLUME: from 0 to 1"""
    loop: Loop = Loop.OFF
    """SET_LOOP"""


OnCommand = Callable[[Command], None]
"""Takes the desktop's wishes; it is called on any thread and has to return at once."""


class NowPlaying(Protocol):
    """Tells the desktop what plays. Nothing here waits or raises, though the desktop may be gone."""

    def update(self, playing: PlayingNow) -> None:
        """Tell the present state; cheap to call again with the same, needless while only time runs."""
        ...

    def seeked(self, position: float) -> None:
        """Tell that the place in the track, in seconds, jumped."""
        ...

    def close(self, seconds: float = 1.0) -> None:
        """Let go of the desktop, waiting for it no longer than this."""
        ...


class SilentNowPlaying:
    """Tells nobody: there is no session bus, or a system whose media controls nobody has taught us yet.

    Windows (System Media Transport Controls) and macOS (Now Playing) belong
    behind the same protocol; until then their media keys do not reach us.
    """

    def update(self, playing: PlayingNow) -> None:
        """Tell nobody."""

    def seeked(self, position: float) -> None:
        """Tell nobody."""

    def close(self, seconds: float = 1.0) -> None:
        """Let go of nothing."""


def choose_now_playing(on_command: OnCommand) -> NowPlaying:
    """Return what this desktop listens to: MPRIS where there is a session bus, silence elsewhere."""
    if sys.platform == "linux":
        from vibe_desktop.desktop.bus import session_address

        if session_address():
            from vibe_desktop.desktop.mpris import MprisNowPlaying

            return MprisNowPlaying(on_command)
    return SilentNowPlaying()
