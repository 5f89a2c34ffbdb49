"""What this machine has to offer."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Return how many cores this process may use; not every system lets a process ask."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
