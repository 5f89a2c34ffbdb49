"""The program on a session bus, somebody who looks at it, and the song it plays there."""

from __future__ import annotations

from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from jeepney import HeaderFields, MessageType

from session_bus import Caller
from vibe_desktop.desktop.mpris import BUS_NAME, OBJECT_PATH, PLAYER, MprisNowPlaying
from vibe_desktop.desktop.now_playing import Command, Loop, PlayingNow, Status

PROPERTIES = "org.freedesktop.DBus.Properties"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
PEER = "org.freedesktop.DBus.Peer"
SONG = PlayingNow(
    track_id=7, title="A title", artist="An artist", album="An album", length=200.5, position=10.0,
    status=Status.PAUSED, art=Path("/covers/a b.png"), volume=0.5, loop=Loop.ALL,
    can_play=True, can_next=True, can_previous=True,
)  # fmt: skip
TRACK = "/vibe_desktop/track/7"


class Desk:
    """The program on the bus, somebody who looks at it, and what it was asked for."""

    def __init__(self, caller: Caller, name: str = BUS_NAME) -> None:
        self.commands: SimpleQueue[Command] = SimpleQueue()
        self.music = MprisNowPlaying(self.commands.put)
        self.caller = caller
        self.name = name

    def show(self, playing: PlayingNow) -> None:
        self.music.update(playing)
        self.caller.wait_for(self.name)

    def call(self, interface: str, method: str, types: str = "", *body: Any, path: str = OBJECT_PATH) -> Any:
        return self.caller.call(self.name, path, interface, method, types, *body)

    def error(self, interface: str, method: str, types: str = "", *body: Any, path: str = OBJECT_PATH) -> str:
        reply = self.call(interface, method, types, *body, path=path)
        assert reply.header.message_type is MessageType.error, reply.body
        return str(reply.header.fields[HeaderFields.error_name]).removeprefix("org.freedesktop.DBus.Error.")

    def property(self, name: str, interface: str = PLAYER) -> tuple[str, Any]:
        variant: tuple[str, Any] = self.call(PROPERTIES, "Get", "ss", interface, name).body[0]
        return variant

    def set(self, name: str, types: str, value: Any) -> Any:
        return self.call(PROPERTIES, "Set", "ssv", PLAYER, name, (types, value))

    def asked(self) -> list[Command]:
        """Return what was asked for so far: every call was answered, so nothing is on its way."""
        commands = []
        while True:
            try:
                commands.append(self.commands.get_nowait())
            except Empty:
                return commands
