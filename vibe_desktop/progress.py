"""How a long job tells what it is doing and learns that it should stop, without knowing who watches."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from vibe_desktop.domain import Cancelled


@dataclass(frozen=True, slots=True)
class StageReport:
    """A snapshot of one stage of a job."""

    stage: str
    done: int
    total: int | None
    seconds: float
    note: str

    @property
    def rate(self) -> float:
        """Items a second since the stage began; 0 before the first."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time left at the rate so far, or None while it cannot be told."""
        if self.total is None or self.rate == 0:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


class Progress:
    """Written by a job, polled by whoever shows it; safe between threads.

    A job calls `begin` once a stage and `advance` once an item or batch;
    either raises `Cancelled` after `cancel` was called.
    """

    def __init__(self) -> None:
        """Start with nothing begun and nothing cancelled."""
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._stages: list[StageReport] = []
        self._began = 0.0

    def begin(self, stage: str, total: int | None = None) -> None:
        """Open a stage of `total` items (None when unknown)."""
        self.check()
        with self._lock:
            self._began = time.monotonic()
            self._stages.append(StageReport(stage, 0, total, 0.0, ""))

    def advance(self, count: int = 1, note: str = "") -> None:
        """Record `count` more items done in the current stage."""
        with self._lock:
            now = self._stages[-1]
            elapsed = time.monotonic() - self._began
            self._stages[-1] = StageReport(now.stage, now.done + count, now.total, elapsed, note or now.note)
        self.check()

    def check(self) -> None:
        """Raise `Cancelled` if someone asked the job to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the job to stop at its next step; may be called from a signal handler."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._cancelled.is_set()

    def stages(self) -> tuple[StageReport, ...]:
        """Return every stage begun so far, the current one last."""
        with self._lock:
            return tuple(self._stages)
