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
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

import psutil

from vibe_desktop.domain import VibeError
from vibe_desktop.index.confined import allow_cpu, confine
from vibe_desktop.progress import Effort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.synchronize import RLock

    from pebble import ProcessPool

    from vibe_desktop.progress import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")

_Answers: TypeAlias = Future[list[tuple[Result | None, str]]]

_CHANCES = 2
_POLL_SECONDS = 0.1
# A network and its libraries map half a gigabyte; who asks for so much more believes a damaged file.
_MEMORY = 4 << 30
# Of a process that does two things at once, in seconds of each second.
_CPU_SHARE = 2.0
_STARTED_AGAIN = "A process that reads files stopped. Another took its place and tries its file again."


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
    itself and then given up on with a reason; the others never notice. There
    are `count` processes unless the progress carries an effort, which then
    decides and may change while they work.
    """

    def __init__(
        self,
        function: Callable[[Item], Result],
        count: int,
        *,
        seconds_each: float,
        chunk: int = 1,
        memory: int = _MEMORY,
    ) -> None:
        """Take an importable function; `chunk` items travel together where one alone is too quick to send.

        `memory` is the address space in bytes that each process may have, where the system can bound it.
        """
        self._function = function
        self._count = count
        self._seconds_each = seconds_each
        self._chunk = chunk
        self._memory = memory

    def run(
        self, items: Iterable[Item], progress: Progress, suspects: Iterable[Item] = ()
    ) -> Iterator[Outcome[Item, Result]]:
        """Yield an outcome for every item as it finishes. Raises `Cancelled` when asked to stop.

        `suspects` come last and one at a time, with nothing else under way:
        whatever dies then, the file that was open is to blame.
        """
        left = _Left(batched(items, self._chunk), iter(suspects))
        while left.any():
            effort = progress.effort or Effort(self._count)
            with _pool(effort, self._memory) as pool:
                yield from self._drain(pool, left, progress, effort)

    def _drain(
        self, pool: ProcessPool, left: _Left[Item], progress: Progress, effort: Effort
    ) -> Iterator[Outcome[Item, Result]]:
        """Work until nothing is left or another effort is asked for; nothing is under way then."""
        running: dict[_Answers[Result], tuple[list[Item], int]] = {}
        # Two each keep them busy; where they are to rest, nothing may wait for them meanwhile.
        most = effort.workers * (1 if effort.rest else 2)
        while True:
            if progress.effort in (None, effort):
                for chunk, chance in left.take(most - len(running), alone=not running):
                    running[self._submit(pool, chunk)] = (chunk, chance)
            if not running:
                return
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
                    progress.notice(_STARTED_AGAIN)
                    left.unlucky.extend((item, chance + (len(chunk) == 1)) for item in chunk)

    def _submit(self, pool: ProcessPool, chunk: list[Item]) -> _Answers[Result]:
        limit = self._seconds_each + 0.2 * len(chunk)
        work: _Answers[Result] = pool.schedule(
            partial(_work, self._function, _CPU_SHARE * limit), args=(chunk,), timeout=limit
        )
        return work


class _Left(Generic[Item]):
    """What is still to be done: chunks side by side, then the unlucky and the suspects one at a time."""

    def __init__(self, chunks: Iterator[list[Item]], suspects: Iterator[Item]) -> None:
        self.unlucky: deque[tuple[Item, int]] = deque()
        """items whose process died, with the number of the chance they have now"""
        self._chunks = chunks
        self._suspects = suspects
        self._next: deque[tuple[list[Item], int]] = deque()

    def any(self) -> bool:
        """Whether there is anything left."""
        if not self._next:
            self._next.extend(self.take(1, alone=True))
        return bool(self._next)

    def take(self, most: int, *, alone: bool) -> Iterator[tuple[list[Item], int]]:
        """Yield up to `most` chunks and their chance; without any, one single item if it can be `alone`."""
        if self._next:
            yield self._next.popleft()
            return
        taken = False
        for chunk in islice(self._chunks, max(0, most)):
            taken = True
            yield chunk, 1
        if not taken and alone:
            single = self.unlucky.popleft() if self.unlucky else next(((i, 1) for i in self._suspects), None)
            if single:
                yield [single[0]], single[1]


class _Spawning(SpawnContext):
    """Starts processes, and keeps the locks they share until it is told that all of them have ended.

    A process finds a lock by its name, once, while it is being born. The pool drops its locks, and
    their names with them, before it ends its processes: one not yet born would look for them in vain
    and complain of it for all to read.
    """

    def __init__(self) -> None:
        super().__init__()
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802 - the name it has in multiprocessing
        """Return a new lock, which lasts until `drop_locks`."""
        lock = super().RLock()
        self._locks.append(lock)
        return lock

    def drop_locks(self) -> None:
        """Let go of the locks; no process started with them may be left."""
        self._locks.clear()


@contextmanager
def _pool(effort: Effort, memory: int = _MEMORY) -> Iterator[ProcessPool]:
    from pebble import ProcessPool

    spawning = _Spawning()
    pool = ProcessPool(
        max_workers=effort.workers, initializer=_settle_in, initargs=(effort.lowest, memory), context=spawning
    )
    try:
        with deaf_to_interrupts():
            _ = pool.active  # starts it: the threads that start processes, now and later
        yield pool
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()  # ends every process, those of the last moment too
        spawning.drop_locks()


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items, the last one shorter."""
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def _work(
    function: Callable[[Item], Result], seconds: float, chunk: Sequence[Item]
) -> list[tuple[Result | None, str]]:
    allow_cpu(seconds)
    results: list[tuple[Result | None, str]] = []
    for item in chunk:
        try:
            results.append((function(item), ""))
        except Refused as reason:
            results.append((None, str(reason)))
        except VibeError:
            raise  # not the file's fault: a model that is damaged or missing ends the job
        except MemoryError:
            results.append((None, "Reading it takes too much memory: its numbers are damaged."))
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


def give_way(*, lowest: bool = False) -> None:
    """Let everything else on the machine go before this process; that can seldom be taken back."""
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.IDLE_PRIORITY_CLASS if lowest else psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(max(process.nice(), 19 if lowest else 10))


def _settle_in(lowest: bool, memory: int) -> None:  # noqa: FBT001 - called by pebble
    """Make this worker give way, keep within its bounds, and end when its parent does."""
    give_way(lowest=lowest)
    confine(memory)
    end_with_parent()


def end_with_parent() -> None:
    """See to it that this process ends, in the middle of whatever it does, when its parent has."""
    threading.Thread(target=_outlive_no_parent, name="end-with-parent", daemon=True).start()


def _outlive_no_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
