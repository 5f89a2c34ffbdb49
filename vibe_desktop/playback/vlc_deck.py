"""One libvlc MediaPlayer: opens a file, tells what it does, and sounds as loud as it is told."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias

import vlc

from vibe_desktop.playback.place import UNSETTLED
from vibe_desktop.playback.player import Source

# Our gain of 0 dB is this preamp: libvlc's equaliser with flat bands lets a quarter of the amplitude through.
_UNITY_PREAMP = 12.04
# Two lengths found in different ways are believed when they are no further apart, in seconds.
_CERTAIN = 0.25
# A jump may land this much before where it was aimed at, in seconds.
_BACK_AFTER_SEEK = 1.0
# libvlc takes no preamp beyond this.
_MOST_PREAMP = 20.0


class Happening(Enum):
    """What a deck tells of."""

    PLAYING = auto()
    PAUSED = auto()
    TIME = auto()
    LENGTH = auto()
    ENDED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a deck told, of which source, when (monotonic seconds), and for times how many seconds."""

    what: Happening
    source: Source
    when: float
    seconds: float = 0.0


_EVENTS = {
    vlc.EventType.MediaPlayerPlaying: Happening.PLAYING,
    vlc.EventType.MediaPlayerPaused: Happening.PAUSED,
    vlc.EventType.MediaPlayerTimeChanged: Happening.TIME,
    vlc.EventType.MediaPlayerLengthChanged: Happening.LENGTH,
    vlc.EventType.MediaPlayerEndReached: Happening.ENDED,
    vlc.EventType.MediaPlayerEncounteredError: Happening.FAILED,
}

Tell: TypeAlias = Callable[[Told], None]


class Deck:
    """Used from one thread, and never from libvlc's own: there, `tell` is called and must only enqueue."""

    def __init__(self, instance: Any, tell: Tell) -> None:
        """Make a player of `instance`."""
        self.source: Source | None = None
        self.started = False
        self.failure = ""
        self.length = 0.0
        self.reached = 0.0
        """seconds into the source at the last time libvlc told"""
        self.gain_db = 0.0
        """how much louder the source is to sound; its own to begin with"""
        self.ends_at: float | None = None
        """when (monotonic seconds) its end will sound, while that can be foretold"""
        self._foretold_from = 0.0
        self._instance = instance
        self._tell = tell
        self._player = instance.media_player_new()
        # The objects own the callbacks and the settings; libvlc does not keep them alive.
        self._events = self._player.event_manager()
        self._equaliser = vlc.AudioEqualizer()
        for event, what in _EVENTS.items():
            self._events.event_attach(event, self._on_event, what)

    def load(self, source: Source, *, at: float = 0.0, paused: bool = False) -> None:
        """Open a source instead of what was open; it stays quiet until `sound`."""
        self.started, self.failure, self.length, self.reached = False, "", 0.0, at
        self.ends_at, self._foretold_from, self.gain_db = None, 0.0, source.gain_db
        media = self._instance.media_new_path(source.path)
        if at > 0:
            media.add_option(f":start-time={at:.3f}")
        if paused:
            media.add_option(":start-paused")
        # This waits until the former source is silent and tells nothing more: what comes is of the new one.
        self._player.set_media(media)
        media.release()
        self.source = source
        self._set_preamp(-_MOST_PREAMP)
        self._player.play()

    def sound(self, percent: int, *, muted: bool) -> None:
        """Sound at a volume, 0 to 100."""
        self._player.audio_set_volume(percent)
        self._player.audio_set_mute(muted)

    def amplify(self) -> None:
        """Play `gain_db` louder, as far as libvlc can: from -32 to +7.96 dB."""
        self._set_preamp(max(-_MOST_PREAMP, min(self.gain_db + _UNITY_PREAMP, _MOST_PREAMP)))

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - the name says it
        """Halt or go on; does nothing while the source is still being opened."""
        self.ends_at = None
        self._player.set_pause(int(paused))

    def seek(self, seconds: float) -> None:
        """Go to a place."""
        self.reached = seconds
        self.ends_at, self._foretold_from = None, time.monotonic() + UNSETTLED
        self._player.set_time(round(seconds * 1000))

    def was_at(self, seconds: float, when: float) -> bool:
        """Take in where it was at the moment `when`, and foretell its end where its length is certain.

        False when that cannot be: of Ogg files libvlc tells 0 for as long as their last second sounds.
        """
        if seconds < self.reached - _BACK_AFTER_SEEK:
            return False
        self.reached = seconds
        expected = self.source.seconds if self.source else None
        certain = expected is not None and self.length > 0 and abs(expected - self.length) < _CERTAIN
        if certain and expected and when > self._foretold_from:
            self.ends_at = when + max(expected, self.length) - seconds
        return True

    def foretell_nothing(self) -> None:
        """Take it that the length of this source is not what it seems."""
        self.ends_at, self._foretold_from = None, math.inf

    def stop(self) -> None:
        """Forget the source. This waits for libvlc, which may hang in a sound driver."""
        self.source = self.ends_at = None
        self._player.stop()

    def release(self) -> None:
        """Give everything back."""
        self.stop()
        self._player.release()
        self._equaliser.release()

    def _set_preamp(self, preamp: float) -> None:
        self._equaliser.set_preamp(preamp)
        self._player.set_equalizer(self._equaliser)

    def _on_event(self, event: Any, what: Happening) -> None:
        """Pass an event on. libvlc's thread: calling libvlc from here would lock up."""
        source = self.source
        if source is None:
            return
        seconds = 0.0
        if what is Happening.TIME:
            seconds = event.u.new_time / 1000
        elif what is Happening.LENGTH:
            seconds = event.u.new_length / 1000
        self._tell(Told(what, source, time.monotonic(), seconds))


def is_there(source: Source) -> bool:
    """Whether the source's file can be opened at all; may wait for a drive."""
    return os.path.isfile(os.fsdecode(source.path))  # noqa: PTH113 - Path may raise
