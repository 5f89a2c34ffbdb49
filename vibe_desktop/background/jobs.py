"""Long jobs, one after another, each in a process of its own that is steered, watched and started again."""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING

from vibe_desktop.background.job import Job, JobState
from vibe_desktop.background.tasks import Demo, Index, Install, JobKind, Remove, Report
from vibe_desktop.machine import usable_cores
from vibe_desktop.progress import Effort
from vibe_desktop.settings import Speed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vibe_desktop.background.tasks import Task
    from vibe_desktop.paths import Profile

__all__ = ["Hold", "Job", "JobKind", "JobState", "Jobs", "Report", "effort"]

_KEPT = 20
"""Jobs that are over and still shown."""


class Hold(StrEnum):
    """Why listening is put off for a while; everything quicker goes on."""

    PLAYING = "playing"
    BATTERY = "battery"
    ASKED = "asked"


def effort(speed: Speed) -> Effort:
    """Return how much of this machine a speed takes."""
    cores = usable_cores()
    if speed is Speed.GENTLE:
        return Effort(1, rest=1.0, lowest=True)
    return Effort(cores if speed is Speed.FULL else max(1, cores - 1))


class Jobs:
    """The line of jobs. Everything here returns at once and may be called from any thread.

    `on_battery` is asked every few seconds while a job runs, on another thread; let
    it say False where listening on battery is wanted.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        speed: Speed = Speed.NORMAL,
        on_battery: Callable[[], bool] = lambda: False,
    ) -> None:
        self._profile = profile
        self._speed = speed
        self._on_battery = on_battery
        self._jobs: list[Job] = []
        self._holds: set[str] = set()
        self._change = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def index(
        self,
        folders: Sequence[Path] = (),
        *,
        speed: Speed | None = None,
        listen: bool = True,
        retry: bool = False,
        gone: Sequence[Path] = (),
        ear: str = "auto",
        noticed: Sequence[bytes] = (),
    ) -> Job:
        """Bring the library up to date with `folders`, or with all that are known if none is given.

        Or only with folders in which something was `noticed`. `gone` are those of `folders` of which the
        person said that what is not there is gone for good.

        A job that indexes already takes this up: it begins anew with both, and goes on where it was.
        """
        if speed is not None:
            self.set_speed(speed)
        everything = not folders and not noticed
        task = Index(tuple(folders), everything, listen, retry, tuple(gone), ear, tuple(noticed))
        return self.add(task)

    def install(self, names: Sequence[str] = (), source: Path | None = None) -> Job:
        """Install models, the default ones if none is named; from the network unless `source` is given."""
        return self.add(Install(tuple(names), source))

    def remove(self, name: str) -> Job:
        """Remove a model and all that it made."""
        return self.add(Remove(name))

    def demo(self) -> Job:
        """Put music to try the program with into the profile and index it."""
        return self.add(Demo())

    def add(self, task: Task) -> Job:
        """Put a task in line, or let a job that can take it up do so."""
        with self._change:
            for job in reversed(self._jobs):
                if job.take_up(task):
                    return job
            job = Job(self._profile, task, effort(self._speed), frozenset(self._holds), self._power)
            if self._closed:
                job.cancel()
            over = [each for each in self._jobs if each.over]
            gone = over[: max(0, len(over) - _KEPT)]
            self._jobs = [*(each for each in self._jobs if each not in gone), job]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()
            self._change.notify()
        return job

    def all(self) -> list[Job]:
        """Return every job that is not over, and the last that are, oldest first."""
        with self._change:
            return list(self._jobs)

    def forget(self, job: Job) -> None:
        """Drop a job that is over from `all`."""
        with self._change:
            self._jobs = [each for each in self._jobs if each is not job or not each.over]

    @property
    def speed(self) -> Speed:
        """How much of the machine jobs may take."""
        return self._speed

    def set_speed(self, speed: Speed) -> None:
        """Let every job, the running one too, take this much of the machine."""
        with self._change:
            self._speed = speed
            for job in self._jobs:
                job.take_effort(effort(speed))

    @property
    def holds(self) -> frozenset[str]:
        """Why listening is put off at present."""
        with self._change:
            return frozenset(self._holds)

    def hold(self, reason: str) -> None:
        """Put listening off until each reason was released; what is quicker goes on."""
        self._set_holds(lambda: self._holds.add(reason))

    def release(self, reason: str) -> None:
        """Take a reason back."""
        self._set_holds(lambda: self._holds.discard(reason))

    def close(self, seconds: float = 1.8) -> None:
        """Cancel everything and end its processes within `seconds`; what was stored is kept."""
        with self._change:
            self._closed = True
            jobs, thread = list(self._jobs), self._thread
            self._change.notify()
        for job in jobs:
            job.leave(seconds)
        if thread and thread is not threading.current_thread():
            thread.join(seconds)

    def _set_holds(self, change: Callable[[], object]) -> None:
        with self._change:
            change()
            for job in self._jobs:
                job.take_holds(frozenset(self._holds))

    def _power(self) -> None:
        """Hold or release for the battery's sake; called now and then by a running job."""
        (self.hold if self._on_battery() else self.release)(Hold.BATTERY)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            job.run()

    def _next(self) -> Job | None:
        with self._change:
            while not self._closed:
                waiting = next((job for job in self._jobs if job.state is JobState.WAITING), None)
                if waiting:
                    return waiting
                self._change.wait()
        return None
