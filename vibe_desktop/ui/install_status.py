"""How an installation of models goes: its progress, or why it failed and the ways on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.models.catalog import HubSource, ModelEntry, default_entries, find_entry
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.job_words import amount, models_of, pace, share, stage_words
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.text import PlainLabel
from vibe_desktop.ui.widgets.thin_bar import ThinBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.ui.job_watch import JobWatch

_MB = 1e6


class InstallStatus(QWidget):
    """Shows the installation under way, or the one that failed last; hidden when there is neither.

    `shows` tells which jobs are meant, all if it is not given. With `may_skip` a failure can
    be left behind: `skipped` tells so. With `may_stop` there is a button that ends it.
    """

    skipped = Signal()

    def __init__(
        self,
        watch: JobWatch,
        *,
        shows: Callable[[Job], bool] = lambda _: True,
        may_skip: bool = False,
        may_stop: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._watch = watch
        self._shows = shows
        self._may_stop = may_stop
        self._left_behind: Job | None = None
        self._title = PlainLabel("", wrap=True)
        self._bar = ThinBar(self.tr("Installing models"))
        self._pace = PlainLabel("", "small")
        self._why = PlainLabel("", "warning", wrap=True)
        self._by_hand = PlainLabel("", "small", wrap=True)
        self._by_hand.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.again = TextButton(self.tr("Try again"), clicked=self._try_again)
        self.from_folder = TextButton(self.tr("Install from a folder…"), clicked=self._choose_other)
        self.skip = TextButton(self.tr("Go on without"), "quiet", clicked=self._skip)
        self.stop = TextButton(self.tr("Stop"), "quiet", clicked=self._stop)
        self._ways = QWidget()
        ways = FlowLayout(self._ways)
        for button in (self.again, self.from_folder, self.skip):
            ways.addWidget(button)
        self.skip.setVisible(may_skip)
        foot = QHBoxLayout()
        foot.addWidget(self._pace, 1)
        foot.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._bar)
        column.addLayout(foot)
        for part in (self._why, self._ways, self._by_hand):
            column.addWidget(part)
        watch.changed.connect(self.refresh)
        self.refresh()

    @property
    def job(self) -> Job | None:
        """The installation that is shown."""
        running = [job for job in self._watch.active if self._is_meant(job)]
        if running:
            return running[0]
        last = next((job for job in self._watch.finished if self._is_meant(job)), None)
        failed = last is not None and last.state is JobState.FAILED and last is not self._left_behind
        return last if failed else None

    def choose_source(self, names: Sequence[str] = ()) -> None:
        """Let the person choose the folder the models' packages lie in, and install from there."""
        dialog = QFileDialog(self.window(), self.tr("Choose the folder the models are in"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self._watch.install(names, Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _is_meant(self, job: Job) -> bool:
        return job.kind is JobKind.INSTALL and self._shows(job)

    def refresh(self) -> None:
        """Show how it goes now."""
        job = self.job
        self.setVisible(job is not None)
        if job is None:
            return
        failed = job.state is JobState.FAILED
        for part in (self._why, self._ways, self._by_hand):
            part.setVisible(failed)
        for part in (self._title, self._pace):
            part.setVisible(not failed)
        self.stop.setVisible(self._may_stop and not failed)
        if failed:
            self._bar.hide()
            self._complain(job)
        else:
            self._follow(job)

    def _follow(self, job: Job) -> None:
        stages = job.stages()
        if not stages:
            waits = job.state is JobState.WAITING
            self._title.setText(
                self.tr("The models are next in line…") if waits else self.tr("Getting the models…")
            )
            self._bar.set_share(None)
            self._pace.setText("")
            return
        stage = stages[-1]
        self._title.setText(stage_words(stage))
        self._bar.set_share(share(stage))
        self._pace.setText(" · ".join(text for text in (amount(stage), pace(stage)) if text))

    def _complain(self, job: Job) -> None:
        self._why.setText(advice(job.error, leading=False) if job.error else "")
        text = self.tr("Without a connection: fetch {0} on another machine, then install from that folder.")
        files = ", ".join(file for entry in _entries(job) for file in entry.downloads)
        hubs = [entry.source for entry in _entries(job) if isinstance(entry.source, HubSource)]
        if hubs:
            text = self.tr(
                "Without a connection: fetch {0} of {1}, revision {2}, on another machine,"
                " then install from that folder."
            )
            self._by_hand.setText(text.format(files, hubs[0].repository, hubs[0].revision))
        else:
            self._by_hand.setText(text.format(files))

    def _try_again(self) -> None:
        if self.job is not None:
            self._watch.again(self.job)

    def _choose_other(self) -> None:
        self.choose_source(models_of(self.job) if self.job is not None else ())

    def _stop(self) -> None:
        if self.job is not None:
            self.job.cancel()
            self._watch.look()

    def _skip(self) -> None:
        self._left_behind = self.job
        self.refresh()
        self.skipped.emit()


def _entries(job: Job) -> Sequence[ModelEntry]:
    return [find_entry(name) for name in models_of(job)] or default_entries()


def megabytes(size: int) -> str:
    """Return a size in bytes as people read it."""
    return f"{size / _MB:,.0f} MB"
