"""Worker processes for what a hostile file could hang or kill: each file has a time limit and two chances."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

import psutil

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pebble import ProcessPool

    from vibe_desktop.progress import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")

_Answers: TypeAlias = Future[list[tuple[Result | None, str]]]

_CHANCES = 2
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of one item: its result, or a plain reason why there is none."""

    item: Item
    result: Result | None
    failure: str = ""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Raised by a worker's function for an item it understood to be no use; the message is the reason."""


class Workers(Generic[Item, Result]):
    """Runs one function over many items in spawned, low-priority processes.

    An item whose process dies or exceeds `seconds_each` is tried once more by
    itself and then given up on with a reason; the others never notice.
    """

    def __init__(
        self, function: Callable[[Item], Result], count: int, *, seconds_each: float, chunk: int = 1
    ) -> None:
        """Take an importable function; `chunk` items travel together where one alone is too quick to send."""
        self._function = function
        self._count = count
        self._seconds_each = seconds_each
        self._chunk = chunk

    def run(
        self, items: Iterable[Item], progress: Progress, suspects: Iterable[Item] = ()
    ) -> Iterator[Outcome[Item, Result]]:
        """Yield an outcome for every item as it finishes. Raises `Cancelled` when asked to stop.

        `suspects` come last and one at a time, with nothing else under way:
        whatever dies then, the file that was open is to blame.
        """
        from pebble import ProcessPool

        with deaf_to_interrupts():
            pool = ProcessPool(
                max_workers=self._count, initializer=_settle_in, context=multiprocessing.get_context("spawn")
            )
            _ = pool.active  # starts it: the threads that start processes, now and later
        try:
            yield from self._drain(pool, batched(items, self._chunk), iter(suspects), progress)
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _drain(
        self,
        pool: ProcessPool,
        chunks: Iterator[list[Item]],
        suspects: Iterator[Item],
        progress: Progress,
    ) -> Iterator[Outcome[Item, Result]]:
        running: dict[_Answers[Result], tuple[list[Item], int]] = {}
        unlucky: deque[tuple[Item, int]] = deque()
        single = chain(_popping(unlucky), ((item, 1) for item in suspects), _popping(unlucky))
        while True:
            for chunk in islice(chunks, 2 * self._count - len(running)):
                running[self._submit(pool, chunk)] = (chunk, 1)
            if not running:
                alone = next(single, None)
                if alone is None:
                    return
                running[self._submit(pool, [alone[0]])] = ([alone[0]], alone[1])
            done, _ = wait(running, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
            progress.check()
            for future in done:
                chunk, chance = running.pop(future)
                reason = _cause_of_death(future)
                if not reason:
                    for item, (result, failure) in zip(chunk, future.result(), strict=True):
                        yield Outcome(item, result, failure)
                elif len(chunk) == 1 and chance >= _CHANCES:
                    yield Outcome(chunk[0], None, reason)
                else:
                    unlucky.extend((item, chance + (len(chunk) == 1)) for item in chunk)

    def _submit(self, pool: ProcessPool, chunk: list[Item]) -> _Answers[Result]:
        limit = self._seconds_each + 0.2 * len(chunk)
        work: _Answers[Result] = pool.schedule(partial(_work, self._function), args=(chunk,), timeout=limit)
        return work


def _popping(queue: deque[tuple[Item, int]]) -> Iterator[tuple[Item, int]]:
    while queue:
        yield queue.popleft()


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items, the last one shorter."""
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def _work(function: Callable[[Item], Result], chunk: Sequence[Item]) -> list[tuple[Result | None, str]]:
    results: list[tuple[Result | None, str]] = []
    for item in chunk:
        try:
            results.append((function(item), ""))
        except Refused as reason:
            results.append((None, str(reason)))
        except VibeError:
            raise  # not the file's fault: a model that is damaged or missing ends the job
        except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes ends here, with that file
            results.append(
                (
                    None,
                    f"Reading it failed in an unforeseen way ({type(error).__name__}: {str(error)[:200]}).",
                )
            )
    return results


def _cause_of_death(future: _Answers[Result]) -> str:
    from pebble import ProcessExpired

    error = future.exception()
    if error is None:
        return ""
    if isinstance(error, TimeoutError):
        return "It took too long to read and was given up on."
    if isinstance(error, ProcessExpired):
        return "Reading it stopped the reader twice, so it is left alone."
    raise error


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Keep Ctrl+C from the threads begun inside, and so from the processes they start.

    A terminal sends it to every process there is. Whether to stop is the
    program's own decision; a worker that is just starting would only complain.
    """
    if sys.platform == "win32":  # there is no such thing there, and nothing worse than a complaint
        yield
        return
    # It must be running before: it is started by whoever needs it first, and that lets signals through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle_in() -> None:
    """Make this worker give way to everything else on the machine, and end when its parent does."""
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(10)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
