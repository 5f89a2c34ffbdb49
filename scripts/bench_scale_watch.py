"""A program run to its end under observation: how long it took, and the memory of each of its processes."""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM, WORKERS = "program", "worker"
_LOOK_SECONDS = 0.03
_WORKER_MARK = "spawn_main"


class Failed(Exception):  # noqa: N818 - said to whoever measures
    """A program ended otherwise than well."""


@dataclass(slots=True)
class Run:
    """What a run took: seconds of waiting, seconds of all processors, and the most memory, in bytes."""

    seconds: float = 0.0
    processor: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)
    """by the part a process plays, `PROGRAM` or `WORKERS`: of workers, the one that has most"""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end. Raises `Failed` with what it said where that is no good one."""
    start = time.perf_counter()
    # Into a file: a pipe that nobody reads stops whoever has much to say.
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=said) as process,
    ):
        watch = Watch(process.pid)
        while process.poll() is None:
            watch.look()
            time.sleep(_LOOK_SECONDS)
        watch.run.seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", "replace")[-2000:]
            raise Failed(f"{command[0]} ended with {process.returncode}: {words}")
    return watch.run


class Watch:
    """Looks at a process and all that it started, again and again; what ended between two looks is missed."""

    def __init__(self, pid: int) -> None:
        self.run = Run()
        self._root = psutil.Process(pid)
        self._processor: dict[int, float] = {}

    def look(self) -> None:
        """Take note of how things are now."""
        try:
            processes = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in processes:
            try:
                self._note(process)
            except psutil.Error:  # it ended meanwhile
                continue
        self.run.processor = sum(self._processor.values())

    def _note(self, process: psutil.Process) -> None:
        part = PROGRAM
        if process != self._root:
            if not any(_WORKER_MARK in word for word in process.cmdline()):
                return  # a helper of Python's own
            part = WORKERS
        times = process.cpu_times()
        self._processor[process.pid] = times.user + times.system
        self.run.memory[part] = max(self.run.memory.get(part, 0), process.memory_info().rss)
