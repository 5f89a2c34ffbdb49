"""A session bus for the tests of what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from session_bus import PATIENCE, Bus, Caller, session_bus

if TYPE_CHECKING:
    from desktop_on_the_bus import Desk


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """Return a bus that this process and its children take for the person's own."""
    pytest.importorskip("jeepney", reason="the session bus is spoken to on Linux alone")
    with session_bus() as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
        yield running


@pytest.fixture
def caller(bus: Bus) -> Iterator[Caller]:
    """Return somebody else on that bus."""
    somebody = Caller(bus)
    yield somebody
    somebody.close()


@pytest.fixture
def desk(caller: Caller) -> Iterator[Desk]:
    """Return the program on that bus."""
    from desktop_on_the_bus import Desk

    desk = Desk(caller)
    yield desk
    desk.music.close(PATIENCE)
