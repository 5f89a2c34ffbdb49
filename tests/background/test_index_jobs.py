"""Jobs that get to know real music: listening goes on through pauses, deaths and new folders."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from job_watching import count_in, done, ended, eventually, heard_in, listening, niceness_of, workers_of
from music_folder import make_music
from vibe_desktop.background.jobs import Jobs, JobState
from vibe_desktop.machine import usable_cores
from vibe_desktop.paths import Profile
from vibe_desktop.settings import Speed


@pytest.fixture
def indexing(empty: Profile) -> Iterator[Jobs]:
    """Return the jobs of a profile with models."""
    with closing(Jobs(empty)) as them:
        yield them


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


def test_on_battery_listening_waits_and_the_rest_does_not(empty: Profile, tmp_path: Path) -> None:
    files = make_music(tmp_path / "music")
    mains: list[bool] = []
    with closing(Jobs(empty, on_battery=lambda: not mains)) as jobs:
        job = jobs.index([tmp_path / "music"])

        assert eventually(lambda: job.state is JobState.PAUSED)
        assert job.held == {"battery"}
        assert (job.stages()[-1].stage, done(job)) == ("Listening with MusiCNN", 0)
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has priority classes instead of niceness")
def test_a_running_job_follows_the_speed(indexing: Jobs, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    for number in range(4):
        make_music(tmp_path / "music" / str(number), seconds=29.0 - number)
    job = indexing.index([tmp_path / "music"], speed=Speed.FULL)
    assert eventually(listening(job))

    indexing.set_speed(Speed.GENTLE)
    assert eventually(lambda: niceness_of(job) == [19])

    indexing.set_speed(Speed.FULL)
    assert eventually(lambda: niceness_of(job) == [10] * usable_cores())
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
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive


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


def test_a_folder_that_is_of_no_use_does_not_end_the_job_that_took_it_up(
    indexing: Jobs, empty: Profile, tmp_path: Path
) -> None:
    make_music(tmp_path / "music", seconds=30.0)
    job = indexing.index([tmp_path / "music"])
    assert eventually(listening(job))

    assert indexing.index([tmp_path / "nowhere"]) is job

    assert ended(job) is JobState.DONE
    assert heard_in(empty) == 10
    assert any("nowhere" in text for text in job.notices)


def test_a_folder_that_is_of_no_use_keeps_none_out_that_was_added_beside_it(
    indexing: Jobs, empty: Profile, tmp_path: Path
) -> None:
    make_music(tmp_path / "music", seconds=1.0)
    job = indexing.index([tmp_path / "nowhere"], listen=False)
    indexing.index([tmp_path / "music"], listen=False)
    indexing.index(noticed=[os.fsencode(tmp_path / "music")], listen=False)

    assert ended(job) is JobState.DONE
    assert count_in(empty, "caption") == 10
    assert any("nowhere" in text for text in job.notices)


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
    _, alive = psutil.wait_procs(processes, timeout=60)
    assert not alive
