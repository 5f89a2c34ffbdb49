"""Functions for worker processes that behave as badly as a broken parser does."""

from __future__ import annotations

import os
import sys
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


def bounds(_: str) -> dict[str, str]:
    """Return what this process may no longer do: its limits, and on Linux whether it may gain rights."""
    import resource

    status = Path("/proc/self/status").read_text("utf-8").splitlines() if sys.platform == "linux" else []
    limits = {"memory": resource.RLIMIT_AS, "core": resource.RLIMIT_CORE, "cpu": resource.RLIMIT_CPU}
    found = {name: str(resource.getrlimit(limit)[0]) for name, limit in limits.items()}
    return found | {line.split(":")[0]: line.split()[1] for line in status if line.startswith("NoNewPrivs")}


def hoard(item: str) -> int:
    """Ask for as many gigabytes as the item says and return how many came."""
    return len(bytearray(int(item) << 30)) >> 30


def spin(_: str) -> None:
    """Compute for ever, as a parser does that follows a circle, with nobody to end it."""
    from vibe_desktop.index.confined import allow_cpu

    allow_cpu(0.5)
    while True:
        pass


def linger(item: str) -> int:
    """Leave this process's number in the file that `item` names, and stay."""
    Path(item).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(600)
    return 0
