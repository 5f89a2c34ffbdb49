"""Keeping a Linux desktop awake through whichever of its two usual services is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress
from jeepney.io.blocking import DBusConnection

from vibe_desktop.desktop.bus import DESKTOP_ENTRY, BusThread, ask

_WHY = "Music is playing"
_NO_WINDOW = 0
_SUSPEND = 4


@dataclass(frozen=True, slots=True)
class _Service:
    """Somebody who keeps the machine awake until told otherwise, or until we leave the bus."""

    address: DBusAddress
    types: str
    request: tuple[Any, ...]
    release: str


_SERVICES = (
    _Service(
        DBusAddress(
            "/org/freedesktop/PowerManagement/Inhibit",
            bus_name="org.freedesktop.PowerManagement",
            interface="org.freedesktop.PowerManagement.Inhibit",
        ),
        "ss",
        (DESKTOP_ENTRY, _WHY),
        "UnInhibit",
    ),
    _Service(
        DBusAddress(
            "/org/gnome/SessionManager",
            bus_name="org.gnome.SessionManager",
            interface="org.gnome.SessionManager",
        ),
        "susu",
        (DESKTOP_ENTRY, _NO_WINDOW, _WHY, _SUSPEND),
        "Uninhibit",
    ),
)


class BusAwake:
    """Asks KDE's, Xfce's or GNOME's session to stay awake; where none of them runs, nothing is kept."""

    def __init__(self) -> None:
        self._bus = BusThread("awake")
        self._awake = False
        self._kept: tuple[_Service, tuple[Any, ...]] | None = None

    def keep(self, *, awake: bool) -> None:
        """Keep the machine awake from now on, or no longer."""
        if awake != self._awake:
            self._awake = awake
            self._bus.do(self._request if awake else self._let_sleep)

    def close(self, seconds: float = 1.0) -> None:
        """Leave the bus, which lets the machine sleep."""
        self.keep(awake=False)
        self._bus.close(seconds)

    def _request(self, connection: DBusConnection) -> None:
        for service in _SERVICES:
            answer = ask(connection, service.address, "Inhibit", service.types, *service.request)
            if answer:
                self._kept = service, answer
                return

    def _let_sleep(self, connection: DBusConnection) -> None:
        if self._kept:
            service, cookie = self._kept
            ask(connection, service.address, service.release, "u", *cookie)
            self._kept = None
