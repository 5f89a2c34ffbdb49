"""Long jobs in their own processes: watched, steered, started again, and never left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from music_folder import make_music
from odd_tasks import Counting, Dying, Failing, Stuck
from vibe_desktop.background.jobs import Job, Jobs, JobState, effort
from vibe_desktop.library.database import Database
from vibe_desktop.machine import usable_cores
from vibe_desktop.paths import Profile
from vibe_desktop.settings import Speed

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@pytest.fixture
def jobs(bare: Profile) -> Iterator[Jobs]:
    """Return the jobs of a profile that holds nothing."""
    with closing(Jobs(bare)) as them:
        yield them


@pytest.fixture
def indexing(empty: Profile) -> Iterator[Jobs]:
    """Return the jobs of a profile with models."""
    with closing(Jobs(empty)) as them:
        yield them


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
    return lambda: bool(job.stages()) and job.stages()[-1].stage == "Listening" and done(job) >= heard


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
    return [each for each in children if "spawn_main" in " ".join(each.cmdline())]


def test_a_folder_becomes_a_library_that_was_heard(indexing: Jobs, empty: Profile, tmp_path: Path) -> None:
    files = make_music(tmp_path / "music")

    job = indexing.index([tmp_path / "music"])

    assert ended(job) is JobState.DONE
    assert job.result
    assert (job.result.found, job.result.heard, job.result.failed) == (len(files), len(files), 0)
    assert [stage.stage for stage in job.stages()][:2] == ["Looking for music", "Reading tags"]
    assert job.stages()[-1].done == len(files)
    assert job.notices == ()
    assert heard_in(empty) == len(files)


def test_a_job_that_cannot_be_done_says_why_and_what_to_do(indexing: Jobs, tmp_path: Path) -> None:
    job = indexing.index([tmp_path / "nowhere"])

    assert ended(job) is JobState.FAILED
    assert job.error
    assert "nowhere" in job.error.message
    assert job.error.remedy


def test_models_are_installed_from_a_folder_or_it_says_why_not(jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.install(["sbert"], source=tmp_path)

    assert ended(job) is JobState.FAILED
    assert job.error
    assert job.error.remedy


def test_installing_what_is_there_is_done_at_once(indexing: Jobs) -> None:
    job = indexing.install()

    assert ended(job) is JobState.DONE
    assert job.result
    assert len(job.result.models) == 2


def test_the_demonstration_makes_its_music(
    indexing: Jobs, empty: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # nothing to fetch packages with
    job = indexing.demo()
    assert eventually(lambda: done(job) >= 2)

    assert job.stages()[0].stage == "Making music"
    assert list(empty.demo.rglob("*.*"))
    job.cancel()
    assert ended(job) is JobState.CANCELLED


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


def test_on_battery_listening_waits_and_the_rest_does_not(empty: Profile, tmp_path: Path) -> None:
    files = make_music(tmp_path / "music")
    mains: list[bool] = []
    with closing(Jobs(empty, on_battery=lambda: not mains)) as jobs:
        job = jobs.index([tmp_path / "music"])

        assert eventually(lambda: job.state is JobState.PAUSED)
        assert job.held == {"battery"}
        assert (job.stages()[-1].stage, done(job)) == ("Listening", 0)
        assert count_in(empty, "caption") == len(files)

        mains.append(True)
        assert ended(job) is JobState.DONE


def test_a_paused_job_takes_no_new_files(indexing: Jobs, empty: Profile, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    job = indexing.index([tmp_path / "music"], speed=Speed.FULL)
    assert eventually(listening(job))

    job.pause()

    assert eventually(lambda: job.state is JobState.PAUSED)
    time.sleep(1)
    before = heard_in(empty)
    time.sleep(1)
    assert heard_in(empty) == before
    job.resume()
    assert ended(job) is JobState.DONE
    assert heard_in(empty) == 10


def test_speeds_take_what_they_say() -> None:
    gentle, normal, full = map(effort, (Speed.GENTLE, Speed.NORMAL, Speed.FULL))

    assert (gentle.workers, gentle.lowest) == (1, True)
    assert gentle.rest > 0
    assert full.workers == usable_cores()
    assert normal.workers == max(1, full.workers - 1)
    assert normal.rest == full.rest == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has priority classes instead of niceness")
def test_a_running_job_follows_the_speed(indexing: Jobs, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    for number in range(4):
        make_music(tmp_path / "music" / str(number), seconds=29.0 - number)
    job = indexing.index([tmp_path / "music"], speed=Speed.FULL)
    assert eventually(listening(job))

    indexing.set_speed(Speed.GENTLE)
    assert eventually(lambda: [each.nice() for each in workers_of(job)] == [19])

    indexing.set_speed(Speed.FULL)
    assert eventually(lambda: [each.nice() for each in workers_of(job)] == [10] * usable_cores())
    assert indexing.speed is Speed.FULL


def test_a_killed_worker_is_replaced_and_told(indexing: Jobs, empty: Profile, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    job = indexing.index([tmp_path / "music"])
    assert eventually(listening(job))

    for worker in workers_of(job):
        worker.kill()

    assert ended(job) is JobState.DONE
    assert heard_in(empty) == 10
    assert any("Another took its place" in text for text in job.notices)


def test_a_killed_job_goes_on_where_it_was_and_says_so(
    indexing: Jobs, empty: Profile, tmp_path: Path
) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    job = indexing.index([tmp_path / "music"])
    assert eventually(listening(job))
    workers = workers_of(job)
    assert job.pid

    psutil.Process(job.pid).kill()

    assert ended(job) is JobState.DONE
    assert heard_in(empty) == 10
    assert any("started again" in text for text in job.notices)
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive


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


def test_another_folder_is_taken_up_by_the_job_that_runs(
    indexing: Jobs, empty: Profile, tmp_path: Path
) -> None:
    make_music(tmp_path / "first", seconds=30.0)
    make_music(tmp_path / "second", seconds=5.0)
    job = indexing.index([tmp_path / "first"])
    assert eventually(listening(job))

    assert indexing.index([tmp_path / "second"]) is job

    assert eventually(lambda: count_in(empty, "track") == 20)
    assert ended(job) is JobState.DONE
    assert heard_in(empty) == 20
    assert len(indexing.all()) == 1


def test_a_cancelled_index_keeps_what_it_heard(indexing: Jobs, empty: Profile, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    job = indexing.index([tmp_path / "music"])
    assert eventually(listening(job, 2))

    job.cancel()

    assert ended(job) is JobState.CANCELLED
    assert 2 <= heard_in(empty) < 10
    assert ended(indexing.index()) is JobState.DONE
    assert heard_in(empty) == 10


def test_closing_while_listening_takes_no_time_and_leaves_nothing(indexing: Jobs, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    job = indexing.index([tmp_path / "music"], speed=Speed.FULL)
    assert eventually(listening(job))
    processes = [psutil.Process(job.pid), *workers_of(job)]

    began = time.monotonic()
    indexing.close()

    assert time.monotonic() - began < 2
    assert job.state is JobState.CANCELLED
    _, alive = psutil.wait_procs(processes, timeout=1)
    assert not alive


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
