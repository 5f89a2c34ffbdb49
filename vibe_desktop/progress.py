"""How a long job tells what it is doing and learns that it should stop, without knowing who watches."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from vibe_desktop.domain import Cancelled

_LOOK_SECONDS = 0.1
_LONGEST_REST = 5.0


@dataclass(frozen=True, slots=True)
class StageReport:
    """A snapshot of one stage of a job."""

    stage: str
    done: int
    total: int | None
    seconds: float
    note: str
    before: int = 0
    """items that were done when the stage began"""

    @property
    def rate(self) -> float:
        """Items a second since the stage began; 0 before the first."""
        return max(0, self.done - self.before) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time left at the rate so far, or None while it cannot be told."""
        if self.total is None or self.rate == 0:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of the machine a job may take: processes that work side by side, and rest between steps."""

    workers: int
    rest: float = 0.0
    """seconds of rest after each second of work"""
    lowest: bool = False
    """whether the workers give way even to what gives way to everything else"""


class Progress:
    """Written by a job, polled and steered by whoever shows it; safe between threads.

    A job calls `begin` once a stage and `advance` once an item or batch, never
    inside a transaction: either waits there while the job is paused, and raises
    `Cancelled` after `cancel` was called.
    """

    def __init__(self, effort: Effort | None = None) -> None:
        """Start with nothing begun and nothing asked; without an effort the job decides it."""
        self.effort = effort
        """may be changed while the job runs; the workers follow"""
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._paused = False
        self._held = False
        self._can_wait = False
        self._waiting = False
        self._stages: list[StageReport] = []
        self._notices: list[str] = []
        self._began = 0.0
        self._rested = time.monotonic()

    def begin(self, stage: str, total: int | None = None, *, can_wait: bool = False) -> None:
        """Open a stage of `total` items (None when unknown); one that `can_wait` is put off by `hold`."""
        self.check()
        with self._lock:
            self._began = self._rested = time.monotonic()
            self._can_wait = can_wait
            self._stages.append(StageReport(stage, 0, total, 0.0, ""))
        self.check()

    def advance(self, count: int = 1, note: str = "") -> None:
        """Record `count` more items done in the current stage; a negative count takes some back."""
        with self._lock:
            now = self._stages[-1]
            elapsed = time.monotonic() - self._began
            done, said = now.done + count, note or now.note
            self._stages[-1] = replace(now, done=done, seconds=elapsed, note=said)
        self._rest()
        self.check()

    def skip(self, count: int) -> None:
        """Record items of the current stage that were done before it began: they tell nothing of its rate."""
        with self._lock:
            now = self._stages[-1]
            self._stages[-1] = replace(now, done=now.done + count, before=now.before + count)

    def notice(self, text: str) -> None:
        """Tell the person something, once however often it happens."""
        with self._lock:
            if text not in self._notices:
                self._notices.append(text)

    def check(self) -> None:
        """Wait while the job is paused; raise `Cancelled` if someone asked it to stop."""
        if self._blocked:
            began = time.monotonic()
            self._waiting = True
            while self._blocked and not self._cancelled.wait(_LOOK_SECONDS):
                pass
            self._waiting = False
            with self._lock:
                self._rested = time.monotonic()
                self._began += self._rested - began
        if self._cancelled.is_set():
            raise Cancelled

    def _rest(self) -> None:
        effort, now = self.effort, time.monotonic()
        if effort is not None and effort.rest:
            self._cancelled.wait(min(_LONGEST_REST, effort.rest * (now - self._rested)))
        self._rested = time.monotonic()

    @property
    def _blocked(self) -> bool:
        return not self._cancelled.is_set() and (self._paused or (self._held and self._can_wait))

    def pause(self) -> None:
        """Ask the job to wait at its next step, whatever it does."""
        self._paused = True

    def resume(self) -> None:
        """Take `pause` back."""
        self._paused = False

    def hold(self) -> None:
        """Ask the job to put off the stages that can wait."""
        self._held = True

    def release(self) -> None:
        """Take `hold` back."""
        self._held = False

    def cancel(self) -> None:
        """Ask the job to stop at its next step; may be called from a signal handler."""
        self._cancelled.set()

    @property
    def waiting(self) -> bool:
        """Whether the job stands still because it was asked to."""
        return self._waiting

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._cancelled.is_set()

    def stages(self) -> tuple[StageReport, ...]:
        """Return every stage begun so far, the current one last."""
        with self._lock:
            return tuple(self._stages)

    def notices(self) -> tuple[str, ...]:
        """Return what the person should know, oldest first."""
        with self._lock:
            return tuple(self._notices)
