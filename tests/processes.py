"""The processes a test has to account for."""

from __future__ import annotations

import psutil


def our_children() -> list[psutil.Process]:
    """Return the processes this one started, and theirs, without Python's own one for all of them."""
    found = []
    for each in psutil.Process().children(recursive=True):
        try:
            if "resource_tracker" not in " ".join(each.cmdline()):
                found.append(each)
        except psutil.Error:
            continue
    return found
