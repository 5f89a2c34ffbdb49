"""Begins to listen again after a change of ears: one was installed, removed, or another was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.domain import EARS, VibeError
from vibe_desktop.models.catalog import title_of_model
from vibe_desktop.models.ears import AUTO, NONE
from vibe_desktop.ui.coverage import Coverage, read_coverage
from vibe_desktop.ui.job_words import is_listening, models_of

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.background.jobs import Job
    from vibe_desktop.settings import Settings
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


@dataclass(frozen=True, slots=True)
class _Serving:
    """Whether there is music, and the names of the ears that can serve, the better one first."""

    music: bool
    ears: tuple[str, ...]


class Relistening(QObject):
    """Starts the jobs that a change of ears asks for, and says once what happens."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(watch)
        self._services = services
        self._watch = watch
        self._interrupted = False
        watch.ended.connect(self._on_ended)
        services.preferences.changed.connect(self._on_preferences)

    def make_way(self) -> None:
        """Let what is quick come before the listening under way, which may take hours and goes on after."""
        self._interrupted = self._stop_listening() or self._interrupted

    def _stop_listening(self) -> bool:
        listening = [job for job in self._watch.active if _listens(job)]
        for job in listening:
            job.cancel()
        return bool(listening)

    def _on_ended(self, job: Job) -> None:
        if job.kind not in (JobKind.INSTALL, JobKind.REMOVE):
            return
        done, interrupted = job.state is JobState.DONE, self._interrupted
        self._interrupted = False
        preferences = self._services.preferences
        if done and job.kind is JobKind.REMOVE and preferences.now.ear in models_of(job):
            preferences.change(ear=AUTO)
        if done or interrupted:
            app, wanted = self._services.app, preferences.now.ear
            self._services.tasks.run(
                lambda: _serving(app, wanted), lambda now: self._go_on(job, now), owner=self
            )

    def _go_on(self, job: Job, now: _Serving) -> None:
        """Take up music that waited for the models, and what another ear has yet to hear."""
        if now.music:
            self._watch.index()
        told = self._news(job, now) if job.state is JobState.DONE else ""
        if told:
            self._services.intents.notice.emit(told, "", None)

    def _news(self, job: Job, now: _Serving) -> str:
        """Return what an ear's coming or going means; "" for the models everyone has."""
        full, small = EARS
        if full not in models_of(job):
            return ""
        title, other = title_of_model(full), title_of_model(small)
        if job.kind is JobKind.REMOVE:
            text = self.tr("{0} is removed; {1} serves.") if small in now.ears else self.tr("{0} is removed.")
            return text.format(title, other)
        if self._services.preferences.now.ear in (NONE, small):
            text = self.tr("{0} is installed. Choose it in Settings, and it listens to your music.")
        elif full not in now.ears:
            text = self.tr("{0} is installed but did not pass its examination, so it is not used.")
        elif not now.music:
            text = self.tr("{0} is installed.")
        elif small in now.ears:
            text = self.tr("{0} now listens to your library; {1} serves meanwhile.")
        else:
            text = self.tr("{0} now listens to your library.")
        return text.format(title, other)

    def _on_preferences(self, before: Settings, now: Settings) -> None:
        if before.ear == now.ear:
            return
        if now.ear == NONE:
            self._stop_listening()
            return
        app, wanted = self._services.app, now.ear
        self._services.tasks.run(lambda: read_coverage(app, wanted), self._fill_up, owner=self)

    def _fill_up(self, coverage: Coverage) -> None:
        """Let the ear that was chosen hear what it has not heard, in place of another that listens."""
        behind = coverage.heard < coverage.songs
        if coverage.ear and (behind or any(_listens(job) for job in self._watch.active)):
            self._watch.index()


def _listens(job: Job) -> bool:
    stages = job.stages()
    return job.kind is JobKind.INDEX and bool(stages) and is_listening(stages[-1])


def _serving(app: App, wanted: str) -> _Serving:
    music = bool(app.stores.tracks.roots())
    try:
        return _Serving(music, tuple(ear.space.name for ear in app.ear(wanted).ears))
    except VibeError:  # the one that was asked for is of no use; Settings says so
        return _Serving(music, ())
