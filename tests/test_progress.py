"""A job can be watched, paused, held back and stopped from another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from vibe_desktop.domain import Cancelled
from vibe_desktop.progress import Effort, Progress


def eventually(condition: Callable[[], bool]) -> bool:
    """Return whether the condition comes true before patience runs out."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


class Counting(threading.Thread):
    """A job of one stage that goes on until it is stopped."""

    def __init__(self, progress: Progress, *, can_wait: bool) -> None:
        super().__init__(daemon=True)
        self.progress = progress
        self.can_wait = can_wait
        self.stopped = False

    def run(self) -> None:
        self.progress.begin("Counting", can_wait=self.can_wait)
        try:
            while True:
                self.progress.advance()
                time.sleep(0.001)
        except Cancelled:
            self.stopped = True

    @property
    def count(self) -> int:
        return self.progress.stages()[-1].done if self.progress.stages() else 0

    def goes_on(self) -> bool:
        before = self.count
        return eventually(lambda: self.count > before + 3)


def test_a_paused_job_stands_still_until_it_is_resumed() -> None:
    progress = Progress()
    job = Counting(progress, can_wait=False)
    job.start()
    assert job.goes_on()

    progress.pause()
    assert eventually(lambda: progress.waiting)
    still = job.count
    time.sleep(0.3)
    assert job.count == still

    progress.resume()
    assert job.goes_on()
    assert not progress.waiting
    progress.cancel()
    job.join(30)
    assert job.stopped


def test_standing_still_does_not_count_as_time_spent() -> None:
    progress = Progress()
    progress.begin("Counting", 10)
    progress.advance()
    progress.pause()
    threading.Timer(0.5, progress.resume).start()
    progress.check()
    progress.advance()

    assert progress.stages()[-1].seconds < 0.4


def test_only_a_stage_that_can_wait_is_held() -> None:
    progress = Progress()
    progress.hold()
    quick = Counting(progress, can_wait=False)
    quick.start()
    assert quick.goes_on()
    assert not progress.waiting
    progress.cancel()

    other = Progress()
    other.hold()
    slow = Counting(other, can_wait=True)
    slow.start()
    assert eventually(lambda: other.waiting)
    assert slow.count == 0
    other.release()
    assert slow.goes_on()
    other.cancel()
    slow.join(30)
    assert slow.stopped


def test_a_paused_job_can_be_stopped() -> None:
    progress = Progress()
    progress.pause()
    threading.Timer(0.2, progress.cancel).start()

    with pytest.raises(Cancelled):
        progress.check()


def test_a_notice_is_told_once() -> None:
    progress = Progress()
    for _ in range(3):
        progress.notice("It rained.")
    progress.notice("The sun came out.")

    assert progress.notices() == ("It rained.", "The sun came out.")


def test_a_gentle_job_rests_as_long_as_it_works() -> None:
    progress = Progress(Effort(1, rest=1.0))
    progress.begin("Working")
    time.sleep(0.2)
    began = time.monotonic()
    progress.advance()

    assert time.monotonic() - began >= 0.19
