"""Whether the machine lives on its battery."""

from __future__ import annotations


def on_battery() -> bool:
    """Return whether a battery feeds the machine; False where there is none or the system does not say."""
    import psutil

    ask = getattr(psutil, "sensors_battery", None)  # missing on systems psutil cannot ask
    battery = ask() if ask else None
    return battery is not None and battery.power_plugged is False
