"""The processes a test has to account for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

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


@contextmanager
def leaving_nothing(but: Callable[[], Collection[int]] = tuple) -> Iterator[None]:
    """Fail where what is done within leaves a process behind, `but` those of these numbers."""
    before = {process.pid for process in our_children()}
    yield
    begun = [each for each in our_children() if each.pid not in before | set(but())]
    _, alive = psutil.wait_procs(begun, timeout=30)
    assert not alive
