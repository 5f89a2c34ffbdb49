"""One quiet note on the desktop: what plays now, while our window is not the one in use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol


class Notifications(Protocol):
    """Shows one note at a time. Nothing here waits, raises or takes the keyboard away from anybody."""

    def show(self, title: str, body: str = "", art: Path | None = None) -> None:
        """Show a note in place of the one before; both texts are plain, whatever they hold."""
        ...

    def withdraw(self) -> None:
        """Take the note away, if there is one."""
        ...

    def close(self, seconds: float = 1.0) -> None:
        """Take the note away and let go of the desktop, waiting for it no longer than this."""
        ...


class SilentNotifications:
    """Shows nothing: there is no session bus, or a system whose notifications nobody has taught us yet.

    On Windows and macOS they want a program that was installed with an
    identity of its own; ours is not yet, and nothing is pretended there.
    """

    def show(self, title: str, body: str = "", art: Path | None = None) -> None:
        """Show nothing."""

    def withdraw(self) -> None:
        """Take nothing away."""

    def close(self, seconds: float = 1.0) -> None:
        """Let go of nothing."""


def choose_notifications() -> Notifications:
    """Return where notes can be shown: on a Linux desktop with a session bus, nowhere else."""
    if sys.platform == "linux":
        from vibe_desktop.desktop.bus import session_address

        if session_address():
            from vibe_desktop.desktop.bus_notifications import BusNotifications

            return BusNotifications()
    return SilentNotifications()
