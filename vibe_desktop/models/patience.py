"""Waiting for what is slow without being deaf meanwhile."""

from __future__ import annotations

import threading
from contextlib import closing
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")

_LOOK_SECONDS = 0.1
_AHEAD = 16


def patiently(
    items: Callable[[], Generator[T, None, None]], check: Callable[[], None]
) -> Generator[T, None, None]:
    """Yield what a generator yields on a thread of its own, calling `check` ten times a second meanwhile.

    Raises what the generator raises, and what `check` raises at once: the thread is left to itself
    then, closes the generator when it moves again, and keeps no process from ending.
    """
    lane: Queue[T | Exception | None] = Queue(_AHEAD)
    stop = threading.Event()
    threading.Thread(target=_feed, args=(items, lane, stop), name="waiting", daemon=True).start()
    try:
        while True:
            check()
            try:
                item = lane.get(timeout=_LOOK_SECONDS)
            except Empty:
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stop.set()


def _feed(
    items: Callable[[], Generator[T, None, None]], lane: Queue[T | Exception | None], stop: threading.Event
) -> None:
    def put(item: T | Exception | None) -> bool:
        while not stop.is_set():
            try:
                lane.put(item, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return True
        return False

    try:
        with closing(items()) as source:
            for item in source:
                if not put(item):
                    return
        put(None)
    except Exception as error:  # noqa: BLE001 - raised again where the items are awaited
        put(error)
