"""Functions for worker processes that behave as badly as a broken parser does."""

from __future__ import annotations

import os
import time
from pathlib import Path

from vibe_desktop.domain import VibeError
from vibe_desktop.index.workers import Refused


def behave(item: str) -> str:
    """Do what the item says: abort, hang, refuse, raise, miss its model, or answer in capitals."""
    if item.startswith("abort"):
        os.abort()
    if item.startswith("hang"):
        time.sleep(600)
    if item.startswith("refuse"):
        raise Refused("This is no use.")
    if item.startswith("no model"):
        raise VibeError("The model is gone.", "Install it.")
    if item.startswith("raise"):
        raise RecursionError("too deep")
    return item.upper()


def abort_once(item: str) -> str:
    """Abort at the first try of the file that `item` names, succeed at the second."""
    marker = Path(item)
    if not marker.exists():
        marker.touch()
        os.abort()
    return "well"


def niceness(_: str) -> int:
    """Return how much this process gives way to others."""
    return os.nice(0)


def linger(item: str) -> int:
    """Leave this process's number in the file that `item` names, and stay."""
    Path(item).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(600)
    return 0
