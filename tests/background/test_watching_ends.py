"""The process that watches is gone as soon as its window is, whenever and however that goes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from job_watching import eventually
from vibe_desktop.background.gathering import NOWHERE, Changes
from vibe_desktop.background.watching import Watching

WINDOW = """
import sys, time
sys.path.insert(0, sys.argv[2])
from odd_tasks import watch_a_slow_disk
from vibe_desktop.background import watching

def main():
    if sys.argv[3] == "while it looks through a slow disk":
        watching.watch = watch_a_slow_disk
    watched, beside = watching.Watching(), watching.Watching()
    for each in (watched, beside):
        each.follow([sys.argv[1].encode()])
    while sys.argv[3] == "while it waits" and not watched.news().watched:
        time.sleep(0.02)
    print(watched.pid, beside.pid, flush=True)
    time.sleep(600)

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("when", ["at once", "while it waits", "while it looks through a slow disk"])
def test_no_watching_process_outlives_a_killed_window(tmp_path: Path, when: str) -> None:
    script, music = tmp_path / "window.py", tmp_path / "music"
    script.write_text(WINDOW, encoding="utf-8")
    music.mkdir()
    command = [sys.executable, str(script), str(music), str(Path(__file__).parent.parent), when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as window:
        assert window.stdout
        pids = [int(word) for word in window.stdout.readline().split()]
        assert len(pids) == 2
        if when == "while it looks through a slow disk":
            assert eventually(lambda: len(list(music.glob("reached *"))) == 2)
        window.kill()
    assert eventually(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_closing_at_any_moment_of_the_beginning_leaves_nothing(tmp_path: Path) -> None:
    for delay in (0.0, 0.001, 0.01, 0.1):
        watching = Watching()
        beginning = threading.Thread(target=watching.follow, args=([os.fsencode(tmp_path)],))
        beginning.start()
        time.sleep(delay)  # a moment like any other
        watching.close(5.0)
        assert watching.pid is None
        beginning.join()
        watching.follow([b"/another"])
        assert watching.pid is None, "what is closed begins nothing"


def test_what_was_to_be_waited_for_before_there_was_a_process_is_not_forgotten(tmp_path: Path) -> None:
    song = tmp_path / "growing.flac"
    song.write_bytes(b"whole")
    watching, told = Watching(), NOWHERE

    def changes() -> Changes:
        nonlocal told
        told |= watching.news().changes
        return told

    watching.wait_for([os.fsencode(song)])
    watching.follow([os.fsencode(tmp_path)])
    assert eventually(lambda: changes() != NOWHERE)
    assert os.fsencode(tmp_path) in told.folders
    watching.close(5.0)
