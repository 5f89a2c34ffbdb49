"""Keeping the machine from falling asleep by itself while music plays."""

from __future__ import annotations

import sys
from typing import Protocol


class Awake(Protocol):
    """Keeps the machine awake on request; closing the lid or choosing sleep works all the same."""

    def keep(self, *, awake: bool) -> None:
        """Keep it awake from now on, or no longer; cheap to call again with the same."""
        ...

    def close(self, seconds: float = 1.0) -> None:
        """Let it sleep, waiting for the desktop no longer than this."""
        ...


class SilentAwake:
    """Keeps nothing awake: there is no session bus, or a system nobody has taught us yet.

    Windows and macOS keep a machine awake while it plays sound by their own rules.
    """

    def keep(self, *, awake: bool) -> None:
        """Change nothing."""

    def close(self, seconds: float = 1.0) -> None:
        """Let go of nothing."""


def choose_awake() -> Awake:
    """Return what can keep this machine awake: the session bus of a Linux desktop, or nothing."""
    if sys.platform == "linux":
        from vibe_desktop.desktop.bus import session_address

        if session_address():
            from vibe_desktop.desktop.bus_awake import BusAwake

            return BusAwake()
    return SilentAwake()
