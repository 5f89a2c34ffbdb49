"""A thread that does the newest request first and forgets the oldest: what a list needs while it scrolls."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Request = TypeVar("Request", bound="Hashable")

log = logging.getLogger(__name__)


class Lane(Generic[Request]):
    """Calls `work` with one request after another on a thread of its own, which starts with the first.

    The same request waits once only. With more than `most` waiting the oldest
    is dropped: what still needs it asks again. `idle` is called, on the thread,
    after `idle_seconds` without work.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Request], None],
        *,
        most: int = 96,
        idle: Callable[[], None] | None = None,
        idle_seconds: float = 20.0,
    ) -> None:
        self._name = name
        self._work = work
        self._most = most
        self._idle = idle
        self._idle_seconds = idle_seconds if idle else None
        self._waiting: OrderedDict[Request, None] = OrderedDict()
        self._running: Request | None = None
        self._change = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, request: Request) -> None:
        """Ask for it to be done next."""
        with self._change:
            if self._closed or request == self._running:
                return
            self._waiting[request] = None
            self._waiting.move_to_end(request)
            if len(self._waiting) > self._most:
                self._waiting.popitem(last=False)
            if self._thread is None:
                # A daemon: a dead network drive can hold it for ever, and must not hold the program.
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._change.notify()

    def close(self) -> None:
        """Drop what waits and take no more."""
        with self._change:
            self._closed = True
            self._waiting.clear()
            self._change.notify()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, no longer than `seconds`."""
        if self._thread:
            self._thread.join(seconds)

    def _run(self) -> None:
        while (request := self._next()) is not None:
            try:
                self._work(request)
            except Exception:
                # The lane outlives whatever one request runs into.
                log.exception("Not foreseen while looking for a cover.")

    def _next(self) -> Request | None:
        rested = False
        while True:
            with self._change:
                self._running = None
                seconds = None if rested else self._idle_seconds
                if self._change.wait_for(lambda: self._waiting or self._closed, seconds):
                    if self._closed:
                        return None
                    self._running, _ = self._waiting.popitem(last=True)
                    return self._running
            if self._idle:
                self._idle()
            rested = True
