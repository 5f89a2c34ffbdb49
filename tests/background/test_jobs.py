"""Long jobs in their own processes: watched, steered, started again, and never left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from job_watching import done, ended, eventually, stands_still
from odd_tasks import Counting, Dying, Failing, Stuck, Waiting
from vibe_desktop.background.jobs import Jobs, JobState, effort
from vibe_desktop.machine import usable_cores
from vibe_desktop.paths import Profile
from vibe_desktop.settings import Speed


@pytest.fixture
def jobs(bare: Profile) -> Iterator[Jobs]:
    """Return the jobs of a profile that holds nothing."""
    with closing(Jobs(bare)) as them:
        yield them


def test_models_are_installed_from_a_folder_or_it_says_why_not(jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.install(["sbert"], source=tmp_path)

    assert ended(job) is JobState.FAILED
    assert job.error
    assert job.error.remedy


def test_only_one_job_works_at_a_time(jobs: Jobs) -> None:
    first, second = jobs.add(Counting("first")), jobs.add(Counting("second"))
    assert eventually(lambda: done(first) > 10)

    assert second.state is JobState.WAITING
    assert jobs.all() == [first, second]
    first.cancel()

    assert ended(first) is JobState.CANCELLED
    assert eventually(lambda: done(second) > 10)


def test_a_waiting_job_can_be_cancelled(jobs: Jobs) -> None:
    first, second, third = (jobs.add(Counting(name)) for name in ("first", "second", "third"))
    second.cancel()
    first.cancel()

    assert eventually(lambda: done(third) > 10)
    assert second.state is JobState.CANCELLED
    assert second.stages() == ()


def test_the_same_job_twice_is_one(jobs: Jobs) -> None:
    first = jobs.add(Counting("same"))

    assert jobs.add(Counting("same")) is first
    assert eventually(lambda: done(first) > 10)
    assert jobs.add(Counting("same")) is first
    first.cancel()
    ended(first)
    assert jobs.add(Counting("same")) is not first


def test_a_folder_added_after_the_first_stage_is_not_taken_for_one_that_is_known(jobs: Jobs) -> None:
    job = jobs.add(Waiting((Path("first"),)))
    assert eventually(lambda: len(job.stages()) > 1)

    assert jobs.add(Waiting((Path("last"),))) is job

    assert ended(job) is JobState.DONE
    assert job.result
    assert job.result.folders == ("last",)


def test_jobs_that_are_over_can_be_forgotten(jobs: Jobs) -> None:
    over, working = jobs.add(Counting("over", 3)), jobs.add(Counting("working"))
    assert ended(over) is JobState.DONE
    assert over.result
    assert over.result.found == 3

    jobs.forget(over)
    jobs.forget(working)

    assert jobs.all() == [working]


def test_a_paused_job_stands_still_and_goes_on(jobs: Jobs) -> None:
    job = jobs.add(Counting("counting"))
    assert eventually(lambda: done(job) > 10)

    job.pause()
    assert stands_still(job)
    assert job.paused
    assert job.held == frozenset()

    job.resume()
    still = done(job)
    assert eventually(lambda: done(job) > still)
    assert job.state is JobState.RUNNING


def test_a_job_is_held_until_no_reason_is_left(jobs: Jobs) -> None:
    job = jobs.add(Counting("counting"))
    jobs.hold("playing")
    jobs.hold("asked")
    assert stands_still(job)
    assert not job.paused
    assert jobs.holds == {"playing", "asked"}

    jobs.release("asked")
    assert stands_still(job)
    jobs.release("playing")

    still = done(job)
    assert eventually(lambda: done(job) > still)


def test_speeds_take_what_they_say() -> None:
    gentle, normal, full = map(effort, (Speed.GENTLE, Speed.NORMAL, Speed.FULL))

    assert (gentle.workers, gentle.lowest) == (1, True)
    assert gentle.rest > 0
    assert full.workers == usable_cores()
    assert normal.workers == max(1, full.workers - 1)
    assert normal.rest == full.rest == 0


def test_a_job_that_dies_twice_still_ends_well(jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.add(Dying(tmp_path / "tried", 2))

    assert ended(job) is JobState.DONE
    assert len(job.notices) == 1


def test_a_job_that_always_dies_is_given_up_on(jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.add(Dying(tmp_path / "tried", 100))

    assert ended(job) is JobState.FAILED
    assert (tmp_path / "tried").read_text("utf-8") == "xxx"
    assert job.error
    assert "again and again" in job.error.message


def test_errors_arrive_in_words(jobs: Jobs, capfd: pytest.CaptureFixture[str]) -> None:
    foreseen, unforeseen = jobs.add(Failing(foreseen=True)), jobs.add(Failing(foreseen=False))

    assert ended(foreseen) is ended(unforeseen) is JobState.FAILED
    assert foreseen.error
    assert unforeseen.error
    assert (foreseen.error.message, foreseen.error.remedy) == ("The shelf is empty.", "Fill it.")
    assert "RecursionError: too deep" in unforeseen.error.message
    assert "Traceback" in capfd.readouterr().err


def test_closing_ends_a_job_that_never_looks_up(jobs: Jobs) -> None:
    job, waiting = jobs.add(Stuck()), jobs.add(Counting("waiting"))
    assert eventually(job.stages)
    pid = job.pid
    assert pid

    began = time.monotonic()
    jobs.close()

    assert time.monotonic() - began < 2
    assert not psutil.pid_exists(pid)
    assert job.state is waiting.state is JobState.CANCELLED
    assert jobs.add(Counting("late")).state is JobState.CANCELLED


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process like this")
def test_closing_ends_a_job_that_cannot_even_be_asked(jobs: Jobs) -> None:
    job = jobs.add(Counting("counting"))
    assert eventually(lambda: done(job) > 10)
    pid = job.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)

    began = time.monotonic()
    jobs.close()

    assert time.monotonic() - began < 2
    assert not psutil.pid_exists(pid)


def test_closing_what_never_ran_is_nothing(bare: Profile) -> None:
    jobs = Jobs(bare)
    jobs.close()
    assert jobs.all() == []
    assert not bare.folder.exists()
