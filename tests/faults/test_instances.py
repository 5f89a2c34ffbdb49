"""Several at once in one profile, and one that was killed: nobody gets in another's way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from music_folder import SONGS
from program import Program
from vibe_desktop.background import obstacles
from vibe_desktop.background.jobs import JobState
from vibe_desktop.desktop.single_instance import _answers, server_name
from vibe_desktop.paths import Profile
from vibe_desktop.ui.job_words import hold_words
from vibe_desktop.ui.widgets.notice import NoticeBar
from window import Opener

PATIENCE = 60.0

_AT_WORK = """
import sys
from pathlib import Path
from vibe_desktop import holding
from vibe_desktop.paths import Profile
with holding.writing(Profile(Path(sys.argv[1]))):
    print("at work", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_at_work(profile: Path) -> Iterator[None]:
    """Let another process hold the profile as one that indexes does."""
    command = [sys.executable, "-c", _AT_WORK, str(profile)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        yield
        process.communicate()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@contextmanager
def started(program: Program) -> Iterator[subprocess.Popen[str]]:
    """Open the window in a process of its own; whatever became of it, nothing of it is left after."""
    process = program.start("window")
    try:
        yield process
    finally:
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        process.communicate(timeout=PATIENCE)
        psutil.wait_procs(family, timeout=PATIENCE)


def test_fault_53_a_second_start_raises_the_window_and_ends(knowing: Program) -> None:
    with started(knowing) as first:
        until(lambda: _answers(server_name(Profile(knowing.profile))))
        assert knowing("window") == ""
        assert first.poll() is None


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal")
def test_fault_54_what_a_killed_window_left_behind_stops_nobody(knowing: Program) -> None:
    with started(knowing) as first:
        until(lambda: _answers(server_name(Profile(knowing.profile))))
        knowing("window")
        family = psutil.Process(first.pid).children(recursive=True)
        first.kill()
        first.wait()
    _, left = psutil.wait_procs(family, timeout=PATIENCE)
    assert not left
    assert (knowing.profile / "window.lock").exists()
    assert Path(server_name(Profile(knowing.profile))).exists()

    with started(knowing) as again:
        # Whoever comes first is the window: the next must find this one there.
        until(lambda: _answers(server_name(Profile(knowing.profile))))
        knowing("window")
        assert again.poll() is None
        assert knowing.json("index", "--no-listen")["scan"]["found"] == len(SONGS)


def test_fault_53_the_window_waits_for_an_index_that_runs_elsewhere(
    known: Profile, open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obstacles, "_FIRST_SECONDS", 0.1)
    with open_window(known) as window:
        with another_at_work(known.folder):
            job = window.watch.index()
            window.until(lambda: job.obstacle)
            assert job.state is JobState.PAUSED
            assert hold_words(job) == "Waits for another Vibe Desktop"
            window.until(lambda: window.all(NoticeBar))
            assert "already working" in window.one(NoticeBar).accessibleName()
            assert "Waits for another" in window.main._card.accessibleName()
        window.until(lambda: job.over)
        assert job.result


def test_fault_53_two_that_index_at_once_make_one_library(knowing: Program) -> None:
    with another_at_work(knowing.profile):
        assert "already working" in knowing.complaint("index")
        assert "already working" in knowing.complaint("demo")
        assert not (knowing.profile / "demo").exists()
        # Looking, asking and describing wait for nobody.
        assert knowing.json("queue", "loud metal")["entries"]
        knowing("show", "Anvil", "--caption", "Hammer on steel.")
    runs = [knowing.start("index", "--no-listen") for _ in range(2)]
    said = [run.communicate(timeout=PATIENCE)[1] for run in runs]
    codes = sorted(run.returncode for run in runs)
    assert codes in ([0, 0], [0, 1]), said
    assert all("already working" in text for run, text in zip(runs, said, strict=True) if run.returncode)
    assert knowing.json("library")["counts"]["tracks"] == len(SONGS)
    assert "Hammer on steel." in knowing("show", "Anvil")
