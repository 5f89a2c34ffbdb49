"""Notes on the desktop, seen from the side of a small notification server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="the session bus is spoken to on Linux alone")

from jeepney import message_bus
from jeepney.io.blocking import DBusConnection

from session_bus import PATIENCE, Bus, Caller
from vibe_desktop.desktop.bus import BusThread
from vibe_desktop.desktop.bus_notifications import BusNotifications
from vibe_desktop.desktop.bus_object import BusObject, Interface, Method
from vibe_desktop.desktop.notifications import SilentNotifications, choose_notifications

SERVER = "org.freedesktop.Notifications"


class Server:
    """Keeps every note it is given; the types are checked before a call arrives here."""

    def __init__(self, capabilities: list[str]) -> None:
        self.notes: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
        self.closed: SimpleQueue[int] = SimpleQueue()
        self._given = 0
        notify = (
            ("app_name", "s"), ("replaces_id", "u"), ("app_icon", "s"), ("summary", "s"), ("body", "s"),
            ("actions", "as"), ("hints", "a{sv}"), ("expire_timeout", "i"),
        )  # fmt: skip
        methods = {
            "Notify": Method(self._notify, notify, (("id", "u"),)),
            "CloseNotification": Method(self.closed.put, (("id", "u"),)),
            "GetCapabilities": Method(lambda: (capabilities,), gives=(("capabilities", "as"),)),
        }
        thing = BusObject("/org/freedesktop/Notifications", [Interface(SERVER, methods)])
        self.thread = BusThread("notification server", opened=self._take_name, serve=thing.answer)
        self.thread.do(lambda _: None)

    def _take_name(self, connection: DBusConnection) -> None:
        connection.send_and_get_reply(message_bus.RequestName(SERVER), timeout=PATIENCE)

    def _notify(self, *note: Any) -> tuple[int]:
        self.notes.put(note)
        self._given = note[1] or self._given + 1
        return (self._given,)


def serve(caller: Caller, *capabilities: str) -> Server:
    server = Server(["body", *capabilities])
    caller.wait_for(SERVER)
    return server


@pytest.fixture
def server(caller: Caller) -> Iterator[Server]:
    server = serve(caller, "body-markup")
    yield server
    server.thread.close(PATIENCE)


@pytest.fixture
def notes(bus: Bus) -> Iterator[BusNotifications]:
    notes = BusNotifications()
    yield notes
    notes.close(PATIENCE)


def test_a_note_is_quiet_and_plain(server: Server, notes: BusNotifications) -> None:
    notes.show("<b>Title</b>\0", "A & B <i>x</i>\ud800", Path("/covers/a b.png"))
    name, replaces, icon, summary, body, actions, hints, timeout = server.notes.get(timeout=PATIENCE)
    assert (name, icon, replaces, timeout) == ("Vibe Desktop", "vibe-desktop", 0, -1)
    assert summary == "<b>Title</b>"
    assert body == "A &amp; B &lt;i&gt;x&lt;/i&gt;"
    assert actions == []
    assert hints == {
        "desktop-entry": ("s", "vibe-desktop"),
        "urgency": ("y", 0),
        "transient": ("b", True),
        "suppress-sound": ("b", True),
        "image-path": ("s", "file:///covers/a%20b.png"),
    }


def test_a_server_without_markup_gets_the_text_as_it_is(caller: Caller, notes: BusNotifications) -> None:
    server = serve(caller)
    notes.show("Title", "A & B")
    assert server.notes.get(timeout=PATIENCE)[4] == "A & B"
    server.thread.close(PATIENCE)


def test_the_next_note_takes_the_place_of_the_last(server: Server, notes: BusNotifications) -> None:
    notes.show("One")
    assert server.notes.get(timeout=PATIENCE)[1] == 0
    notes.show("Two")
    replaced = server.notes.get(timeout=PATIENCE)
    assert (replaced[1], replaced[3]) == (1, "Two")
    notes.withdraw()
    assert server.closed.get(timeout=PATIENCE) == 1
    notes.show("Three")
    assert server.notes.get(timeout=PATIENCE)[1] == 0


def test_closing_takes_the_note_away(server: Server, notes: BusNotifications) -> None:
    notes.show("One")
    assert server.notes.get(timeout=PATIENCE)[3] == "One"
    notes.close(PATIENCE)
    assert server.closed.get(timeout=PATIENCE) == 1
    notes.show("Two")
    with pytest.raises(Empty):
        server.notes.get_nowait()


def test_without_a_server_nothing_happens_until_there_is_one(caller: Caller, notes: BusNotifications) -> None:
    notes.show("One")
    done = threading.Event()
    notes._bus.do(lambda _: done.set())
    assert done.wait(PATIENCE)
    server = serve(caller, "body-markup")
    notes.show("Two")
    assert server.notes.get(timeout=PATIENCE)[3] == "Two"
    server.thread.close(PATIENCE)


def test_a_bus_that_goes_away_makes_no_noise(server: Server, notes: BusNotifications, bus: Bus) -> None:
    notes.show("One")
    server.notes.get(timeout=PATIENCE)
    bus.end()
    notes.show("Two")
    notes.withdraw()
    notes.close(PATIENCE)


def test_the_choice(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(choose_notifications(), BusNotifications)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    silent = choose_notifications()
    assert isinstance(silent, SilentNotifications)
    silent.show("One", "two", Path("/three"))
    silent.withdraw()
    silent.close()
