"""Jobs, questions and disks that behave as badly as real ones might, for processes under test."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar

from vibe_desktop.app import App
from vibe_desktop.background import watcher
from vibe_desktop.background.mind import Mind
from vibe_desktop.background.questions import Question
from vibe_desktop.background.tasks import Index, JobKind, Report, Task
from vibe_desktop.domain import VibeError
from vibe_desktop.progress import Progress


@dataclass(frozen=True)
class Counting(Task):
    """Goes on in small steps until it is stopped, or to `steps`."""

    kind: ClassVar[JobKind] = JobKind.INSTALL

    name: str
    steps: int = 1_000_000

    def run(self, app: App, progress: Progress) -> Report:
        progress.begin(self.name, self.steps, can_wait=True)
        for _ in range(self.steps):
            time.sleep(0.002)
            progress.advance()
        return Report(found=self.steps)


@dataclass(frozen=True)
class Waiting(Index):
    """Gets to know folders: past its first stage at once, it ends only with none, or with one called last."""

    def run(self, app: App, progress: Progress) -> Report:
        progress.begin("Looking")
        progress.begin("Waiting")
        while self.folders and "last" not in {folder.name for folder in self.folders}:
            time.sleep(0.002)
            progress.advance()
        return Report(folders=tuple(folder.name for folder in self.folders))

    def begun(self) -> Task:
        return replace(self, folders=())


@dataclass(frozen=True)
class Dying(Task):
    """Ends its process the first `times` it is tried; the file counts."""

    kind: ClassVar[JobKind] = JobKind.INSTALL

    file: Path
    times: int

    def run(self, app: App, progress: Progress) -> Report:
        tried = len(self.file.read_text("utf-8")) if self.file.exists() else 0
        self.file.write_text("x" * (tried + 1), "utf-8")
        if tried < self.times:
            os._exit(9)
        return Report(found=tried)


@dataclass(frozen=True)
class Stuck(Task):
    """Never looks up from its work."""

    kind: ClassVar[JobKind] = JobKind.INSTALL

    def run(self, app: App, progress: Progress) -> Report:
        progress.begin("Being stuck")
        time.sleep(600)
        return Report()


@dataclass(frozen=True)
class Failing(Task):
    """Fails, as foreseen or not."""

    kind: ClassVar[JobKind] = JobKind.INSTALL

    foreseen: bool

    def run(self, app: App, progress: Progress) -> Report:
        if self.foreseen:
            raise VibeError("The shelf is empty.", "Fill it.")
        raise RecursionError("too deep")


@dataclass(frozen=True)
class Echo(Question[str]):
    """Comes back after a while."""

    text: str
    seconds: float = 0.0

    def answer(self, mind: Mind) -> str:
        time.sleep(self.seconds)
        return self.text


@dataclass(frozen=True)
class Latest(Echo):
    """An echo of which only the latest matters."""

    latest_only: ClassVar[bool] = True


@dataclass(frozen=True)
class Complaint(Question[None]):
    """Fails, as foreseen or not."""

    foreseen: bool

    def answer(self, mind: Mind) -> None:
        if self.foreseen:
            raise VibeError("The shelf is empty.", "Fill it.")
        raise RecursionError("too deep")


@dataclass(frozen=True)
class Deadly(Question[int]):
    """Ends the process the first `times` it is asked; the file counts."""

    file: Path
    times: int

    def answer(self, mind: Mind) -> int:
        tried = len(self.file.read_text("utf-8")) if self.file.exists() else 0
        self.file.write_text("x" * (tried + 1), "utf-8")
        if tried < self.times:
            os._exit(9)
        return tried


class _SlowDisk(watcher.Watcher):
    def obey(self, orders: watcher.Orders, now: float) -> None:
        Path(os.fsdecode(orders.roots[0]), f"reached {os.getpid()}").touch()
        time.sleep(600)


def watch_a_slow_disk(connection: Connection, orders: watcher.Orders) -> None:
    """Watch where it takes minutes to look through a folder."""
    watcher.Watcher = _SlowDisk  # type: ignore[misc] # in a process of its own
    watcher.watch(connection, orders)
