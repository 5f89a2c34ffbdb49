"""A few threads for short work, none of which can keep the program from ending."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

_Given: TypeAlias = "tuple[Future[Any], Callable[[], Any]]"


class Pool:
    """Calls functions on up to `count` threads, in the order they are given.

    Unlike those of the standard library's pool, which Python waits for at its
    end, its threads are daemons: a dead network drive may hold one for ever.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._threads: list[threading.Thread] = []
        self._given: SimpleQueue[_Given | None] = SimpleQueue()

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Have it called, and return what will bring its result; from one thread only."""
        future: Future[Result] = Future()
        self._given.put((future, work))
        if len(self._threads) < self._count:
            thread = threading.Thread(target=self._run, name=f"task {len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def close(self) -> None:
        """Cancel what waits; what is under way may end by itself."""
        while True:
            try:
                given = self._given.get_nowait()
            except Empty:
                break
            if given:
                given[0].cancel()
        for _ in self._threads:
            self._given.put(None)

    def join(self, seconds: float) -> None:
        """After `close`: wait for what is under way, no longer than `seconds`."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while given := self._given.get():
            future, work = given
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - it goes to whoever holds the future
                future.set_exception(error)
            else:
                future.set_result(result)
                del result
            del given, future, work  # nothing is kept alive while there is nothing to do
