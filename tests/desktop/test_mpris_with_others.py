"""MPRIS through programs that read types their own way."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest

pytest.importorskip("jeepney", reason="the session bus is spoken to on Linux alone")

from desktop_on_the_bus import PEER, PROPERTIES, SONG, TRACK, Desk
from session_bus import PATIENCE
from vibe_desktop.desktop.mpris import BUS_NAME, OBJECT_PATH, PLAYER
from vibe_desktop.desktop.now_playing import Action, Command, Loop


class TestWithOtherPrograms:
    """The same through programs that read types their own way."""

    def run(self, program: str, *arguments: str) -> str:
        found = shutil.which(program)
        if not found:
            pytest.skip(f"{program} is not installed")
        answer = subprocess.run(
            [found, *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def playerctl(self, *arguments: str) -> str:
        return self.run("playerctl", "--player=vibe_desktop", *arguments)

    def test_playerctl_reads_it(self, desk: Desk) -> None:
        desk.show(SONG)
        assert self.run("playerctl", "--list-all") == "vibe_desktop"
        assert self.playerctl("status") == "Paused"
        assert self.playerctl("metadata", "title") == "A title"
        assert self.playerctl("metadata", "xesam:artist") == "An artist"
        assert self.playerctl("metadata", "mpris:length") == "200500000"
        assert self.playerctl("metadata", "mpris:trackid") == f"'{TRACK}'"
        assert self.playerctl("metadata", "--format", "{{duration(mpris:length)}}") == "3:20"
        assert self.playerctl("position") == "10.000000"
        assert self.playerctl("volume") == "0.500000"
        assert self.playerctl("loop") == "Playlist"

    def test_playerctl_drives_it(self, desk: Desk) -> None:
        desk.show(SONG)
        for words in (
            ("play-pause",), ("play",), ("pause",), ("next",), ("previous",), ("stop",), ("position", "30"),
            ("position", "5+"), ("position", "5-"), ("volume", "0.75"), ("loop", "Track"),
        ):  # fmt: skip
            self.playerctl(*words)
        self.caller_has_been_served(desk)
        assert desk.asked() == [
            Command(Action.PLAY_PAUSE),
            Command(Action.PLAY),
            Command(Action.PAUSE),
            Command(Action.NEXT),
            Command(Action.PREVIOUS),
            Command(Action.STOP),
            Command(Action.SET_POSITION, seconds=30.0, track_id=7),
            Command(Action.SEEK, seconds=5.0),
            Command(Action.SEEK, seconds=-5.0),
            Command(Action.SET_VOLUME, volume=0.75),
            Command(Action.SET_LOOP, loop=Loop.ONE),
        ]

    def test_dbus_send_prints_the_types(self, desk: Desk) -> None:
        desk.show(replace(SONG, artist=""))
        printed = self.run(
            "dbus-send", "--session", "--print-reply", f"--dest={BUS_NAME}", OBJECT_PATH,
            f"{PROPERTIES}.GetAll", f"string:{PLAYER}",
        )  # fmt: skip
        flat = " ".join(printed.split())
        assert f'string "mpris:trackid" variant object path "{TRACK}"' in flat
        assert 'string "mpris:length" variant int64 200500000' in flat
        assert 'string "Position" variant int64 10000000' in flat
        assert 'string "xesam:artist" variant array [ ]' in flat
        assert 'string "Volume" variant double 0.5' in flat
        assert 'string "CanControl" variant boolean true' in flat

    def caller_has_been_served(self, desk: Desk) -> None:
        """Return when everything sent before has been dealt with: the bus keeps the order."""
        desk.call(PEER, "Ping")
