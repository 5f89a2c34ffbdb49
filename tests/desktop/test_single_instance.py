"""One window for one profile, with real second processes."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from vibe_desktop.desktop.handover import LARGEST
from vibe_desktop.desktop.single_instance import SingleInstance, server_name
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile

SCRIPT = Path(__file__).parent / "second_start.py"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    with tempfile.TemporaryDirectory(prefix="run-") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        yield Profile(tmp_path / "profile")


@pytest.fixture
def start(profile: Profile) -> Iterator[Start]:
    """Return a function that starts the program in another process."""
    started: list[subprocess.Popen[str]] = []

    def go(*paths: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(SCRIPT), str(profile.folder), *paths]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield go
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def first(profile: Profile, qapp: object) -> Iterator[SingleInstance]:
    instance = SingleInstance(profile)
    assert instance.claim()
    yield instance
    instance.close()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().rstrip("\n")


def knock(profile: Profile, what: bytes) -> QLocalSocket:
    """Say something to the first window as a stranger would."""
    visitor = QLocalSocket()
    visitor.connectToServer(server_name(profile))
    assert visitor.waitForConnected(5000)
    visitor.write(what)
    visitor.flush()
    return visitor


def gone(visitor: QLocalSocket) -> bool:
    return visitor.state() == QLocalSocket.LocalSocketState.UnconnectedState


def test_a_second_start_raises_the_first(first: SingleInstance, start: Start, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.raised, timeout=30_000):
        second = start()
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
    assert line(second) == "told"
    assert second.returncode == 0


def test_a_second_start_hands_its_files_over(
    first: SingleInstance, start: Start, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with qtbot.waitSignal(first.opened, timeout=30_000) as told:
        second = start("ünï ☀.mp3", str(tmp_path / "folder"))
    assert told.args == [[str(tmp_path / "ünï ☀.mp3"), str(tmp_path / "folder")]]
    qtbot.waitUntil(lambda: second.poll() == 0, timeout=30_000)


def test_thousands_of_files_arrive(first: SingleInstance, start: Start, qtbot: QtBot) -> None:
    paths = [f"/music/{number:0100}.mp3" for number in range(900)]
    heard: list[str] = []
    first.opened.connect(heard.extend)
    second = start(*paths)
    qtbot.waitUntil(lambda: second.poll() == 0, timeout=30_000)
    qtbot.waitUntil(lambda: len(heard) == len(paths), timeout=30_000)
    assert heard == paths


def test_of_two_processes_one_is_first_and_a_killed_one_leaves_no_trace(start: Start) -> None:
    first = start()
    assert line(first) == "first"
    second = start("/music/a.mp3")
    assert line(second) == "told"
    assert line(first) == "opened /music/a.mp3"
    first.kill()
    first.wait()
    assert line(start()) == "first"


@pytest.mark.skipif(sys.platform == "win32", reason="no stopping of a process there")
def test_a_first_that_hangs_is_said_to_hang(start: Start, profile: Profile, qapp: object) -> None:
    first = start()
    assert line(first) == "first"
    first.send_signal(signal.SIGSTOP)
    second = SingleInstance(profile)
    assert not second.claim()
    with pytest.raises(VibeError, match="does not answer"):
        second.tell(seconds=0.3)
    first.send_signal(signal.SIGCONT)
    second.tell()


def test_the_lock_decides_also_where_nobody_listens(first: SingleInstance, profile: Profile) -> None:
    assert first._server
    first._server.close()
    second = SingleInstance(profile)
    assert not second.claim()
    with pytest.raises(VibeError, match="does not answer"):
        second.tell(seconds=0.2)


def test_closing_makes_room(first: SingleInstance, profile: Profile) -> None:
    first.close()
    second = SingleInstance(profile)
    assert second.claim()
    second.close()
    second.close()


def test_a_start_while_the_first_ends_takes_its_place(first: SingleInstance, start: Start) -> None:
    second = start()
    assert first._server
    assert first._server.waitForNewConnection(30_000)  # it has said its line, and nobody reads it any more
    first.close()
    assert line(second) == "first"


def test_every_profile_has_its_own_window(first: SingleInstance, tmp_path: Path) -> None:
    other = SingleInstance(Profile(tmp_path / "other"))
    assert other.claim()
    other.close()


def test_a_profile_that_cannot_be_written_says_so(tmp_path: Path, qapp: object) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VibeError, match="cannot be used"):
        SingleInstance(Profile(tmp_path / "file" / "profile")).claim()


HOSTILE = [
    b"\n", b"\0\xff\xfe" * 100 + b"\n", b'{"open": ["relative.mp3"]}\n', b'{"quit": true}\n',
    b"[" * 50_000 + b"\n", b"GET / HTTP/1.1\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_ours_is_dropped(
    what: bytes, first: SingleInstance, profile: Profile, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(first.raised), qtbot.assertNotEmitted(first.opened):
        visitor = knock(profile, what)
        qtbot.waitUntil(lambda: gone(visitor), timeout=30_000)
    assert not visitor.readAll().data()
    assert_still_serves(first, profile, qtbot)


def test_a_message_without_end_is_dropped_at_its_size(
    first: SingleInstance, profile: Profile, qtbot: QtBot
) -> None:
    visitor = knock(profile, b"x" * (4 * LARGEST))
    qtbot.waitUntil(lambda: gone(visitor), timeout=30_000)
    assert_still_serves(first, profile, qtbot)


def test_half_a_message_is_dropped_when_its_sender_goes(
    first: SingleInstance, profile: Profile, qtbot: QtBot
) -> None:
    knock(profile, b'{"raise": ').abort()
    assert_still_serves(first, profile, qtbot)
    qtbot.waitUntil(lambda: not first._server or not first._server.findChildren(QLocalSocket), timeout=30_000)


def test_who_says_nothing_is_sent_away(first: SingleInstance, profile: Profile, qtbot: QtBot) -> None:
    visitor = knock(profile, b'{"raise"')
    assert_still_serves(first, profile, qtbot)
    qtbot.waitUntil(lambda: gone(visitor), timeout=30_000)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no mode there")
def test_only_the_person_may_knock(first: SingleInstance, profile: Profile) -> None:
    mode = Path(server_name(profile)).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes leave nothing behind")
def test_a_door_left_behind_is_replaced(profile: Profile, qtbot: QtBot) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(server_name(profile))
    instance = SingleInstance(profile)
    assert instance.claim()
    assert_still_serves(instance, profile, qtbot)
    instance.close()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes lie in no folder")
@pytest.mark.parametrize("name", ["gone", "long" * 25])
def test_a_runtime_folder_that_is_not_there_or_too_long_is_not_used(
    name: str, profile: Profile, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "gone":
        (tmp_path / name).mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / name))
    instance = SingleInstance(profile)
    assert instance.claim()
    assert_still_serves(instance, profile, qtbot)
    instance.close()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes lie in no folder")
def test_a_window_that_nobody_can_reach_is_a_window_all_the_same(
    profile: Profile, qapp: object, expect_log: Callable[[str], None]
) -> None:
    Path(server_name(profile), "full").mkdir(parents=True)
    expect_log("later starts cannot reach this window")
    instance = SingleInstance(profile)
    assert instance.claim()
    instance.close()


def assert_still_serves(instance: SingleInstance, profile: Profile, qtbot: QtBot) -> None:
    with qtbot.waitSignal(instance.raised, timeout=30_000):
        visitor = knock(profile, json.dumps({"raise": True}).encode() + b"\n")
    qtbot.waitUntil(lambda: gone(visitor), timeout=30_000)
    assert visitor.readAll().data() == b"heard\n"
