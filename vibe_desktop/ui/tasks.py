"""Work away from the main thread whose result comes back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

Result = TypeVar("Result")

_THREADS = 3


class Ticket:
    """One piece of work that was asked for; `forget` it and its result is dropped."""

    def __init__(self, owner: QObject | None) -> None:
        self._owner = owner
        self._forgotten = False

    def forget(self) -> None:
        """Take no notice of the result, whenever it comes."""
        self._forgotten = True

    @property
    def wanted(self) -> bool:
        """Whether anybody is still there to take the result."""
        return not self._forgotten and (self._owner is None or shiboken6.isValid(self._owner))


class Tasks(QObject):
    """Runs functions on a few threads; `done` and `failed` are called on the main thread.

    A `VibeError` goes to `failed`, or to the signal `trouble` where there is
    none. Any other exception is a fault of the program: it is raised on the
    main thread, where the exception hook sees it.
    """

    trouble = Signal(object)
    _settled = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._pool = Pool(_THREADS)
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._closed = False

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        *,
        failed: Callable[[VibeError], None] | None = None,
        owner: QObject | None = None,
    ) -> Ticket:
        """Call `work` on a thread, then `done` with its result, unless `owner` is gone by then.

        Once closed, nothing is done any more: a timer may still ask while the window goes.
        """
        if self._closed:
            return Ticket(owner)
        return self.when(self._pool.submit(work), done, failed=failed, owner=owner)

    def when(
        self,
        future: Future[Result],
        done: Callable[[Result], None] | None = None,
        *,
        failed: Callable[[VibeError], None] | None = None,
        owner: QObject | None = None,
    ) -> Ticket:
        """Call `done` with what a future brings, on the main thread."""
        ticket = Ticket(owner)
        future.add_done_callback(lambda settled: self._hand_over(ticket, settled, done, failed))
        return ticket

    def close(self) -> None:
        """Take no more work and drop what is waiting; work under way may end by itself."""
        self._closed = True
        self._pool.close()

    def _hand_over(self, ticket: Ticket, settled: Future[Any], done: Any, failed: Any) -> None:
        if not self._closed and not settled.cancelled() and shiboken6.isValid(self):
            self._settled.emit((ticket, settled, done, failed))

    def _deliver(self, settled: tuple[Ticket, Future[Any], Any, Any]) -> None:
        ticket, future, done, failed = settled
        if self._closed or not ticket.wanted:
            return
        error = future.exception()
        if error is None:
            if done:
                done(future.result())
        elif isinstance(error, VibeError):
            (failed or self.trouble.emit)(error)
        else:
            raise error
