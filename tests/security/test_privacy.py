"""Nothing leaves the machine: the whole journey in a sealed room, in a home that was never used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from music_folder import make_music
from sealed import SealedRoom

_JOURNEY = Path(__file__).with_name("window_journey.py")
_OURS = ".local/share"
"""where the program keeps what it writes"""


@pytest.fixture
def room(tmp_path: Path) -> SealedRoom:
    return SealedRoom(tmp_path)


@pytest.fixture
def profile(room: SealedRoom, models_folder: Path) -> Path:
    """Return a profile with models in the room's home, where the program itself would have it."""
    folder = room.home / _OURS / "vibe-desktop"
    folder.mkdir(parents=True)
    (folder / "models").symlink_to(models_folder, target_is_directory=True)
    return folder


def test_the_commands_reach_nobody(room: SealedRoom, profile: Path, tmp_path: Path) -> None:
    music, playlist = tmp_path / "music", tmp_path / "list.m3u8"
    make_music(music, seconds=1.0)

    indexed = json.loads(room.run("-m", "vibe_desktop", "index", music, "--json"))
    queue = json.loads(room.run("-m", "vibe_desktop", "queue", "calm piano", "--json", "--export", playlist))

    assert (indexed["read"], indexed["heard"], indexed["failed"]) == (10, 10, 0)
    assert queue["entries"]
    assert playlist.exists()
    assert room.attempts() == []
    assert "listen(" not in room.calls()
    assert room.left_behind() == {_OURS}
    assert (profile / "library.sqlite3").exists()


def test_the_window_reaches_nobody(room: SealedRoom, profile: Path, tmp_path: Path) -> None:
    pytest.importorskip("PySide6")
    music, playlist = tmp_path / "music", tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n{make_music(music, seconds=1.0)[0]}\nhttp://a.example/b.mp3\n")

    seen = json.loads(room.run(_JOURNEY, profile, music, playlist).splitlines()[-1])

    assert seen["titles"]
    assert seen["imported"] == 2
    assert seen["ports"] == []
    assert room.attempts() == []
    assert room.left_behind() <= {
        _OURS,
        ".cache/fontconfig",
        ".cache/vlc",
        ".config/vlc",
        ".cache/qtshadercache",
    }


_REACHING = {
    "a connection": "import socket; s = socket.socket(); s.settimeout(1); s.connect_ex(('192.0.2.1', 9))",
    "a name": "import socket\ntry: socket.getaddrinfo('a.example', 80)\nexcept OSError: pass",
    "a port": "import socket; s = socket.socket(); s.bind(('', 0)); s.listen()",
    "a worker": (
        "import multiprocessing, socket\n"
        "if __name__ == '__main__':\n"
        "    p = multiprocessing.get_context('spawn').Process(target=socket.socket)\n"
        "    p.start(); p.join()"
    ),
    "a library": "import ctypes; ctypes.CDLL(None).socket(2, 2, 0)",
}


@pytest.mark.parametrize("how", _REACHING)
def test_whatever_reached_out_would_be_seen(room: SealedRoom, how: str, tmp_path: Path) -> None:
    if how == "a library" and not room.sees_libraries:
        pytest.skip("strace is not installed, so only what Python does is on record")
    script = tmp_path / "reaching.py"
    script.write_text(_REACHING[how], encoding="utf-8")
    room.run(script)
    assert room.attempts()
