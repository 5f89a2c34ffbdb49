"""Which models are ready, read off the main thread and kept for those who show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vibe_desktop.background.jobs import JobKind
from vibe_desktop.models.status import ModelStatus, status

if TYPE_CHECKING:
    from vibe_desktop.background.jobs import Job
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

WORDS = "sbert"
"""The model without which moods are only looked up as words."""


class ModelStates(QObject):
    """The models of the catalogue and their states; read again after every installation and removal."""

    changed = Signal()

    def __init__(self, services: Services, watch: JobWatch, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self.all: list[ModelStatus] | None = None
        """None until they were read for the first time"""
        watch.ended.connect(self._on_ended)

    @property
    def missing(self) -> list[ModelStatus]:
        """Those that are not ready although they should be; none while nobody knows."""
        return [each for each in self.all or [] if each.lacking]

    @property
    def words_missing(self) -> bool:
        """Whether moods cannot be understood by meaning."""
        return any(each.name == WORDS for each in self.missing)

    def refresh(self) -> None:
        """Read the states again."""
        folder = self._services.app.profile.models
        self._services.tasks.run(lambda: status(folder), self._take, owner=self)

    def _take(self, states: list[ModelStatus]) -> None:
        if states != self.all:
            self.all = states
            self.changed.emit()

    def _on_ended(self, job: Job) -> None:
        if job.kind in (JobKind.INSTALL, JobKind.REMOVE):
            self.refresh()
