"""A question asked again while the last one is still being answered: only the newest answer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.domain import VibeError
    from vibe_desktop.ui.tasks import Tasks

Result = TypeVar("Result")


class Latest(QObject, Generic[Result]):
    """Runs at most one piece of work at a time; of those asked for meanwhile, the newest follows."""

    def __init__(
        self,
        tasks: Tasks,
        done: Callable[[Result], None],
        failed: Callable[[VibeError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._done = done
        self._failed = failed
        self._next: Callable[[], Result] | None = None
        self._running = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._running or self._timer.isActive()

    def ask(self, work: Callable[[], Result], *, after: int = 0) -> None:
        """Do this instead of whatever was asked before, once `after` milliseconds brought nothing newer."""
        self._next = work
        self._timer.start(after)

    def _start(self) -> None:
        if not self._running and self._next is not None:
            work, self._next = self._next, None
            self._running = True
            self._tasks.run(work, self._settle, failed=self._fail, owner=self)

    def _settle(self, result: Result) -> None:
        self._running = False
        if self._next is None:
            self._done(result)
        elif not self._timer.isActive():
            self._start()

    def _fail(self, error: VibeError) -> None:
        self._running = False
        self._failed(error)
        if self._next is not None and not self._timer.isActive():
            self._start()
