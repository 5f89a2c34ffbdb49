"""Keeping the machine awake, seen from the side of the services that do it."""

from __future__ import annotations

from queue import SimpleQueue
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="the session bus is spoken to on Linux alone")

from jeepney import message_bus

from session_bus import PATIENCE, Bus, Caller
from vibe_desktop.desktop.awake import SilentAwake, choose_awake
from vibe_desktop.desktop.bus import BusThread
from vibe_desktop.desktop.bus_awake import BusAwake
from vibe_desktop.desktop.bus_object import Arguments, BusObject, Interface, Method

FREEDESKTOP = "org.freedesktop.PowerManagement"
GNOME = "org.gnome.SessionManager"


class Service:
    """Writes down who keeps it awake."""

    def __init__(self, name: str, path: str, interface: str, takes: Arguments, release: str) -> None:
        self.said: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
        cookie = (("cookie", "u"),)
        methods = {
            "Inhibit": Method(self._inhibit, takes, cookie),
            release: Method(lambda number: self.said.put((release, number)), cookie),
        }
        thing = BusObject(path, [Interface(interface, methods)])
        self.thread = BusThread(
            "power service",
            opened=lambda bus: bus.send_and_get_reply(message_bus.RequestName(name), timeout=PATIENCE),
            serve=thing.answer,
        )
        self.thread.do(lambda _: None)

    def _inhibit(self, *arguments: Any) -> tuple[int]:
        self.said.put(arguments)
        return (42,)


def freedesktop() -> Service:
    path, interface = "/org/freedesktop/PowerManagement/Inhibit", f"{FREEDESKTOP}.Inhibit"
    return Service(FREEDESKTOP, path, interface, (("application", "s"), ("reason", "s")), "UnInhibit")


def gnome() -> Service:
    takes = (("app_id", "s"), ("toplevel_xid", "u"), ("reason", "s"), ("flags", "u"))
    return Service(GNOME, "/org/gnome/SessionManager", GNOME, takes, "Uninhibit")


@pytest.mark.parametrize(
    ("name", "request_", "release"),
    [
        (FREEDESKTOP, ("vibe-desktop", "Music is playing"), "UnInhibit"),
        (GNOME, ("vibe-desktop", 0, "Music is playing", 4), "Uninhibit"),
    ],
)
def test_it_is_kept_awake_once_and_let_go(
    caller: Caller, name: str, request_: tuple[Any, ...], release: str
) -> None:
    service = freedesktop() if name == FREEDESKTOP else gnome()
    caller.wait_for(name)
    awake = BusAwake()
    awake.keep(awake=True)
    awake.keep(awake=True)
    assert service.said.get(timeout=PATIENCE) == request_
    awake.keep(awake=False)
    assert service.said.get(timeout=PATIENCE) == (release, 42)
    awake.keep(awake=True)
    assert service.said.get(timeout=PATIENCE) == request_
    awake.close(PATIENCE)
    assert service.said.get(timeout=PATIENCE) == (release, 42)
    assert service.said.empty()
    service.thread.close(PATIENCE)


def test_without_any_service_nothing_happens(bus: Bus) -> None:
    awake = BusAwake()
    awake.keep(awake=True)
    awake.keep(awake=False)
    awake.close(PATIENCE)
    assert awake._kept is None


def test_the_choice(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(choose_awake(), BusAwake)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    silent = choose_awake()
    assert isinstance(silent, SilentAwake)
    silent.keep(awake=True)
    silent.close()
