"""The newest first, the oldest forgotten, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

from vibe_desktop.ui.covers.lane import Lane


class Work:
    """Holds the first request until `free`, so that others gather behind it; `last` ends the wait for all."""

    def __init__(self, last: object) -> None:
        self.done: list[object] = []
        self.begun = threading.Event()
        self.free = threading.Event()
        self.over = threading.Event()
        self._last = last

    def __call__(self, request: object) -> None:
        self.begun.set()
        assert self.free.wait(60)
        self.done.append(request)
        if request == self._last:
            self.over.set()


def run(work: Work, *requests: int, most: int = 96) -> list[object]:
    lane: Lane[int] = Lane("test", work, most=most)
    lane.put(0)
    assert work.begun.wait(60)
    for request in requests:
        lane.put(request)
    work.free.set()
    assert work.over.wait(60)
    lane.close()
    lane.join(60)
    return work.done


def test_the_newest_is_done_first() -> None:
    assert run(Work(last=1), 1, 2, 3) == [0, 3, 2, 1]


def test_the_oldest_are_forgotten() -> None:
    assert run(Work(last=998), *range(1, 1001), most=3) == [0, 1000, 999, 998]


def test_nothing_waits_twice_and_asking_again_moves_it_up() -> None:
    assert run(Work(last=2), 1, 2, 1, 0) == [0, 1, 2]


def test_a_failure_ends_one_request_only(expect_log: Callable[[str], None]) -> None:
    expect_log("Not foreseen while looking for a cover")
    done = threading.Event()

    def work(request: int) -> None:
        if request == 0:
            raise ZeroDivisionError
        done.set()

    lane: Lane[int] = Lane("test", work)
    lane.put(0)
    lane.put(1)
    assert done.wait(60)
    lane.close()
    lane.join(60)


def test_it_says_once_when_there_is_nothing_to_do() -> None:
    rests: list[int] = []
    rested, worked = threading.Event(), threading.Event()

    def idle() -> None:
        rests.append(1)
        rested.set()

    lane: Lane[int] = Lane("test", lambda _: worked.set(), idle=idle, idle_seconds=0.01)
    lane.put(0)
    assert rested.wait(60)
    worked.clear()
    lane.put(1)
    assert worked.wait(60)
    lane.close()
    lane.join(60)
    assert 1 <= len(rests) <= 2


def test_a_closed_lane_does_nothing() -> None:
    done: list[int] = []
    lane: Lane[int] = Lane("test", done.append)
    lane.close()
    lane.put(1)
    lane.join(60)
    assert done == []
