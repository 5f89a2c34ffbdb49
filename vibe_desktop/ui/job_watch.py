"""The one place in the window that looks at the jobs: others are told when there is something new."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vibe_desktop.background.jobs import Hold, JobKind, JobState
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.coverage import read_coverage
from vibe_desktop.ui.noticing import Noticing
from vibe_desktop.ui.relistening import Relistening

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.domain import VibeError
    from vibe_desktop.settings import Settings
    from vibe_desktop.ui.coverage import Coverage
    from vibe_desktop.ui.services import Services

CALM_MS = 1000
CLOSE_MS = 100
_RECOUNT_SECONDS = 2.0
_RECOUNT_REST = 20.0
"""For so many times as long as counting took it is not done again: a third of a second for 200,000 tracks."""
_CHANGING = (JobKind.INDEX, JobKind.DEMO)
"""Jobs that change the library while they run."""


class JobWatch(QObject):
    """Looks at the jobs once a second, ten times while someone watches closely; starts them with what is set.

    Also keeps `coverage`, lets pages know when the library changed, and puts
    listening off while music plays where the person wants that.
    """

    changed = Signal()
    """a job began, moved or ended"""
    ended = Signal(object)
    """this `Job` has just ended"""
    failed = Signal(object)
    """a job has just failed with this `VibeError`, and none that is still to come makes up for it"""
    hindered = Signal(object)
    """a job waits until what this `VibeError` says is over"""
    coverage_changed = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.coverage: Coverage | None = None
        """None until it was read for the first time"""
        self._seen: tuple[object, ...] = ()
        self._active: list[Job] = []
        self._hindered: list[VibeError] = []
        self._close: set[QObject] = set()
        self._counted = 0.0
        self._counting_took = 0.0
        self._timer = QTimer(self, interval=CALM_MS)
        self._timer.timeout.connect(self.look)
        services.preferences.changed.connect(self._on_preferences)
        self._relistening = Relistening(services, self)
        self.noticing = Noticing(services, self)
        """what keeps the library up to date by itself, once it is started"""

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()
        self._recount()
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self.noticing.stop()

    def watch_closely(self, who: QObject, *, closely: bool) -> None:
        """Look ten times a second while anyone wants that."""
        (self._close.add if closely else self._close.discard)(who)
        self._timer.setInterval(CLOSE_MS if self._close else CALM_MS)
        if closely:
            self.look()

    @property
    def active(self) -> list[Job]:
        """The jobs that are not over, in their order."""
        return [job for job in self._services.jobs.all() if not job.over]

    @property
    def finished(self) -> list[Job]:
        """The jobs of this session that are over, the latest first."""
        return [job for job in reversed(self._services.jobs.all()) if job.over]

    def index(
        self,
        folders: Sequence[Path] = (),
        *,
        retry: bool = False,
        gone: Sequence[Path] = (),
        noticed: Sequence[bytes] = (),
    ) -> Job:
        """Bring the library up to date, as the person set it, with `folders` or all that are known.

        Or only with folders in which something was `noticed`. See `Jobs.index`.
        """
        settings = self._services.preferences.now
        job = self._services.jobs.index(
            folders,
            speed=settings.speed,
            listen=settings.ear != "none",
            retry=retry,
            gone=gone,
            ear=settings.ear,
            noticed=noticed,
        )
        self.look()
        return job

    def install(self, names: Sequence[str] = (), source: Path | None = None) -> Job:
        """Install models, the default ones if none is named; listening waits for that."""
        self._relistening.make_way()
        job = self._services.jobs.install(names, source)
        self.look()
        return job

    def remove(self, name: str) -> Job:
        """Remove a model and all that it made; listening waits for that."""
        self._relistening.make_way()
        job = self._services.jobs.remove(name)
        self.look()
        return job

    def again(self, job: Job) -> Job:
        """Do once more what a job that is over did not bring about."""
        self._relistening.make_way()
        another = self._services.jobs.add(job.task)
        self.look()
        return another

    def demo(self) -> Job:
        """Get music to try the program with, and index it."""
        self._services.jobs.set_speed(self._services.preferences.now.speed)
        job = self._services.jobs.demo()
        self.look()
        return job

    def look(self) -> None:
        """Look at every job now."""
        self._be_considerate()
        jobs = self._services.jobs.all()
        for job in [each for each in self._active if each.over]:
            self._end(job)
        self._active = [job for job in jobs if not job.over]
        self._tell_hindered()
        seen = tuple((id(job), job.state, job.stages(), job.notices, job.held) for job in jobs)
        if seen != self._seen:
            self._seen = seen
            self.changed.emit()
        if any(job.kind in _CHANGING and job.state is JobState.RUNNING for job in self._active):
            self._recount_soon()

    def _tell_hindered(self) -> None:
        before, self._hindered = self._hindered, [job.hindered for job in self._active if job.hindered]
        for error in self._hindered:
            if error not in before:
                self.hindered.emit(error)

    def recount(self) -> None:
        """Read `coverage` again now."""
        self._recount()

    def _end(self, job: Job) -> None:
        self._recount()
        self.ended.emit(job)
        if job.error is not None and not any(each.kind is JobKind.INSTALL for each in self.active):
            self.failed.emit(job.error)

    def _recount_soon(self) -> None:
        rest = max(_RECOUNT_SECONDS, _RECOUNT_REST * self._counting_took)
        if time.monotonic() - self._counted >= rest:
            self._recount()

    def _recount(self) -> None:
        self._counted = time.monotonic()
        app, wanted = self._services.app, self._services.preferences.now.ear
        self._services.tasks.run(lambda: read_coverage(app, wanted), self._take, owner=self)

    def _take(self, coverage: Coverage) -> None:
        self._counting_took = time.monotonic() - self._counted
        before, self.coverage = self.coverage, coverage
        if before != coverage:
            self.coverage_changed.emit()
            if before is not None:
                self._services.intents.library_changed.emit()

    def _be_considerate(self) -> None:
        wanted = self._services.preferences.now.pause_while_playing
        playing = wanted and self._services.jukebox.state is PlayState.PLAYING
        jobs = self._services.jobs
        if playing != (Hold.PLAYING in jobs.holds):
            (jobs.hold if playing else jobs.release)(Hold.PLAYING)

    def _on_preferences(self, before: Settings, now: Settings) -> None:
        if before.speed != now.speed:
            self._services.jobs.set_speed(now.speed)
        if before.ear != now.ear:
            self.recount()
        if before.pause_while_playing != now.pause_while_playing:
            self._be_considerate()
