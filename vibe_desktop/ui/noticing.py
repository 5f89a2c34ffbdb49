"""Keeps the library up to date by itself: what changes in the music folders is looked at soon after."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vibe_desktop.background.gathering import EVERYWHERE, NOWHERE, Changes
from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.background.rounds import Rounds
from vibe_desktop.background.watching import Watching
from vibe_desktop.ui.job_words import is_listening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.settings import Settings
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

_LOOK_MS = 1000
_BEGIN_SECONDS = 10.0
"""Before this, the process is given time to begin: a disk may have to wake up for it."""
_LISTEN_SECONDS = 30.0
"""Listening is interrupted for what is new only after so long, as it has to begin anew each time."""


@dataclass(frozen=True, slots=True)
class NoticingState:
    """How changes are noticed at present."""

    on: bool = False
    folders: int = 0
    remote: int = 0
    """how many of the folders are on other machines, whose changes are told by nobody"""
    watched: int = 0
    full: bool = False
    """whether the system watches no more folders for this person"""
    beginning: bool = False

    @property
    def blind(self) -> bool:
        """Whether there are folders whose changes nobody tells."""
        return self.on and bool(self.remote or self.full or (not self.watched and not self.beginning))


class Noticing(QObject):
    """Starts a job for what the watching process tells of, one at a time, and looks around now and then."""

    changed = Signal()
    """`state` is another"""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__()
        self._services = services
        self._watch = watch
        self._watching = Watching()
        self._rounds = Rounds(time.monotonic(), time.time())
        self._due = NOWHERE
        self._known: frozenset[bytes] | None = None
        """the folders the library had when it was last asked for them"""
        self._began = 0.0
        self.state = NoticingState()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        watch.ended.connect(self._on_ended)
        watch.coverage_changed.connect(self._find_folders)
        services.intents.library_changed.connect(self._find_folders)
        services.preferences.changed.connect(self._on_preferences)

    def start(self) -> None:
        """Begin to watch, if the person wants that; before, no process is started for it."""
        self._timer.start()
        self._find_folders()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def close(self, seconds: float) -> None:
        """End the watching process."""
        self._watching.close(seconds)

    @property
    def pid(self) -> int | None:
        """The number of the watching process; None where there is none."""
        return self._watching.pid

    def look(self) -> None:
        """See what there is to do now."""
        news = self._watching.news()
        beginning = not (news.watched or news.full) and time.monotonic() - self._began < _BEGIN_SECONDS
        self._set_state(watched=news.watched, full=news.full, remote=news.remote, beginning=beginning)
        self._due |= news.changes
        if self._rounds.due(time.monotonic(), time.time(), blind=self.state.blind) and self.state.on:
            self._due = EVERYWHERE
            self._services.tasks.run(self._watching.try_again, owner=self)
        if self._due != NOWHERE and self.state.on and self._is_free():
            due, self._due = self._due, NOWHERE
            self._watch.index(noticed=due.folders)

    def _is_free(self) -> bool:
        """Whether a job may begin, or take this up without losing more than a moment."""
        busy = [job for job in self._watch.active if job.kind in (JobKind.INDEX, JobKind.DEMO)]
        return all(_can_take_up(job) for job in busy)

    def _on_ended(self, job: Job) -> None:
        if job.kind in (JobKind.INDEX, JobKind.DEMO):
            self._find_folders()
        if job.result is None:
            return
        self._watching.wait_for(job.result.unsettled)
        if job.kind is JobKind.INDEX and not job.result.partial:
            self._rounds.looked(time.monotonic())
        if job.result.partial and not (job.result.read or job.result.moved):
            self._services.jobs.forget(job)

    def _on_preferences(self, before: Settings, now: Settings) -> None:
        if before.notice_changes != now.notice_changes:
            self._find_folders()
            if now.notice_changes:
                self._due = EVERYWHERE

    def _find_folders(self) -> None:
        """Follow the folders the library has now."""
        tracks = self._services.app.reading_tracks
        self._services.tasks.run(lambda: [root.path for root in tracks.roots()], self._follow, owner=self)

    def _follow(self, roots: Sequence[bytes]) -> None:
        on = self._services.preferences.now.notice_changes and not self._services.app.read_only
        if on and not self.state.on:
            self._began = time.monotonic()
            self._set_state(beginning=True)
        self._set_state(on=on, folders=len(roots))
        if not self._timer.isActive():
            return
        # What came to a new folder between the look at it and the watching is told by nobody.
        new = frozenset(roots) - (frozenset(roots) if self._known is None else self._known)
        self._known = frozenset(roots)
        self._due |= Changes(tuple(new))
        followed = roots if on else ()
        self._services.tasks.run(lambda: self._watching.follow(followed), owner=self)

    def _set_state(self, **fields: object) -> None:
        before, self.state = self.state, replace(self.state, **fields)  # type: ignore[arg-type] # our own names
        if before != self.state:
            self.changed.emit()


def _can_take_up(job: Job) -> bool:
    """Whether a job that indexes may be begun anew for something small."""
    if job.state is JobState.WAITING:
        return True
    stages = job.stages()
    if not stages or not is_listening(stages[-1]):
        return False
    if job.held and not job.obstacle:
        return True  # listening is put off, perhaps for hours: nothing is lost
    return job.state is JobState.RUNNING and stages[-1].seconds >= _LISTEN_SECONDS
