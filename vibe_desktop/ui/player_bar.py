"""The bar at the foot of the window: what plays, where in it, and everything to change that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vibe_desktop.playback.jukebox import Change, PlayState
from vibe_desktop.playback.play_queue import Repeat
from vibe_desktop.ui.queue.queue_model import title_of
from vibe_desktop.ui.style import RADIUS_COVER, tabular
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.buttons import IconButton
from vibe_desktop.ui.widgets.sliders import Slider
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel, clock

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from vibe_desktop.domain import Track
    from vibe_desktop.ui.covers.covers import Covers
    from vibe_desktop.ui.services import Services

HEIGHT = 88
SEEK_SECONDS = 5
_COVER = 56
_LEAST_SIDE, _MOST_SIDE = 250, 420
_NARROW = 1080
_TICK_MS = 125


class CoverLabel(QWidget):
    """The cover of a track with round corners; nothing when there is no track."""

    def __init__(self, covers: Covers, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._covers = covers
        self._track: Track | None = None
        self.setFixedSize(size, size)
        covers.changed.connect(self._came)

    def show_track(self, track: Track | None) -> None:
        """Show the cover of this track."""
        self._track = track
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), RADIUS_COVER, RADIUS_COVER)
        painter.setClipPath(path)
        if self._track is None:
            painter.fillRect(self.rect(), tokens(self.palette()).raised)
        else:
            painter.drawPixmap(
                self.rect(), self._covers.pixmap(self._track, self.width(), self.devicePixelRatioF())
            )

    def _came(self, track_id: int) -> None:
        if self._track and self._track.id == track_id:
            self.update()


class PlayerBar(QFrame):
    """Shows the jukebox and steers it. Nothing in it moves when a title is long."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._said: dict[int, bool] = {}
        """likes given and taken since the start, which what is being read may not know yet"""
        self.setObjectName("player-bar")
        self.setProperty("surface", "panel")
        self.setAccessibleName(self.tr("Player"))
        self.setFixedHeight(HEIGHT)
        self._build()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._show_time)
        services.intents.liked.connect(self._show_liked)
        self.take_in(frozenset(Change))

    def take_in(self, changes: frozenset[Change]) -> None:
        """Show what the jukebox found changed."""
        jukebox = self._services.jukebox
        if changes & {Change.TRACK, Change.QUEUE}:
            self._show_track()
            self._show_coming()
        if changes & {Change.TRACK, Change.STATE, Change.QUEUE}:
            sounding = jukebox.state in {PlayState.PLAYING, PlayState.LOADING}
            self._play.set_icon("pause" if sounding else "play")
            self._play.set_name(self.tr("Pause") if sounding else self.tr("Play"))
            some = bool(jukebox.queue.items)
            for button in (self._play, self._next, self._previous):
                button.setEnabled(some)
            self._timer.start() if sounding else self._timer.stop()
            self._show_repeat()
        if changes & {Change.VOLUME, Change.NOTICE}:
            self._show_volume()
        self._show_time()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(20)
        self._left, self._right = self._build_left(), self._build_right()
        row.addWidget(self._left)
        row.addWidget(self._build_middle(), 1)
        row.addWidget(self._right)

    def _build_left(self) -> QWidget:
        self._cover = CoverLabel(self._services.covers, _COVER)
        self._title = ElidedLabel("", "strong")
        self._about = ElidedLabel("", "secondary")
        self._like = IconButton(
            "heart", self.tr("Like"), checkable=True, filled_when_checked=True, clicked=self._toggle_liked
        )
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch()
        words.addWidget(self._title)
        words.addWidget(self._about)
        words.addStretch()
        left = QWidget()
        row = QHBoxLayout(left)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self._cover)
        row.addLayout(words, 1)
        row.addWidget(self._like)
        return left

    def _build_middle(self) -> QWidget:
        jukebox = self._services.jukebox
        self._elapsed, self._total = PlainLabel("", "small"), PlainLabel("", "small")
        self._previous = IconButton("skip-back", self.tr("Previous"), size=36, clicked=jukebox.previous)
        self._play = IconButton("play", self.tr("Play"), size=36, colour="background", clicked=jukebox.toggle)
        self._play.setProperty("kind", "play")
        self._next = IconButton("skip-forward", self.tr("Next"), size=36, clicked=jukebox.next)
        buttons = QHBoxLayout()
        buttons.setSpacing(14)
        buttons.addStretch()
        for button in (self._previous, self._play, self._next):
            buttons.addWidget(button)
        buttons.addStretch()
        self._seek = Slider(self.tr("Place in the song"))
        self._seek.setRange(0, 0)
        self._seek.setSingleStep(SEEK_SECONDS * 10)
        self._seek.setPageStep(300)
        self._seek.sliderReleased.connect(lambda: jukebox.seek(self._seek.value() / 10))
        self._seek.actionTriggered.connect(self._seek_by_key)
        self._seek.sliderMoved.connect(lambda tenths: self._elapsed.setText(clock(tenths / 10)))
        times = QHBoxLayout()
        times.setSpacing(10)
        for label, side in (
            (self._elapsed, Qt.AlignmentFlag.AlignRight),
            (self._total, Qt.AlignmentFlag.AlignLeft),
        ):
            label.setFixedWidth(48)
            label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            label.setFont(tabular(label.font()))
        times.addWidget(self._elapsed)
        times.addWidget(self._seek, 1)
        times.addWidget(self._total)
        middle = QWidget()
        middle.setMaximumWidth(620)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 10, 0, 8)
        column.setSpacing(0)
        column.addLayout(buttons)
        column.addLayout(times)
        holder = QWidget()
        around = QHBoxLayout(holder)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(middle, 100)
        around.addStretch(1)
        return holder

    def _build_right(self) -> QWidget:
        jukebox = self._services.jukebox
        self._coming = ElidedLabel("", "small")
        self._coming.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._repeat = IconButton("repeat", self.tr("Repeat"), clicked=self._turn_repeat)
        self._repeat.setCheckable(True)
        self._mute = IconButton(
            "volume-2", self.tr("Mute"), clicked=lambda: jukebox.set_muted(not jukebox.muted)
        )
        self._volume = Slider(self.tr("Volume"), quiet=True)
        self._volume.setRange(0, 100)
        self._volume.setPageStep(5)
        self._volume.setFixedWidth(100)
        self._volume.valueChanged.connect(lambda value: jukebox.set_volume(value / 100))
        right = QWidget()
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._coming, 1)
        row.addSpacing(4)
        for widget in (self._repeat, self._mute, self._volume):
            row.addWidget(widget)
        return right

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        side = max(_LEAST_SIDE, min(_MOST_SIDE, self.width() // 4))
        self._left.setFixedWidth(side)
        self._right.setFixedWidth(210 if narrow else side)
        self._coming.setVisible(not narrow)

    def sizeHint(self) -> QSize:
        return QSize(900, HEIGHT)

    def _show_track(self) -> None:
        now = self._services.jukebox.now
        track = now.entry.track if now else None
        self._cover.show_track(track)
        self._title.setText(title_of(track) if track else self.tr("Nothing playing"))
        tags = track.tags if track else None
        self._about.setText(" · ".join(part for part in (tags.artist, tags.album) if part) if tags else "")
        self._like.setEnabled(track is not None)
        if track is None:
            self._like.setChecked(False)
        elif track.id in self._said:
            self._show_heart(track.id, self._said[track.id])
        else:
            tastes, track_id = self._services.app.tastes, track.id
            self._services.tasks.run(
                lambda: track_id in tastes.liked([track_id]),
                lambda liked: self._show_heart(track_id, self._said.get(track_id, liked)),
                owner=self,
            )

    def _show_coming(self) -> None:
        coming = self._services.jukebox.coming
        self._coming.setText(self.tr("next: {0}").format(title_of(coming.entry.track)) if coming else "")

    def _show_time(self) -> None:
        jukebox = self._services.jukebox
        length = jukebox.length
        tenths = int((length or 0) * 10)
        if self._seek.maximum() != tenths:
            self._seek.setRange(0, tenths)
        self._seek.setEnabled(bool(tenths))
        self._total.setText(clock(length) if jukebox.now else "")
        if not self._seek.isSliderDown():
            position = jukebox.position
            self._elapsed.setText(clock(position) if jukebox.now else "")
            self._seek.setValue(int(position * 10))
            self._seek.setAccessibleDescription(
                self.tr("{0} of {1}").format(clock(position), clock(length)) if jukebox.now else ""
            )

    def _show_volume(self) -> None:
        jukebox = self._services.jukebox
        self._volume.blockSignals(True)
        self._volume.setValue(round(jukebox.volume * 100))
        self._volume.blockSignals(False)
        silent = jukebox.muted or jukebox.volume == 0 or bool(jukebox.trouble)
        self._mute.set_icon("volume-x" if silent else "volume-1" if jukebox.volume < 0.5 else "volume-2")
        self._mute.set_name(jukebox.trouble or (self.tr("Unmute") if jukebox.muted else self.tr("Mute")))
        self._mute.setEnabled(not jukebox.trouble)

    def _show_repeat(self) -> None:
        names = {
            Repeat.OFF: self.tr("Repeat: off"),
            Repeat.ALL: self.tr("Repeat: the queue"),
            Repeat.ONE: self.tr("Repeat: this song"),
        }
        repeat = self._services.jukebox.repeat
        self._repeat.set_icon("repeat-1" if repeat is Repeat.ONE else "repeat")
        self._repeat.setChecked(repeat is not Repeat.OFF)
        self._repeat.set_name(names[repeat])

    def _turn_repeat(self) -> None:
        turns = {Repeat.OFF: Repeat.ALL, Repeat.ALL: Repeat.ONE, Repeat.ONE: Repeat.OFF}
        self._services.jukebox.repeat = turns[self._services.jukebox.repeat]
        self._show_repeat()

    def _seek_by_key(self, _action: int) -> None:
        """Keys and the wheel move a slider at once; a drag waits for the release."""
        if not self._seek.isSliderDown():
            self._services.jukebox.seek(self._seek.sliderPosition() / 10)

    def _toggle_liked(self) -> None:
        now = self._services.jukebox.now
        if now:
            self._services.intents.liked.emit([now.entry.track.id], self._like.isChecked())

    def _show_liked(self, ids: list[int], liked: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._said.update(dict.fromkeys(ids, liked))
        for track_id in ids:
            self._show_heart(track_id, liked)

    def _show_heart(self, track_id: int, liked: bool) -> None:  # noqa: FBT001 - the name says it
        now = self._services.jukebox.now
        if now and now.entry.track.id == track_id:
            self._like.setChecked(liked)
            self._like.set_name(self.tr("No longer like") if liked else self.tr("Like"))
