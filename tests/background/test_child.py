"""Child processes end with their parent, however that ends, and the parent stays light."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from music_folder import make_music
from vibe_desktop.paths import Profile

WINDOW = """
import atexit, json, sys, time
import multiprocessing.util
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from odd_tasks import Echo
from vibe_desktop.background.answering import Answering
from vibe_desktop.background.jobs import Jobs
from vibe_desktop.paths import Profile

{first}

def main():
    folder = Path(sys.argv[1])
    profile = Profile(folder / "empty")
    jobs, answering = Jobs(profile), Answering(profile)
    job = jobs.index([folder / "music"])
    answering.warm().result(120)
    while not job.stages() or not job.stages()[-1].stage.startswith("Listening") or not job.stages()[-1].done:
        time.sleep(0.02)
    {then}

if __name__ == "__main__":
    main()
"""
WAIT = "answering.ask(Echo('busy', 600)); print(job.pid, answering.pid, flush=True); time.sleep(600)"
FORGET = "print(job.pid, answering.pid, flush=True)"
RAISE = FORGET + "; raise SystemExit(3)"
# Between the end of the children and Python's own waiting for them: time enough to start one again.
SLOW_END = """
atexit.register(lambda: print(multiprocessing.active_children(), flush=True))
atexit.register(time.sleep, 1.5)
"""


PATIENCE = 120.0


def start(tmp_path: Path, then: str, first: str = "") -> subprocess.Popen[str]:
    make_music(tmp_path / "music", seconds=30.0)
    script = tmp_path / "window.py"
    script.write_text(WINDOW.replace("{then}", then).replace("{first}", first), encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path), str(Path(__file__).parent.parent)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")


def all_ended(pids: list[int]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not any(psutil.pid_exists(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_no_process_outlives_a_killed_window(empty: Profile, tmp_path: Path) -> None:
    with start(tmp_path, WAIT) as window:
        assert window.stdout
        pids = [int(word) for word in window.stdout.readline().split()]
        assert len(pids) == 2
        family = [each.pid for each in psutil.Process(window.pid).children(recursive=True)]
        assert set(pids) < set(family)

        window.kill()
        window.wait()

        assert all_ended(family)


@pytest.mark.parametrize(("then", "code"), [(FORGET, 0), (RAISE, 3)])
def test_a_window_that_ends_without_closing_takes_its_processes_along(
    empty: Profile, tmp_path: Path, then: str, code: int
) -> None:
    with start(tmp_path, then) as window:
        assert window.stdout
        pids = [int(word) for word in window.stdout.readline().split()]

        assert window.wait(PATIENCE) == code
        assert len(pids) == 2
        assert all_ended(pids)


def test_a_process_that_died_is_not_started_again_while_the_program_ends(
    empty: Profile, tmp_path: Path
) -> None:
    with start(tmp_path, FORGET, SLOW_END) as window:
        printed, _ = window.communicate(timeout=PATIENCE)

    assert printed.splitlines()[1:] == ["[]"]


def test_the_window_imports_nothing_heavy(indexed: Profile) -> None:
    script = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from datetime import datetime\n"
        "from vibe_desktop.background.answering import Answering\n"
        "from vibe_desktop.background.jobs import Jobs\n"
        "from vibe_desktop.background.questions import Answer, Closest, Read, RightNow\n"
        "from vibe_desktop.paths import Profile\n"
        "from vibe_desktop.settings import Settings\n"
        "def main():\n"
        "    profile = Profile(Path(sys.argv[1]))\n"
        "    jobs, answering = Jobs(profile), Answering(profile)\n"
        "    early = sorted(sys.modules)\n"
        "    job = jobs.index()\n"
        "    read = answering.ask(Read('loud metal, no vocals')).result(120)\n"
        "    answering.ask(Answer(read.request)).result(120)\n"
        "    answering.ask(Closest('metal')).result(120)\n"
        "    answering.ask(RightNow(datetime(2026, 11, 21, 21))).result(120)\n"
        "    while not job.over: pass\n"
        "    print(json.dumps([str(job.state), early, sorted(sys.modules)]))\n"
        "    jobs.close(); answering.close()\n"
        "if __name__ == '__main__': main()\n"
    )
    file = indexed.folder / "light.py"
    file.write_text(script, encoding="utf-8")

    printed = subprocess.run(
        [sys.executable, str(file), str(indexed.folder)], stdout=subprocess.PIPE, check=True
    ).stdout

    state, early, late = json.loads(printed)
    assert state == "done"
    heavy = {"onnxruntime", "onnx", "av", "usearch", "tokenizers", "safetensors", "pebble", "PySide6"}
    assert heavy & set(late) == set()
    assert {"apsw", "mutagen", "simplemma"} & set(early) == set()
