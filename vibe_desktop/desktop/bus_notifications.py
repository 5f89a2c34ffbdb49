"""Notes through the notification server of a Linux desktop."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from jeepney import DBusAddress
from jeepney.io.blocking import DBusConnection

from vibe_desktop.desktop.bus import DESKTOP_ENTRY, BusThread, ask, wire_text

_NAME = "org.freedesktop.Notifications"
_SERVER = DBusAddress("/org/freedesktop/Notifications", bus_name=_NAME, interface=_NAME)
_AS_LONG_AS_USUAL = -1
_LOW = 0


class BusNotifications:
    """Shows notes through the notification server of a Linux desktop; without a server there are none."""

    def __init__(self) -> None:
        self._bus = BusThread("notifications")
        self._latest: tuple[str, str, Path | None] | None = None
        self._number = 0  # the server's name for our note, 0 while there is none

    def show(self, title: str, body: str = "", art: Path | None = None) -> None:
        """Show a note in place of the one before."""
        note = self._latest = (title, body, art)
        self._bus.do(lambda connection: self._show(connection, note))

    def withdraw(self) -> None:
        """Take the note away, if there is one."""
        if self._latest:
            self._latest = None
            self._bus.do(self._withdraw)

    def close(self, seconds: float = 1.0) -> None:
        """Take the note away and leave the bus, waiting for it no longer than this."""
        self.withdraw()
        self._bus.close(seconds)

    def _show(self, connection: DBusConnection, note: tuple[str, str, Path | None]) -> None:
        if note is not self._latest:
            return  # a slow server kept us, and there is a newer one
        arguments = _arguments(*note, replaces=self._number, markup=_reads_markup(connection))
        answer = ask(connection, _SERVER, "Notify", "susssasa{sv}i", *arguments)
        if answer:
            (self._number,) = answer

    def _withdraw(self, connection: DBusConnection) -> None:
        if self._number:
            ask(connection, _SERVER, "CloseNotification", "u", self._number)
            self._number = 0


def _reads_markup(connection: DBusConnection) -> bool:
    """Return whether the server takes a body for markup; another one would show `&amp;` as it stands."""
    answer = ask(connection, _SERVER, "GetCapabilities")
    return not answer or "body-markup" in answer[0]


def _arguments(title: str, body: str, art: Path | None, *, replaces: int, markup: bool) -> tuple[Any, ...]:
    hints: dict[str, tuple[str, Any]] = {
        "desktop-entry": ("s", DESKTOP_ENTRY),
        "urgency": ("y", _LOW),
        "transient": ("b", True),  # gone when it was seen, and not kept in a list
        "suppress-sound": ("b", True),
    }
    if art:
        hints["image-path"] = ("s", art.as_uri())
    plain = wire_text(body)
    said = escape(plain) if markup else plain
    no_buttons: list[str] = []
    return (
        "Vibe Desktop", replaces, DESKTOP_ENTRY, wire_text(title), said, no_buttons, hints, _AS_LONG_AS_USUAL,
    )  # fmt: skip
