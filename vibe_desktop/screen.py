"""Whether a window could be shown."""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Return whether there is a display; on Windows and macOS there always is."""
    if os.environ.get("QT_QPA_PLATFORM"):  # the person chose where to draw
        return True
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
