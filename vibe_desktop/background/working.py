"""A job's process: does its task, tells what it is at, and obeys while it works."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from vibe_desktop.background.child import LOST, Fault, end_myself, settle_in
from vibe_desktop.background.tasks import Report
from vibe_desktop.domain import Cancelled
from vibe_desktop.progress import Effort, Progress, StageReport

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from vibe_desktop.background.tasks import Task
    from vibe_desktop.paths import Profile

_TELL_SECONDS = 0.1
_ORPHAN_SECONDS = 3.0
"""How long a job whose window is gone may take to end in good order."""


@dataclass(frozen=True, slots=True)
class Orders:
    """How a job should go on; sent whole whenever anything of it changes."""

    effort: Effort
    paused: bool = False
    held: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a job is at."""

    stages: tuple[StageReport, ...] = ()
    waiting: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopped:
    """The job ended because it was asked to."""


Ending: TypeAlias = Report | Fault | Stopped


def work(connection: Connection, profile: Profile, task: Task, orders: Orders) -> None:
    """Run the task, telling `Told` at most ten times a second and an `Ending` at last; the child's main."""
    from vibe_desktop.index.workers import give_way

    settle_in()
    give_way()
    progress = Progress()
    _obey(progress, orders)
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(connection, progress, done), name="telling", daemon=True)
    teller.start()
    threading.Thread(target=_listen, args=(connection, progress), name="obeying", daemon=True).start()
    ending = _run(profile, task, progress)
    done.set()
    teller.join()
    with suppress(*LOST):
        connection.send(ending)


def _run(profile: Profile, task: Task, progress: Progress) -> Ending:
    from vibe_desktop.app import App

    try:
        with App(profile) as app:
            return task.run(app, progress)
    except Cancelled:
        return Stopped()
    except Exception as error:  # noqa: BLE001 - nothing is above this but the pipe
        return Fault.of(error, f"doing a job ({task.kind})")


def _tell(connection: Connection, progress: Progress, done: threading.Event) -> None:
    last = Told()
    with suppress(*LOST):
        while True:
            finished = done.wait(_TELL_SECONDS)
            waiting = progress.waiting  # first: what stands still has told all it did before
            now = Told(progress.stages(), waiting, progress.notices())
            if now != last:
                connection.send(now)
                last = now
            if finished:
                return


def _listen(connection: Connection, progress: Progress) -> None:
    with suppress(*LOST):
        while True:
            _obey(progress, connection.recv())
    # The window is gone: nobody needs this any more.
    progress.cancel()
    end_myself(_ORPHAN_SECONDS)


def _obey(progress: Progress, orders: Orders) -> None:
    progress.effort = orders.effort
    (progress.pause if orders.paused else progress.resume)()
    (progress.hold if orders.held else progress.release)()
    if orders.cancelled:
        progress.cancel()
