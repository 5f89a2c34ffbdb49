"""What others on the machine may ask of the window, and what they learn: its socket, the session bus."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from vibe_desktop.desktop.handover import Handover
from vibe_desktop.desktop.single_instance import SingleInstance, server_name
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pipes have no owner in a folder there")


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    with tempfile.TemporaryDirectory(prefix="run-") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        yield Profile(tmp_path / "profile")


@pytest.mark.parametrize(
    "said",
    [
        {"open": ["http://a.example/b.mp3"]},
        {"open": ["file:///music/a.mp3"]},
        {"open": ["/music/a.mp3"], "play": True},
        {"open": "/music/a.mp3"},
        {"open": [["/music/a.mp3"]]},
        {"open": ["/music/\ud800.mp3"]},
        {"raise": True, "quit": True},
        {"raise": 2},
        {"run": "rm"},
    ],
)
def test_a_second_start_may_raise_and_open_files_and_nothing_else(said: object) -> None:
    assert Handover.decode(json.dumps(said).encode()) is None


@POSIX
def test_a_door_that_somebody_else_made_is_not_knocked_at(profile: Profile, qapp: object) -> None:
    """In a folder that all share, a stranger may listen under our name; he learns nothing."""
    if os.getuid() != 0:
        pytest.skip("only root can make a file that is somebody else's")
    door = server_name(profile)
    first = SingleInstance(profile)
    assert first.claim()
    assert first._server
    first._server.close()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(door)
        stranger.listen()
        stranger.settimeout(0)
        os.chown(door, 65534, 65534)
        second = SingleInstance(profile)
        assert not second.claim()
        with pytest.raises(VibeError, match="does not answer"):
            second.tell(["/music/private.mp3"], seconds=0.3)
        with pytest.raises(BlockingIOError):
            stranger.accept()
    first.close()


@POSIX
def test_the_folder_of_a_profile_tells_others_nothing_they_could_not_guess(profile: Profile) -> None:
    assert str(profile.folder) not in server_name(profile)


def test_no_control_reaches_the_bus() -> None:
    bus = pytest.importorskip("vibe_desktop.desktop.bus", reason="the session bus is Linux's")
    assert bus.wire_text("a\0b\x1b[31m\udcff\u0007") == "ab[31m"
    assert len(bus.wire_text("x" * 100_000)) <= 1000
