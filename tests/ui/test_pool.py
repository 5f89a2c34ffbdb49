"""Threads for short work, and that a program ends although one of them is held."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from operator import floordiv

import pytest

from vibe_desktop.ui.pool import Pool

HELD = """
import threading, time
from vibe_desktop.ui.pool import Pool
pool, began = Pool(1), threading.Event()
pool.submit(lambda: (began.set(), time.sleep(3600)))
began.wait()
pool.close()
"""


def test_results_and_faults_come_back() -> None:
    pool = Pool(2)
    futures = [pool.submit(partial(floordiv, 6, number)) for number in (1, 2, 0, 3)]
    assert [futures[at].result(20) for at in (0, 1, 3)] == [6, 3, 2]
    with pytest.raises(ZeroDivisionError):
        futures[2].result(20)
    pool.close()


def test_closing_drops_what_waits_and_ends_the_threads() -> None:
    pool, go, began = Pool(1), threading.Event(), threading.Event()

    def work() -> bool:
        began.set()
        return go.wait(20)

    running, waiting = pool.submit(work), pool.submit(began.clear)
    assert began.wait(20)
    pool.close()
    go.set()
    pool.join(20)
    assert (running.result(0), waiting.cancelled()) == (True, True)
    assert not any(thread.is_alive() for thread in pool._threads)


def test_the_program_ends_although_a_thread_is_held() -> None:
    subprocess.run([sys.executable, "-c", HELD], check=True, timeout=60)
