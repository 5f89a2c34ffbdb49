"""One long job: what it is at, how it is steered, and its process, started again when it dies."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from vibe_desktop.background.child import LOST, Child, Fault
from vibe_desktop.background.obstacles import Obstacle
from vibe_desktop.background.tasks import JobKind, Report
from vibe_desktop.background.working import Orders, Stopped, Told, work
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.background.tasks import Task
    from vibe_desktop.background.working import Ending
    from vibe_desktop.paths import Profile
    from vibe_desktop.progress import Effort, StageReport

_RESTARTS = 2
_POLL_SECONDS = 0.1
_POWER_SECONDS = 5.0
_STUBBORN_SECONDS = 30.0
"""How long a cancelled job may take to end in good order before it is made to."""
_TITLES = {
    JobKind.INDEX: "Getting to know your music",
    JobKind.INSTALL: "Installing models",
    JobKind.REMOVE: "Removing a model",
    JobKind.DEMO: "Getting music to try",
}
_STARTED_AGAIN = "The process that did this stopped. It was started again and goes on where it was."


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job:
    """To be polled and steered from any thread; `run` belongs to the one thread of `Jobs`."""

    def __init__(
        self,
        profile: Profile,
        task: Task,
        effort: Effort,
        holds: frozenset[str],
        look: Callable[[], None],
    ) -> None:
        """Take what to do; `look` is called every few seconds while it runs."""
        self._profile = profile
        self._task = task
        self._look = look
        self._lock = threading.RLock()
        self._orders = Orders(effort, held=bool(holds))
        self._holds = holds
        self._told = Told()
        self._again = False
        self._otherwise: Task | None = None
        """what to go on with should the folders that were taken up last be of no use"""
        self._left = False
        self._deadline: float | None = None
        self._state = JobState.WAITING
        self._notices: tuple[str, ...] = ()
        self._child: Child | None = None
        self._resumed = False
        self.obstacle: Obstacle | None = None
        """what it waits for to pass"""
        self.hindered: VibeError | None = None
        """what this is, in words"""
        self.result: Report | None = None
        """what it did, once it is done"""
        self.error: VibeError | None = None
        """why it failed and what to do, once it has"""

    @property
    def kind(self) -> JobKind:
        """What it is for."""
        return self._task.kind

    @property
    def task(self) -> Task:
        """What it does, to be asked for again."""
        return self._task

    @property
    def title(self) -> str:
        """A short plain name."""
        return _TITLES[self.kind]

    @property
    def state(self) -> JobState:
        """Where it stands; PAUSED only once it really stands still or was told to."""
        with self._lock:
            stands = self._orders.paused or self._told.waiting or self.obstacle
            if self._state is JobState.RUNNING and stands:
                return JobState.PAUSED
            return self._state

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self._state in _OVER

    @property
    def paused(self) -> bool:
        """Whether the person paused it; see `held` for other reasons."""
        return self._orders.paused

    @property
    def held(self) -> frozenset[str]:
        """Why it waits, or its listening is put off if it is at that stage."""
        if self.obstacle:
            return frozenset({self.obstacle})
        return self._holds if self._told.waiting and not self._orders.paused else frozenset()

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person should know of how it went, oldest first."""
        with self._lock:
            return self._notices + tuple(text for text in self._told.notices if text not in self._notices)

    @property
    def pid(self) -> int | None:
        """Its process's number, None while it has none."""
        child = self._child
        return child.pid if child else None

    def stages(self) -> tuple[StageReport, ...]:
        """Return every stage begun so far, the current one last."""
        return self._told.stages

    def pause(self) -> None:
        """Stand still after the batch under way; files that are open are finished."""
        self._order(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._resumed = True
        self._order(paused=False)

    def cancel(self) -> None:
        """End after the batch under way; what was stored is kept."""
        with self._lock:
            self._again = False
            self._order(cancelled=True)
            self._deadline = self._deadline or time.monotonic() + _STUBBORN_SECONDS
            if self._state is JobState.WAITING:
                self._state = JobState.CANCELLED

    def take_effort(self, effort: Effort) -> None:
        """Take this much of the machine from now on."""
        self._order(effort=effort)

    def take_holds(self, reasons: frozenset[str]) -> None:
        """Put listening off while there is any reason."""
        with self._lock:
            self._holds = reasons
            self._order(held=bool(reasons))

    def take_up(self, task: Task) -> bool:
        """Do what another task asks for as well; False where this job cannot."""
        with self._lock:
            if self.over or (self._orders.cancelled and not self._again):
                return False
            merged = self._task.merged(task)
            if merged is None:
                return False
            if self._state is JobState.RUNNING and self.kind is JobKind.INDEX:
                self._again = True
                self._otherwise = self._task
                self._order(cancelled=True)
            self._task = merged
            return True

    def leave(self, seconds: float) -> None:
        """Cancel it, and have its process gone within `seconds`."""
        with self._lock:
            self._left = True
            self.cancel()
            self._deadline = time.monotonic() + seconds / 3

    def run(self) -> None:
        """Do the job to its end, whatever that is, in a process that is started again when it dies."""
        with self._lock:
            if self._state is not JobState.WAITING:
                return
            self._state = JobState.RUNNING
        deaths = waits = 0
        while True:
            ending = self._attempt()
            if isinstance(ending, Fault) and ending.obstacle and not self._orders.cancelled:
                waits += 1
                self._wait_out(ending, ending.obstacle.seconds(waits))
                if not self._orders.cancelled:
                    continue
                ending = Stopped()
            with self._lock:
                if self._goes_on(ending):
                    continue
                if ending is None and not self._orders.cancelled and deaths < _RESTARTS:
                    deaths += 1
                    self._remember(_STARTED_AGAIN)
                    continue
                self._conclude(ending)
                return

    def _wait_out(self, fault: Fault, seconds: float) -> None:
        """Wait until what stands in the way is gone, the person resumes the job, or it is called off."""
        self.hindered, self.obstacle = fault.error(), fault.obstacle
        began, self._resumed = time.monotonic(), False
        while not self._orders.cancelled and not self._resumed:
            time.sleep(_POLL_SECONDS)
            if time.monotonic() - began > seconds and not self._orders.paused:
                if self.obstacle is None or self.obstacle.is_gone(self._profile):
                    break
                began = time.monotonic()
        self.hindered = self.obstacle = None

    def _goes_on(self, ending: Ending | None) -> bool:
        """Whether the process ended only to begin with more, or because of what was asked for last."""
        if self._again:
            self._again = False
            self._orders = replace(self._orders, cancelled=False)
            return True
        if isinstance(ending, Fault) and self._otherwise:
            self._remember(f"{ending.message} {ending.remedy}".strip())
            self._task, self._otherwise = self._otherwise, None
            return True
        return False

    def _conclude(self, ending: Ending | None) -> None:
        if isinstance(ending, Report):
            self.result, self._state = ending, JobState.DONE
        elif isinstance(ending, Fault):
            self.error, self._state = ending.error(), JobState.FAILED
        elif isinstance(ending, Stopped) or self._orders.cancelled:
            self._state = JobState.CANCELLED
        else:
            self.error = VibeError(
                "The process that did this stopped again and again.",
                "What was stored is kept. Look at the files that failed, then start it again.",
            )
            self._state = JobState.FAILED

    def _attempt(self) -> Ending | None:
        """Run the task in a process; None where that died."""
        with self._lock:
            orders, task = self._orders, self._task
        try:
            child = Child(f"job-{self.kind}", work, self._profile, task, orders)
        except OSError as error:
            return Fault(
                f"The system could not start a process for this: {error.strerror or error}.",
                "Close other programs and try again.",
            )
        self._child = child
        try:
            return self._follow(child, orders)
        except LOST:
            return None
        except Exception as error:  # noqa: BLE001 - the jobs after this one must get their turn
            return Fault.of(error, "watching a job")
        finally:
            self._child = None
            child.end(0.6)
            child.connection.close()
            self._remember(*self._told.notices)
            self._told = replace(self._told, waiting=False)

    def _follow(self, child: Child, sent: Orders) -> Ending:
        """Pass orders on and take in what is told until it ends; raises `LOST` when the process died."""
        looked = -_POWER_SECONDS
        while True:
            if time.monotonic() - looked > _POWER_SECONDS and not self._left:
                looked = time.monotonic()
                self._look()
            if self._orders != sent:
                sent = self._orders
                child.connection.send(sent)
            if self._deadline and time.monotonic() > self._deadline:
                return Stopped()
            if not child.connection.poll(_POLL_SECONDS):
                continue
            told = child.connection.recv()
            if not isinstance(told, Told):
                ending: Ending = told
                child.wait(1.0)
                return ending
            self._take_in(told)

    def _take_in(self, told: Told) -> None:
        with self._lock:
            self._told = told
            # What was taken up since is not begun: the process that tells this does not know of it.
            if len(told.stages) > 1 and not self._again:
                self._task, self._otherwise = self._task.begun(), None

    def _remember(self, *notices: str) -> None:
        self._notices = tuple(dict.fromkeys((*self._notices, *notices)))

    def _order(self, **changes: object) -> None:
        with self._lock:
            self._orders = replace(self._orders, **changes)  # type: ignore[arg-type] # our own names and types
