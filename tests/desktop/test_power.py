"""Battery or mains, in the words psutil finds for it."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest

from vibe_desktop.desktop.power import on_battery


@pytest.mark.parametrize(
    ("battery", "expected"),
    [
        (None, False),
        (SimpleNamespace(power_plugged=True), False),
        (SimpleNamespace(power_plugged=None), False),
        (SimpleNamespace(power_plugged=False), True),
    ],
)
def test_only_a_battery_that_feeds_counts(
    battery: object, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery)
    assert on_battery() is expected


def test_a_system_that_cannot_be_asked_is_on_mains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(psutil, "sensors_battery", raising=False)
    assert on_battery() is False


def test_this_machine_can_be_asked() -> None:
    assert on_battery() in (True, False)
