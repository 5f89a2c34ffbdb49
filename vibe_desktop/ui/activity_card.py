"""The small card at the foot of the sidebar: that something goes on, how far it is, and the way to more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vibe_desktop.background.jobs import JobState
from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.job_words import amount, hold_words, is_listening, pace, share, stage_words
from vibe_desktop.ui.style import RADIUS, SMALL, SMALLEST, sized, tabular
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.text import plain_tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPaintEvent

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

_PADDING = 12
_BAR = 4
_RING = 26
_HEIGHT = 94


class ActivityCard(QAbstractButton):
    """Shows the job under way, hidden when there is none; a press opens the Activity page.

    `set_compact` makes it a ring around an icon, for a sidebar of icons.
    """

    def __init__(self, services: Services, watch: JobWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watch = watch
        self._compact = False
        self._title = ""
        self._lines = ("", "")
        self._share: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: services.intents.page.emit("activity"))
        watch.changed.connect(self._refresh)
        watch.coverage_changed.connect(self._refresh)
        self._refresh()

    def set_compact(self, *, compact: bool) -> None:
        """Show only the ring, or everything."""
        self._compact = compact
        self._explain()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44, 44) if self._compact else QSize(184, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(44, 44) if self._compact else QSize(120, _HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens(self.palette())
        if not self._compact or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(colours.accent, 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if self._compact:
            self._paint_ring(painter)
        else:
            self._paint_card(painter)

    def _refresh(self) -> None:
        active = self._watch.active
        self.setVisible(bool(active))
        if active:
            self._describe(active[0])
            self._explain()
            self.update()

    def _describe(self, job: Job) -> None:
        stages = job.stages()
        held = hold_words(job)
        self._share = None
        if not stages or job.state is JobState.WAITING:
            self._title, self._lines = job.title, (held or self.tr("Beginning…"), "")
            return
        stage = stages[-1]
        coverage = self._watch.coverage
        self._share = share(stage)
        self._title = held or stage_words(stage)
        done = amount(stage)
        if is_listening(stage) and coverage and coverage.songs:
            done = self.tr("{0} of {1} heard").format(f"{coverage.heard:,}", f"{coverage.songs:,}")
            self._share = coverage.heard / coverage.songs
        self._lines = (done, "" if held else pace(stage))

    def _explain(self) -> None:
        said = ". ".join(text for text in (self._title, *self._lines) if text)
        self.setAccessibleName(self.tr("Activity: {0}").format(said))
        self.setToolTip(plain_tooltip(said) if self._compact else "")

    def _paint_card(self, painter: QPainter) -> None:
        colours = tokens(self.palette())
        width = self.width() - 2 * _PADDING
        # Made here: the style sheet gives every widget its own size of type.
        heading = sized(self.font(), SMALL, QFont.Weight.DemiBold)
        small = tabular(sized(self.font(), SMALLEST))
        self._write(painter, heading, colours.ink, 12, self._title)
        bar = QRectF(_PADDING, 38, width, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        if self._share:
            filled = max(float(_BAR), width * self._share)
            left = bar.right() - filled if self._mirrored() else bar.left()
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(QRectF(left, bar.top(), filled, _BAR), _BAR / 2, _BAR / 2)
        for top, line in zip((49, 67), self._lines, strict=True):
            self._write(painter, small, colours.secondary, top, line)

    def _write(self, painter: QPainter, font: QFont, colour: QColor, top: int, text: str) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        width = self.width() - 2 * _PADDING
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
        side = Qt.AlignmentFlag.AlignRight if self._mirrored() else Qt.AlignmentFlag.AlignLeft
        painter.drawText(_PADDING, top, width, 18, int(side | Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_ring(self, painter: QPainter) -> None:
        colours = tokens(self.palette())
        centre = QRectF(self.rect()).center()
        ring = QRectF(centre.x() - _RING / 2, centre.y() - _RING / 2, _RING, _RING)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.line, 3))
        painter.drawEllipse(ring)
        if self._share:
            painter.setPen(QPen(colours.accent, 3, c=Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, 90 * 16, round(-360 * 16 * self._share))
        drawing = pixmap("ear", colours.secondary, 14, self.devicePixelRatioF())
        painter.drawPixmap(round(centre.x() - 7), round(centre.y() - 7), drawing)

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft
