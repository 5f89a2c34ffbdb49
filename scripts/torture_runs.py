"""The program run in every way it can be run and stopped: whole, killed, crowded, cramped, years ago."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

import psutil
from pebble import ProcessPool

from vibe_desktop.app import App
from vibe_desktop.domain import TrackState, VibeError
from vibe_desktop.index.workers import end_with_parent
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.named import Names
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from random import Random

_STAGES = (
    "Looking for music",
    "Reading tags",
    "Writing captions",
    "Understanding captions",
    "Listening with",
)
_PATIENCE = 180.0
_UNFORESEEN = ("Traceback", "was not foreseen")
_PROGRAM = ("-m", "vibe_desktop")
# Not from outside: what stands in for the system's clock there also breaks the waiting of threads.
_ANOTHER_DAY = """
import runpy, time
right = time.time
time.time = lambda: right() + {days} * 86_400
runpy.run_module("vibe_desktop", run_name="__main__", alter_sys=True)
"""


class Violation(Exception):  # noqa: N818 - what the harness looks for
    """Something the program promises did not hold."""


class Runs:
    """Runs the program over one profile; each way returns whether the run came through to its end."""

    def __init__(self, profile: Profile, pool: ProcessPool, *, small_disk: bool) -> None:
        """Take a profile; on a `small_disk` it lies alone."""
        self.profile = profile
        self._pool = pool
        self._small_disk = small_disk
        self.encoder = SentenceEncoder(profile.models)

    @contextmanager
    def opened(self, profile: Profile | None = None) -> Iterator[App]:
        """Open a profile in this process, with the encoder and a worker that last."""

        @contextmanager
        def lasting(*_: object) -> Iterator[ProcessPool]:
            yield self._pool

        with App(profile or self.profile) as app, mock.patch("vibe_desktop.index.workers._pool", lasting):
            app.encoder = self.encoder
            yield app

    def here(self, *folders: Path, listen: bool, retry: bool = False) -> bool:
        """Index in this process."""
        with self.opened() as app:
            report = app.index(folders, Progress(), listen=listen, workers=1, retry=retry)
        return not report.scan.held

    def asked(self, mood: str) -> None:
        """Ask for music; whatever is suggested must be in the library, and its file where it says."""
        with self.opened() as app:
            request = parse(mood, app.vocabulary, Names(app.stores.tracks))
            for entry in app.engine().answer(request).entries:
                if entry.track.state is not TrackState.PRESENT or not os.path.lexists(entry.track.path):
                    raise Violation(f"“{mood}” is answered with {entry.track.path}, which is not there.")

    def forgotten(self, folder: Path, between: Callable[[], None], *, listen: bool) -> bool:
        """Take a folder out of the library, look around, and add it again."""
        with self.opened() as app:
            app.forget(folder)
        between()
        return self.here(folder, listen=listen)

    def apart(self, *, listen: bool, meanwhile: Callable[[], None] | None = None) -> bool:
        """Index as a person does, while something else happens."""
        process = self._start(listen=listen)
        if meanwhile:
            meanwhile()
        return self._ended(process)

    def killed(self, chance: Random, *, listen: bool) -> bool:
        """Index and be killed at a random moment, often in the midst of a stage."""
        stage, delay, soon = chance.choice((None, *_STAGES)), chance.random(), chance.random() < 0.7
        process = self._start(listen=listen)
        try:
            self._reach(process, stage)
            time.sleep(delay * (0.05 if soon else 0.8))
            family = psutil.Process(process.pid).children(recursive=True)
            over = process.poll() is not None
            process.kill()
        except psutil.NoSuchProcess:
            over, family = True, []
        if over:
            return self._ended(process)
        process.communicate()
        _, left = psutil.wait_procs(family, timeout=_PATIENCE)
        if left:
            raise Violation(f"Processes outlived their parent: {left}")
        return False

    def stopped(self, chance: Random, *, listen: bool) -> bool:
        """Index and be stopped by Ctrl+C."""
        stage, delay = chance.choice(_STAGES), chance.random() * 0.2
        process = self._start(listen=listen)
        if self._reach(process, stage):
            time.sleep(delay)
            os.killpg(process.pid, signal.SIGINT)
        # While Python itself ends, the signal ends it as any program.
        return self._ended(process, codes=(0, 130, -signal.SIGINT))

    def twice(self, chance: Random, *, listen: bool) -> bool:
        """Index in two processes at once: one does it, the other says that it is being done, or follows."""
        first = self._start(listen=listen)
        time.sleep(chance.random())
        second = self._start(listen=listen)
        through = [self._ended(each, says="already working") for each in (first, second)]
        if not any(through):
            raise Violation("Of two runs at once neither came through.")
        return True

    def cramped(self, chance: Random, *, listen: bool) -> bool:
        """Index with hardly any room left on the disk, then have room again."""
        if not self._small_disk:
            return self._limited(chance, listen=listen)
        filler = self.profile.folder / "filler"
        room = chance.choice((0, 4, 16, 64, 200)) * 1024
        try:
            about = os.statvfs(self.profile.folder)
            with filler.open("wb") as stream:
                os.posix_fallocate(stream.fileno(), 0, max(1, about.f_bavail * about.f_frsize - room))
            if chance.random() < 0.3:
                return self._ended(self._start(listen=listen), says="room|full")
            return self.here(listen=listen)
        except VibeError as error:
            if not any(word in str(error) for word in ("room", "full", "cannot be written")):
                raise
            return False
        finally:
            filler.unlink()

    def _limited(self, chance: Random, *, listen: bool) -> bool:
        """Index where no file may grow beyond a size."""
        import resource

        size = chance.choice((40, 200, 500)) * 1024
        before = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731 - a single use
        return self._ended(self._start(listen=listen, before=before), says="room|full|written")

    def another_day(self, chance: Random, *, listen: bool) -> bool:
        """Index while the clock is years wrong."""
        days = chance.choice((-4000, -1, 1, 4000))
        return self._ended(self._start(listen=listen, program=["-c", _ANOTHER_DAY.format(days=days)]))

    # --- Parts ---

    def _start(
        self,
        *,
        listen: bool,
        program: Sequence[str] = _PROGRAM,
        before: Callable[[], None] | None = None,
    ) -> subprocess.Popen[str]:
        options = ["--profile", str(self.profile.folder), "index", "--workers", "1"]
        return subprocess.Popen(
            [sys.executable, *program, *options, *([] if listen else ["--no-listen"])],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=before,  # noqa: PLW1509 - one system call
        )

    def _reach(self, process: subprocess.Popen[str], stage: str | None) -> bool:
        """Wait until a stage begins; False where the process ends without it."""
        if stage is None or process.stderr is None:
            return True
        return any(line.startswith(stage) for line in iter(process.stderr.readline, ""))

    def _ended(
        self, process: subprocess.Popen[str], *, says: str = "", codes: tuple[int, ...] = (0,)
    ) -> bool:
        """Wait for a run and tell whether it came through; complain where it ended in another way."""
        _, said = process.communicate(timeout=_PATIENCE)
        excused = process.returncode == 1 and says and any(word in said for word in says.split("|"))
        if any(word in said for word in _UNFORESEEN) or not (process.returncode in codes or excused):
            raise Violation(f"A run ended with code {process.returncode} and said: {said[-3000:]}")
        return process.returncode == 0


def lasting_pool() -> Any:
    """Return a pool of one worker process, to be used as a context manager."""
    from multiprocessing import get_context

    return ProcessPool(max_workers=1, initializer=end_with_parent, context=get_context("spawn"))
