"""The window's side of the answering process: questions go out one after another, futures come back."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from vibe_desktop.background.child import LOST, Child, Fault
from vibe_desktop.background.mind import serve
from vibe_desktop.background.questions import Warm
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from vibe_desktop.background.questions import Question
    from vibe_desktop.paths import Profile

Reply = TypeVar("Reply")

_TRIES = 2


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question[Any]
    future: Future[Any]


class Answering:
    """Asks one child process, started with the first question and again whenever it died.

    Questions are answered in their order, one at a time. Of those that need only the
    latest answer a newer one takes the place of an older one that still waits, whose
    future is cancelled. Futures are completed on this object's own thread.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._waiting: deque[_Asked] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._child: Child | None = None
        self._thread: threading.Thread | None = None

    def ask(self, question: Question[Reply]) -> Future[Reply]:
        """Return at once; the future fails with a `VibeError`, or is cancelled once nobody needs it."""
        asked: _Asked = _Asked(question, Future())
        replaced = []
        with self._change:
            if self._closed:
                asked.future.cancel()
                return asked.future
            if question.latest_only:
                replaced = [each for each in self._waiting if type(each.question) is type(question)]
                self._waiting = deque(each for each in self._waiting if each not in replaced)
            self._waiting.append(asked)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="answering", daemon=True)
                self._thread.start()
            self._change.notify()
        for each in replaced:  # outside the lock: whoever is told may ask again
            each.future.cancel()
        return asked.future

    def warm(self, ear: str = "auto") -> Future[None]:
        """Start the process and make everything ready in it."""
        return self.ask(Warm(ear))

    @property
    def pid(self) -> int | None:
        """The child's number, None while there is none."""
        child = self._child
        return child.pid if child else None

    def close(self, seconds: float = 1.5) -> None:
        """Cancel whatever still waits and end the process within `seconds`."""
        with self._change:
            self._closed = True
            left = list(self._waiting)
            self._waiting.clear()
            child = self._child
            self._change.notify()
        for each in left:
            each.future.cancel()
        if child:
            with suppress(*LOST):
                child.connection.send(None)
            child.wait(seconds / 5)
            child.end(seconds / 2)
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(seconds / 5)

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            if not asked.future.set_running_or_notify_cancel():
                continue
            try:
                reply = self._answered(asked.question)
            except VibeError as error:
                asked.future.set_exception(error)
            except Exception as error:  # noqa: BLE001 - this thread must outlive every question
                asked.future.set_exception(Fault.of(error, "asking").error())
            else:
                asked.future.set_result(reply)

    def _next(self) -> _Asked | None:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closed)
            return None if self._closed else self._waiting.popleft()

    def _answered(self, question: Question[Reply]) -> Reply:
        for _ in range(_TRIES):
            try:
                connection = self._living().connection
                connection.send(question)
                reply = connection.recv()
            except LOST:
                self._bury()
                continue
            if isinstance(reply, Fault):
                raise reply.error()
            answer: Reply = reply
            return answer
        if self._closed:
            raise VibeError("The program is ending.")
        raise VibeError(
            "The process that understands moods stopped twice over this.",
            "Try other words, or start the program again. Your music plays on meanwhile.",
        )

    def _living(self) -> Child:
        with self._change:
            if self._closed:
                raise EOFError
            if self._child:
                return self._child
        child = Child("answering", serve, self._profile)  # outside the lock: who asks must not wait for it
        with self._change:
            if not self._closed:
                self._child = child
                return child
        child.end(0.5)
        child.connection.close()
        raise EOFError

    def _bury(self) -> None:
        with self._change:
            child, self._child = self._child, None
        if child:
            child.end(0.5)
            child.connection.close()
