"""Looking on while jobs work, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from vibe_desktop.background.jobs import Job, JobState
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def eventually(condition: Callable[[], object]) -> bool:
    """Return whether the condition comes true before patience runs out."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def ended(job: Job) -> JobState:
    assert eventually(lambda: job.state in OVER), (job.state, job.stages())
    return job.state


def done(job: Job) -> int:
    return job.stages()[-1].done if job.stages() else 0


def listening(job: Job, heard: int = 1) -> Callable[[], bool]:
    return lambda: (
        bool(job.stages()) and job.stages()[-1].stage.startswith("Listening") and done(job) >= heard
    )


def stands_still(job: Job) -> bool:
    """Whether nothing happens for a while, once what is under way has ended."""
    assert eventually(lambda: job.state is JobState.PAUSED)
    time.sleep(0.3)
    before = done(job)
    time.sleep(0.5)
    return done(job) == before


def count_in(profile: Profile, table: str) -> int:
    db = Database.open(profile.database)
    [(count,)] = db.run(f"SELECT count(*) FROM {table}")
    db.close()
    return int(count)


def heard_in(profile: Profile) -> int:
    return count_in(profile, "hearing")


def workers_of(job: Job) -> list[psutil.Process]:
    """Return the processes that read and listen for a job."""
    assert job.pid
    children = psutil.Process(job.pid).children(recursive=True)
    return [each for each in children if _is_worker(each)]


def niceness_of(job: Job) -> list[int]:
    """Return how much each process that reads and listens for a job gives way; empty while one ends."""
    with suppress(psutil.Error):
        return [each.nice() for each in workers_of(job)]
    return []


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # it may end while it is looked at
        return "spawn_main" in " ".join(process.cmdline())
    return False
