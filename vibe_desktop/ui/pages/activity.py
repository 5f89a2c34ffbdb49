"""The Activity page: what goes on now, how far the library is known, what failed, what is over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.library.folders import FolderFacts, folder_facts
from vibe_desktop.ui.coverage_words import heard_at_rest, heard_so_far
from vibe_desktop.ui.job_words import songs
from vibe_desktop.ui.model_states import ModelStates
from vibe_desktop.ui.noticing_words import noticing_advice, noticing_words
from vibe_desktop.ui.pages.activity_failures import FailuresSection
from vibe_desktop.ui.pages.activity_jobs import FailedJob, JobBlock, outcome
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.empty import EmptyState
from vibe_desktop.ui.widgets.page import Disclosure, ScrollPage, Section
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.ui.coverage import Coverage
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


class ActivityPage(ScrollPage):
    """One quiet place for everything that takes a while; looks closely only while it is seen."""

    def __init__(self, services: Services, watch: JobWatch, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Activity"), parent)
        self._services = services
        self._watch = watch
        self._models = ModelStates(services, watch, self)
        self._dismissed: set[int] = set()
        self.look_now = TextButton(
            self.tr("Look for changes now"), icon_name="refresh-cw", clicked=watch.index
        )
        self.head.addWidget(self.look_now)
        self._quiet = EmptyState("check", "", "")
        self._now = QWidget()
        self._blocks = _column(self._now, 32)
        self._coverage = PlainLabel("", "secondary", wrap=True)
        self._noticing = PlainLabel("", "secondary", wrap=True)
        self._notes = FolderNotes(watch)
        self._failures = FailuresSection(services, watch)
        self._done = QWidget()
        self._done_lines = _column(self._done, 6)
        self._earlier = Disclosure("", "", self._done)
        for part in (
            self._quiet, self._now, self._coverage, self._noticing,
            self._notes, self._failures, self._earlier,
        ):  # fmt: skip
            self.body.addWidget(part)
        self.body.addStretch()
        watch.changed.connect(self._on_changed)
        watch.coverage_changed.connect(self._on_coverage)
        self._models.changed.connect(self._on_changed)
        watch.noticing.changed.connect(self._say_noticing)
        self._say_noticing()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.watch_closely(self, closely=True)
        self._models.refresh()
        self._refresh()
        self._refresh_library()

    def hideEvent(self, event: QHideEvent) -> None:
        self._watch.watch_closely(self, closely=False)
        super().hideEvent(event)

    def _on_changed(self) -> None:
        if self.isVisible():
            self._refresh()

    def _on_coverage(self) -> None:
        if self.isVisible():
            self._refresh()
            self._refresh_library()

    def _say_noticing(self) -> None:
        state = self._watch.noticing.state
        words = noticing_words(state) if state.on else ""
        self._noticing.setText(" ".join(filter(None, (words, noticing_advice(state)))))
        self._noticing.setVisible(bool(words))

    def _refresh_library(self) -> None:
        self._failures.refresh()
        db = self._services.app.stores.db
        self._services.tasks.run(lambda: folder_facts(db), self._notes.show_facts, owner=self)

    def _refresh(self) -> None:
        active = self._watch.active
        failed = self._failed()
        self._show_blocks([*active, *failed])
        self._say_coverage(busy=bool(active))
        quiet = not active and not failed
        self._quiet.setVisible(quiet)
        self._now.setVisible(not quiet)
        self.look_now.setEnabled(not any(job.kind in (JobKind.INDEX, JobKind.DEMO) for job in active))
        self._show_done()

    def _failed(self) -> list[Job]:
        """Return the failed jobs that nobody dismissed and no later job of the kind made good."""
        found: list[Job] = []
        kinds = {job.kind for job in self._watch.active}
        for job in self._watch.finished:
            if job.kind not in kinds and job.state is JobState.FAILED and id(job) not in self._dismissed:
                found.append(job)
            kinds.add(job.kind)
        if self._models.words_missing:
            # Such a job could only say what is said beside it: the models are not there yet.
            found = [job for job in found if job.kind is JobKind.INSTALL]
        return found

    def _show_blocks(self, jobs: list[Job]) -> None:
        shown = {id(block.job): block for block in self._shown_blocks() if _fits(block)}
        for block in self._shown_blocks():
            if id(block.job) not in {id(job) for job in jobs} or not _fits(block):
                self._blocks.removeWidget(block)
                block.hide()
                block.deleteLater()
        for job in jobs:
            known = shown.get(id(job))
            if known is None:
                self._blocks.addWidget(self._block(job))
            elif isinstance(known, JobBlock):
                known.refresh()

    def _shown_blocks(self) -> list[JobBlock | FailedJob]:
        items = (self._blocks.itemAt(place) for place in range(self._blocks.count()))
        return [block for item in items if item and isinstance(block := item.widget(), JobBlock | FailedJob)]

    def _block(self, job: Job) -> JobBlock | FailedJob:
        if not job.over:
            return JobBlock(job)
        failed = FailedJob(job)
        failed.again.connect(self._again)
        failed.dismissed.connect(self._dismiss)
        return failed

    def _again(self, job: Job) -> None:
        if job.kind in (JobKind.INSTALL, JobKind.REMOVE):
            self._watch.again(job)
        elif job.kind is JobKind.DEMO:
            self._watch.demo()
        else:
            self._watch.index()

    def _dismiss(self, job: Job) -> None:
        self._dismissed.add(id(job))
        self._refresh()

    def _say_coverage(self, *, busy: bool) -> None:
        coverage = self._watch.coverage
        if coverage is None or not coverage.songs:
            self._quiet.say(
                self.tr("Nothing to do"), self.tr("No music is known yet. Add a folder in Settings.")
            )
            self._coverage.hide()
            return
        self._quiet.say(self.tr("All quiet"), self._at_rest(coverage))
        text = heard_so_far(coverage)
        self._coverage.setText(text)
        self._coverage.setVisible(busy and bool(text))

    def _at_rest(self, coverage: Coverage) -> str:
        if self._models.words_missing:
            return self.tr(
                "Your music is known by its words. Install the models in Settings, and moods are understood."
            )
        return heard_at_rest(coverage)

    def _show_done(self) -> None:
        lines = [outcome(job) for job in self._watch.finished]
        while self._done_lines.count() < len(lines):
            self._done_lines.addWidget(PlainLabel("", "secondary", wrap=True))
        for place, line in enumerate(lines):
            item = self._done_lines.itemAt(place)
            label = item.widget() if item else None
            if isinstance(label, PlainLabel):
                label.setText(line)
        count = self.tr("Finished since the start ({0})").format(len(lines))
        self._earlier.rename(count, count)
        self._earlier.setVisible(bool(lines))


class FolderNotes(Section):
    """Folders that cannot be reached, and songs that vanished all at once and may be gone."""

    def __init__(self, watch: JobWatch) -> None:
        super().__init__(self.tr("Folders to look at"))
        self._text = PlainLabel("", "secondary", wrap=True)
        self._watch = watch
        self._held: list[Path] = []
        self.gone = TextButton(self.tr("They are gone for good"), clicked=self._believe)
        self.gone.setToolTip(self.tr("Marks them as missing now; likes and playlists keep them."))
        self.add(self._text)
        self.rows.addWidget(self.gone, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_facts(self, facts: list[FolderFacts]) -> None:
        """Say what is the matter with folders, or hide."""
        offline = [each for each in facts if not each.online]
        held = [each for each in facts if each.online and each.held]
        self._held = [Path(each.path) for each in held]
        lines = [
            self.tr("{0} cannot be reached now; its {1} wait until it is back.").format(
                each.path, songs(each.tracks)
            )
            for each in offline
        ] + [
            self.tr("{1} at once are not in {0} any more. They are kept until a later look agrees.").format(
                each.path, songs(each.held)
            )
            for each in held
        ]
        self._text.setText("\n".join(lines))
        self.gone.setVisible(bool(held))
        self.setVisible(bool(lines))

    def _believe(self) -> None:
        """Look again at the folders that lost songs, and at no others: an empty one may only be unplugged."""
        if self._held:  # none would mean all
            self._watch.index(self._held, gone=self._held)


def _fits(block: JobBlock | FailedJob) -> bool:
    """Whether a block still shows its job as it should: under way, or failed."""
    return isinstance(block, FailedJob) or not block.job.over


def _column(parent: QWidget, spacing: int) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
