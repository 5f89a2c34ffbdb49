"""What the Activity page shows of a job: its stages while it runs, one line once it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.job_words import (
    amount,
    counts_bytes,
    hold_words,
    pace,
    share,
    songs,
    stage_words,
)
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.buttons import IconButton
from vibe_desktop.ui.widgets.text import PlainLabel
from vibe_desktop.ui.widgets.thin_bar import ThinBar

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.progress import StageReport

_MARK = 16
_DOT = 3.5


class _Mark(QWidget):
    """A dot for what is under way, a tick for what is done."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_MARK, _MARK)
        self._current = False

    def set_current(self, *, current: bool) -> None:
        """Show the dot or the tick."""
        if current != self._current:
            self._current = current
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        if not self._current:
            painter.drawPixmap(0, 0, pixmap("check", colours.tertiary, _MARK, self.devicePixelRatioF()))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent)
        painter.drawEllipse(QPointF(_MARK / 2, _MARK / 2), _DOT, _DOT)


class StageRow(QWidget):
    """One stage: done with a tick and a number, or under way with a bar, a rate and the time left."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = _Mark()
        self._words = PlainLabel()
        self._amount = PlainLabel("", "secondary")
        self._bar = ThinBar(self.tr("Progress"))
        self._pace = PlainLabel("", "small")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._mark, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._words, 0, 1)
        grid.addWidget(self._amount, 0, 2)
        grid.addWidget(self._bar, 1, 1, 1, 2)
        grid.addWidget(self._pace, 2, 1, 1, 2)

    def show_stage(self, stage: StageReport, *, current: bool, held: bool) -> None:
        """Show how far the stage is."""
        words = stage_words(stage)
        self._words.setText(words)
        self._words.set_role("" if current else "secondary")
        self._amount.setText(amount(stage) if current or counts_bytes(stage) else f"{stage.done:,}")
        self._mark.set_current(current=current)
        self._bar.set_share(share(stage) if current else None)
        self._bar.setAccessibleName(words)
        told = pace(stage) if current and not held else ""
        self._pace.setText(told)
        self._pace.setVisible(bool(told))
        self.setAccessibleName(f"{words}: {self._amount.text()}")


class JobBlock(QWidget):
    """A job under way: what it is, why it stands still if it does, its stages, pause and stop."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job
        self._stages: list[StageRow] = []
        self._title = PlainLabel(job.title, "strong")
        self._held = PlainLabel("", "secondary")
        self.pause = IconButton("pause", self.tr("Pause"), clicked=self._toggle)
        self.stop = IconButton("x", self.tr("Stop; what is done is kept"), clicked=job.cancel)
        self._notices = PlainLabel("", "secondary", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addSpacing(8)
        head.addWidget(self._held, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.pause)
        head.addWidget(self.stop)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(self._rows)
        column.addWidget(self._notices)
        # Fetching cannot stand still half way; everything else can.
        self.pause.setVisible(job.kind in (JobKind.INDEX, JobKind.DEMO))
        self.refresh()

    def refresh(self) -> None:
        """Show where the job stands now."""
        job = self.job
        waiting = job.state is JobState.WAITING
        held = hold_words(job)
        self._held.setText(self.tr("Waits until the other is done") if waiting else held)
        self.pause.set_icon("play" if job.paused else "pause")
        self.pause.set_name(self.tr("Resume") if job.paused else self.tr("Pause"))
        self._notices.setText("\n".join(job.notices))
        self._notices.setVisible(bool(job.notices))
        stages = job.stages()
        while len(self._stages) < len(stages):
            self._stages.append(StageRow())
            self._rows.addWidget(self._stages[-1])
        for place, row in enumerate(self._stages):
            row.setVisible(place < len(stages))
            if place < len(stages):
                row.show_stage(stages[place], current=place == len(stages) - 1, held=bool(held))
        self.setAccessibleName(f"{job.title}. {self._held.text()}".strip())

    def _toggle(self) -> None:
        (self.job.resume if self.job.paused else self.job.pause)()
        self.refresh()


class FailedJob(QWidget):
    """A job that did not work out: why, and what can be done."""

    again = Signal(object)
    dismissed = Signal(object)

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(PlainLabel(self.tr("{0} did not work out").format(job.title), "strong"), 1)
        self.retry = IconButton("refresh-cw", self.tr("Try again"), clicked=lambda: self.again.emit(job))
        head.addWidget(self.retry)
        head.addWidget(IconButton("x", self.tr("Dismiss"), clicked=lambda: self.dismissed.emit(job)))
        text = PlainLabel(advice(job.error) if job.error else "", "secondary", wrap=True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(text)


def outcome(job: Job) -> str:
    """Return in one line what a job that is over did."""
    if job.state is JobState.CANCELLED:
        return _tr("{0}: stopped, what was done is kept").format(job.title)
    if job.state is JobState.FAILED or job.result is None:
        return _tr("{0}: did not work out").format(job.title)
    result = job.result
    if job.kind is JobKind.INSTALL:
        return _tr("{0}: {1} ready").format(job.title, ", ".join(result.models))
    if job.kind is JobKind.REMOVE:
        return _tr("{0}: done").format(job.title)
    parts = [] if result.partial else [_tr("{0} found").format(songs(result.found))]
    if result.read:
        parts.append(_tr("{0} new or changed").format(f"{result.read:,}"))
    if result.moved and result.partial:
        parts.append(_tr("{0} moved").format(f"{result.moved:,}"))
    if result.heard:
        parts.append(_tr("{0} heard").format(f"{result.heard:,}"))
    if result.failed:
        parts.append(_tr("{0} could not be used").format(f"{result.failed:,}"))
    return f"{job.title}: {', '.join(parts) or _tr('nothing new')}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Jobs", text)
