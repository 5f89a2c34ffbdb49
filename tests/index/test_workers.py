"""A bad file costs itself and nothing else: whatever dies or hangs, the others are read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bad_readers import abort_once, behave, bounds, hoard, niceness, spin
from processes import our_children
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.index.workers import Outcome, Workers
from vibe_desktop.progress import Progress

GOOD = [f"good {number}" for number in range(40)]


def outcomes(items: list[str], *, chunk: int = 4, seconds: float = 1.0) -> dict[str, Outcome[str, str]]:
    workers = Workers(behave, 2, seconds_each=seconds, chunk=chunk)
    return {outcome.item: outcome for outcome in workers.run(items, Progress())}


def test_every_item_has_one_outcome() -> None:
    found = outcomes(GOOD)

    assert {item: outcome.result for item, outcome in found.items()} == {item: item.upper() for item in GOOD}


def test_a_reader_that_dies_costs_only_the_file_that_killed_it() -> None:
    found = outcomes([*GOOD[:10], "abort", *GOOD[10:20], "abort again", *GOOD[20:]])

    assert [found[item].result for item in GOOD] == [item.upper() for item in GOOD]
    assert "stopped the reader twice" in found["abort"].failure
    assert "stopped the reader twice" in found["abort again"].failure


def test_a_reader_that_hangs_is_ended_and_its_file_given_up_on() -> None:
    found = outcomes([*GOOD[:5], "hang", *GOOD[5:10]])

    assert found["hang"].result is None
    assert "too long" in found["hang"].failure
    assert all(found[item].result for item in GOOD[:10])


def test_a_refusal_and_an_unforeseen_error_are_reasons_not_the_end() -> None:
    found = outcomes(["refuse", *GOOD[:3], "raise"])

    assert found["refuse"].failure == "This is no use."
    assert "RecursionError" in found["raise"].failure
    assert found[GOOD[2]].result


def test_what_is_not_the_files_fault_ends_the_job_with_its_sentence() -> None:
    with pytest.raises(VibeError) as error:
        outcomes([*GOOD[:3], "no model"])

    assert (error.value.message, error.value.remedy) == ("The model is gone.", "Install it.")


def test_an_unlucky_file_gets_a_second_chance(tmp_path: Path) -> None:
    marker = str(tmp_path / "tried")

    [outcome] = Workers(abort_once, 1, seconds_each=5).run([marker], Progress())

    assert outcome.result == "well"


def test_suspects_come_last(tmp_path: Path) -> None:
    workers = Workers(behave, 2, seconds_each=5)

    order = [outcome.item for outcome in workers.run(iter(GOOD[:6]), Progress(), ["suspect", "another"])]

    assert order[-2:] == ["suspect", "another"]
    assert set(order[:-2]) == set(GOOD[:6])


def test_a_cancelled_job_stops_soon_and_leaves_no_process() -> None:
    progress = Progress()
    before = set(our_children())
    run = Workers(behave, 2, seconds_each=60).run(["hang", "hang too"], progress)
    progress.cancel()

    with pytest.raises(Cancelled):
        next(run)

    assert set(our_children()) <= before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has priority classes instead of niceness")
def test_workers_give_way_to_everything_else() -> None:
    [outcome] = Workers(niceness, 1, seconds_each=10).run([""], Progress())

    assert outcome.result is not None
    assert outcome.result >= 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such limits")
def test_workers_are_confined() -> None:
    [outcome] = Workers(bounds, 1, seconds_each=10, memory=1 << 30).run([""], Progress())

    assert outcome.result is not None
    assert outcome.result["core"] == "0"
    assert int(outcome.result["cpu"]) <= 30
    if sys.platform == "linux":
        assert (outcome.result["memory"], outcome.result["NoNewPrivs"]) == (str(1 << 30), "1")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a bound on memory")
def test_memory_beyond_all_reason_is_refused_and_the_next_file_read() -> None:
    run = Workers(hoard, 1, seconds_each=10, memory=1 << 30).run(["64", "0"], Progress())
    outcomes = {outcome.item: outcome for outcome in run}

    assert "too much memory" in outcomes["64"].failure
    assert outcomes["0"].result == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such limits")
def test_what_computes_for_ever_is_ended_by_the_system_too() -> None:
    [outcome] = Workers(spin, 1, seconds_each=600).run([""], Progress())

    assert "stopped the reader twice" in outcome.failure


def test_no_worker_outlives_a_killed_program(tmp_path: Path) -> None:
    marker = tmp_path / "number"
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from bad_readers import linger\n"
        "from vibe_desktop.index.workers import Workers\n"
        "from vibe_desktop.progress import Progress\n"
        "if __name__ == '__main__':\n"
        "    list(Workers(linger, 1, seconds_each=600).run([sys.argv[1]], Progress()))\n"
    )
    file = tmp_path / "program.py"
    file.write_text(script, encoding="utf-8")
    program = subprocess.Popen([sys.executable, file, marker, Path(__file__).parent.parent])
    worker = psutil.Process(int(eventually_read(marker)))

    program.kill()
    program.wait()

    worker.wait(timeout=60)


SLOWLY_BORN = """
import signal, sys, time
from pathlib import Path
begun = Path(sys.argv[1])
if __name__ == "__mp_main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (begun / str(time.monotonic_ns())).touch()
    time.sleep(1.0)
else:
    from vibe_desktop.index.workers import _pool
    from vibe_desktop.progress import Effort
    with _pool(Effort(2)):
        while len(list(begun.iterdir())) < 2:
            time.sleep(0.01)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows a process has no say in how it is ended")
def test_processes_still_being_born_when_it_stops_end_without_a_word(
    tmp_path: Path, repository: Path
) -> None:
    file, begun = tmp_path / "program.py", tmp_path / "begun"
    file.write_text(SLOWLY_BORN, encoding="utf-8")
    begun.mkdir()

    ended = subprocess.run(
        [sys.executable, file, begun],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )

    assert ended.stderr == ""


def eventually_read(file: Path) -> str:
    for _ in range(600):
        if file.exists() and (text := file.read_text(encoding="utf-8")):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{file} was never written")
