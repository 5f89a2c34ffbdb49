"""The music as a Linux desktop knows it: MPRIS, version 2.2, on the session bus."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jeepney import message_bus
from jeepney.io.blocking import DBusConnection

from vibe_desktop.desktop.bus import DESKTOP_ENTRY, BusThread, wire_text
from vibe_desktop.desktop.bus_object import BusError, BusObject, Interface, Method, Property
from vibe_desktop.desktop.now_playing import Action, Command, Loop, OnCommand, PlayingNow, Status

BUS_NAME = "org.mpris.MediaPlayer2.vibe_desktop"
OBJECT_PATH = "/org/mpris/MediaPlayer2"
ROOT = "org.mpris.MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"
NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"

_DO_NOT_QUEUE = 4
_PRIMARY_OWNER = 1
_STATUS = {Status.PLAYING: "Playing", Status.PAUSED: "Paused", Status.STOPPED: "Stopped"}
_LOOPS = {Loop.OFF: "None", Loop.ALL: "Playlist", Loop.ONE: "Track"}


class MprisNowPlaying:
    """Shows the music on the session bus and passes on what the desktop asks for.

    Everything on the bus happens in a thread of its own; when the bus goes
    away the thread ends and the music goes on.
    """

    def __init__(self, on_command: OnCommand) -> None:
        self._on_command = on_command
        self._now = (PlayingNow(), time.monotonic())  # replaced as one: read and written by two threads
        self._shown: PlayingNow | None = None
        self._object = BusObject(OBJECT_PATH, (self._root(), self._player()))
        self._bus = BusThread("mpris", opened=_take_name, serve=self._object.answer)

    def update(self, playing: PlayingNow) -> None:
        """Tell the present state; nothing is sent when only time went on."""
        self._now = (playing, time.monotonic())
        shown = replace(playing, position=0.0)
        if shown != self._shown:
            self._shown = shown
            self._bus.do(self._tell)

    def seeked(self, position: float) -> None:
        """Tell that the place in the track, in seconds, jumped."""
        self._now = (replace(self._now[0], position=position), time.monotonic())
        jump = self._object.signal(PLAYER, "Seeked", microseconds(position))
        self._bus.do(lambda connection: connection.send(jump))

    def close(self, seconds: float = 1.0) -> None:
        """Leave the bus, waiting for it no longer than this."""
        self._bus.close(seconds)

    def _tell(self, connection: DBusConnection) -> None:
        for signal in self._object.changes():
            connection.send(signal)

    def _root(self) -> Interface:
        return Interface(
            ROOT,
            {"Raise": self._wish(Action.RAISE), "Quit": self._wish(Action.QUIT)},
            {
                "CanQuit": Property("b", lambda: True),
                "CanRaise": Property("b", lambda: True),
                "HasTrackList": Property("b", lambda: False),
                "Identity": Property("s", lambda: "Vibe Desktop"),
                "DesktopEntry": Property("s", lambda: DESKTOP_ENTRY),
                "SupportedUriSchemes": Property("as", list),
                "SupportedMimeTypes": Property("as", list),
            },
        )

    def _player(self) -> Interface:
        return Interface(PLAYER, self._methods(), self._properties(), {"Seeked": (("Position", "x"),)})

    def _methods(self) -> dict[str, Method]:
        track, place = ("TrackId", "o"), ("Position", "x")
        return {
            "Next": self._wish(Action.NEXT, lambda playing: playing.can_next),
            "Previous": self._wish(Action.PREVIOUS, lambda playing: playing.can_previous),
            "Pause": self._wish(Action.PAUSE, _can_pause),
            "PlayPause": self._wish(Action.PLAY_PAUSE, lambda playing: playing.can_play),
            "Stop": self._wish(Action.STOP),
            "Play": self._wish(Action.PLAY, lambda playing: playing.can_play),
            "Seek": Method(self._seek, (("Offset", "x"),)),
            "SetPosition": Method(self._set_position, (track, place)),
            "OpenUri": Method(_open_uri, (("Uri", "s"),)),
        }

    def _properties(self) -> dict[str, Property]:
        return {
            "PlaybackStatus": self._of("s", lambda playing: _STATUS[playing.status]),
            "LoopStatus": self._of("s", lambda playing: _LOOPS[playing.loop], self._set_loop),
            "Rate": Property("d", lambda: 1.0, self._set_rate),
            "Metadata": self._of("a{sv}", metadata),
            "Volume": self._of("d", lambda playing: float(playing.volume), self._set_volume),
            "Position": Property("x", self._position, told=False),
            "MinimumRate": Property("d", lambda: 1.0),
            "MaximumRate": Property("d", lambda: 1.0),
            "CanGoNext": self._of("b", lambda playing: playing.can_next),
            "CanGoPrevious": self._of("b", lambda playing: playing.can_previous),
            "CanPlay": self._of("b", lambda playing: playing.can_play),
            "CanPause": self._of("b", _can_pause),
            "CanSeek": self._of("b", _can_seek),
            "CanControl": Property("b", lambda: True),
        }

    def _of(
        self, kind: str, read: Callable[[PlayingNow], Any], write: Callable[[Any], None] | None = None
    ) -> Property:
        return Property(kind, lambda: read(self._now[0]), write)

    def _wish(self, action: Action, allowed: Callable[[PlayingNow], bool] = lambda _: True) -> Method:
        def call() -> None:
            if allowed(self._now[0]):
                self._on_command(Command(action))

        return Method(call)

    def _position(self) -> int:
        playing, since = self._now
        run = time.monotonic() - since if playing.status is Status.PLAYING else 0.0
        return min(microseconds(playing.position + run), microseconds(playing.length or math.inf))

    def _seek(self, offset: int) -> None:
        if _can_seek(self._now[0]):
            self._on_command(Command(Action.SEEK, seconds=offset / 1e6))

    def _set_position(self, track: str, position: int) -> None:
        """Go to a place; nothing happens when the track that was meant is over by now, or not that long."""
        playing = self._now[0]
        meant = playing.track_id is not None and track == track_path(playing.track_id)
        if meant and _can_seek(playing) and 0 <= position <= microseconds(playing.length or 0.0):
            self._on_command(Command(Action.SET_POSITION, seconds=position / 1e6, track_id=playing.track_id))

    def _set_volume(self, volume: float) -> None:
        if not math.isnan(volume):
            self._on_command(Command(Action.SET_VOLUME, volume=min(max(volume, 0.0), 1.0)))

    def _set_loop(self, name: str) -> None:
        loop = next((loop for loop, spelt in _LOOPS.items() if spelt == name), None)
        if loop is None:
            raise BusError("InvalidArgs", "LoopStatus is None, Track or Playlist.")
        self._on_command(Command(Action.SET_LOOP, loop=loop))

    def _set_rate(self, rate: float) -> None:
        """Keep the one rate there is; 0 means a pause."""
        if rate == 0.0 and _can_pause(self._now[0]):
            self._on_command(Command(Action.PAUSE))


def metadata(playing: PlayingNow) -> dict[str, tuple[str, Any]]:
    """Return what plays as MPRIS spells it: names to pairs of D-Bus type and value."""
    if playing.track_id is None:
        return {"mpris:trackid": ("o", NO_TRACK)}
    known: dict[str, tuple[str, Any]] = {
        "mpris:trackid": ("o", track_path(playing.track_id)),
        "xesam:title": ("s", wire_text(playing.title)),
        "xesam:artist": ("as", [wire_text(playing.artist)] if playing.artist else []),
        "xesam:album": ("s", wire_text(playing.album)),
    }
    if playing.length is not None:
        known["mpris:length"] = ("x", microseconds(playing.length))
    if playing.art is not None:
        known["mpris:artUrl"] = ("s", playing.art.as_uri())
    return known


def track_path(track_id: int) -> str:
    """Return the object path that names a track; a path has no minus sign."""
    return f"/vibe_desktop/track/{track_id}".replace("-", "_")


def microseconds(seconds: float) -> int:
    """Return seconds as the bus counts them, within a signed number of 64 bits and never negative."""
    if math.isnan(seconds):
        return 0
    return int(min(max(seconds, 0.0) * 1e6, float(2**62)))


def _can_pause(playing: PlayingNow) -> bool:
    return playing.track_id is not None


def _can_seek(playing: PlayingNow) -> bool:
    return playing.track_id is not None and playing.length is not None


def _open_uri(uri: str) -> None:  # noqa: ARG001 - nothing is opened by address, whatever it is
    raise BusError("NotSupported", "Vibe Desktop plays what is in its library.")


def _take_name(connection: DBusConnection) -> None:
    """Become the player others look for, or one beside it when another profile's window is there already."""
    reply = connection.send_and_get_reply(message_bus.RequestName(BUS_NAME, _DO_NOT_QUEUE), timeout=5)
    if reply.body != (_PRIMARY_OWNER,):
        beside = message_bus.RequestName(f"{BUS_NAME}.instance{os.getpid()}", _DO_NOT_QUEUE)
        connection.send_and_get_reply(beside, timeout=5)
