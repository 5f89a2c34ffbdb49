"""One track closely: its cover, its names, how it is described, what was heard, where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from vibe_desktop.domain import TrackState
from vibe_desktop.ui.library.caption_editor import CaptionEditor
from vibe_desktop.ui.library.wording import day, plays
from vibe_desktop.ui.style import RADIUS
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.chip import Chip
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from vibe_desktop.domain import Track, TrackId
    from vibe_desktop.library.table import Row
    from vibe_desktop.ui.covers.covers import Covers

WIDTH = 264
_COVER = 200
_MOST_LABELS = 8


class CoverPicture(QWidget):
    """The cover of a track, or what stands for it."""

    def __init__(self, covers: Covers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._covers = covers
        self._track: Track | None = None
        self.setFixedHeight(_COVER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Cover"))
        covers.changed.connect(self._came)

    def show_track(self, track: Track | None) -> None:
        """Show the cover of this track."""
        self._track = track
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_COVER, _COVER)

    def paintEvent(self, _: QPaintEvent) -> None:
        if self._track is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        left = self.width() - _COVER if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        square = QRectF(left, 0, _COVER, _COVER)
        shape = QPainterPath()
        shape.addRoundedRect(square, RADIUS, RADIUS)
        painter.setClipPath(shape)
        cover = self._covers.pixmap(self._track, _COVER, self.devicePixelRatioF())
        painter.drawPixmap(square, cover, QRectF(cover.rect()))

    def _came(self, track_id: TrackId) -> None:
        if self._track is not None and self._track.id == track_id:
            self.update()


class DetailsPanel(QScrollArea):
    """Beside the table. What it is asked for goes out as signals; the track is the one it was last shown."""

    play = Signal()
    enqueue = Signal()
    more_like = Signal()
    like = Signal(bool)
    show_in_folder = Signal()

    def __init__(self, covers: Covers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("About the song"))
        self.setWidgetResizable(True)
        self.setFixedWidth(WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.caption = CaptionEditor()
        self._cover = CoverPicture(covers)
        self._title = PlainLabel("", "heading", wrap=True)
        self._artist = PlainLabel("", "secondary", wrap=True)
        self._album = PlainLabel("", "secondary", wrap=True)
        self._heart = IconButton("heart", self.tr("Like"), checkable=True, filled_when_checked=True)
        self._heart.clicked.connect(self.like)
        self._heard = QWidget()
        self._chips = FlowLayout(self._heard, 6)
        self._heard_head = PlainLabel(self.tr("Heard"), "section")
        self._listens = PlainLabel("", "small", wrap=True)
        self._path = ElidedLabel("", "small")
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._absent = PlainLabel("", "warning", wrap=True)
        self._folder = TextButton(
            self.tr("Show in folder"), "quiet", icon_name="folder", clicked=self.show_in_folder.emit
        )
        self._content = QWidget()
        self._content.setProperty("surface", "page")
        self._lay_out()
        self.setWidget(self._content)
        self.show_row(None, None)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(TextButton(self.tr("Play"), icon_name="play", clicked=self.play.emit))
        for name, words, signal in (
            ("list-plus", self.tr("Add to queue"), self.enqueue),
            ("sparkles", self.tr("More like this"), self.more_like),
        ):
            buttons.addWidget(IconButton(name, words, clicked=signal.emit))
        buttons.addWidget(self._heart)
        buttons.addStretch()
        names = QVBoxLayout()
        names.setSpacing(2)
        for label in (self._title, self._artist, self._album):
            names.addWidget(label)
        file = QVBoxLayout()
        file.setSpacing(4)
        file.addWidget(PlainLabel(self.tr("File"), "section"))
        for widget in (self._path, self._absent, self._listens):
            file.addWidget(widget)
        file.addWidget(self._folder, 0, Qt.AlignmentFlag.AlignLeading)
        heard = QVBoxLayout()
        heard.setSpacing(8)
        heard.addWidget(self._heard_head)
        heard.addWidget(self._heard)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 4, 16)
        column.setSpacing(20)
        column.addWidget(self._cover)
        column.addLayout(names)
        column.addLayout(buttons)
        column.addWidget(self.caption)
        column.addLayout(heard)
        column.addLayout(file)
        column.addStretch()

    def show_row(self, row: Row | None, track: Track | None) -> None:
        """Show a track, or nothing."""
        self._content.setVisible(row is not None)
        self._cover.show_track(track)
        self.caption.show_caption(
            row.id if row else None, row.caption if row else "", own=bool(row and row.own)
        )
        if row is None:
            return
        self._title.setText(row.title)
        for label, text in ((self._artist, row.artist), (self._album, _album(row))):
            label.setText(text)
            label.setVisible(bool(text))
        self.set_liked(row.liked)
        self._show_heard(row)
        played = plays(row.plays)
        if row.last_played:
            played = self.tr("{0}, last {1}").format(played, day(row.last_played))
        self._listens.setText(played[:1].upper() + played[1:])
        self._path.setText(row.path)
        self._absent.setText(self._absence(row))
        self._absent.setVisible(row.state != TrackState.PRESENT)
        self._folder.setEnabled(row.state == TrackState.PRESENT)

    def set_liked(self, liked: bool) -> None:  # noqa: FBT001 - the name says it
        """Show whether it is liked."""
        self._heart.setChecked(liked)
        self._heart.set_name(self.tr("No longer like") if liked else self.tr("Like"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._cover.update()

    def _show_heard(self, row: Row) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            if (chip := item.widget()) is not None:
                chip.hide()
                chip.deleteLater()
        for label in row.heard[:_MOST_LABELS]:
            self._chips.addWidget(Chip(label.name, removable=False))
        self._heard.setVisible(bool(row.heard))
        self._heard_head.setVisible(bool(row.heard))
        self._heard.updateGeometry()

    def _absence(self, row: Row) -> str:
        if row.state == TrackState.OFFLINE:
            return self.tr("Its folder cannot be reached at the moment.")
        return self.tr("It is not there any more. Everything you said of it is kept.")


def _album(row: Row) -> str:
    return " · ".join(part for part in (row.album, str(row.year or "")) if part)
