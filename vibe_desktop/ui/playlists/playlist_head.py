"""Over the songs of a playlist: its name, changed in place, where it came from, what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from vibe_desktop.ui.library.wording import day, lines
from vibe_desktop.ui.playlists.playlist_list import about
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.text import ElidedLabel

if TYPE_CHECKING:
    from vibe_desktop.library.saved import Playlist

_LONGEST_NAME = 200


class PlaylistHead(QWidget):
    """Shows one playlist; what is wanted with it goes out as signals."""

    play = Signal()
    renamed = Signal(str)
    regenerate = Signal()
    export = Signal()
    delete = Signal()
    closed = Signal()
    """the name was left as it was"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ElidedLabel("", "heading")
        self._edit = QLineEdit()
        self._edit.setAccessibleName(self.tr("Name of the playlist"))
        self._edit.setMaxLength(_LONGEST_NAME)
        self._edit.editingFinished.connect(self._take_name)
        self._edit.installEventFilter(self)
        self._mood = ElidedLabel("", "secondary")
        self._about = ElidedLabel("", "small")
        self._play = TextButton(self.tr("Play"), "primary", icon_name="play", clicked=self.play.emit)
        self._again = IconButton(
            "refresh-cw", self.tr("Make it anew from its mood"), clicked=self.regenerate.emit
        )
        pencil = IconButton("pencil", self.tr("Rename (F2)"), clicked=self.rename)
        export = IconButton("download", self.tr("Export…"), clicked=self.export.emit)
        bin_ = IconButton("trash-2", self.tr("Delete the playlist"), clicked=self.delete.emit)
        names = QWidget(self)
        self._names = QStackedLayout(names)  # without a parent what is added would be a window for a moment
        self._names.setContentsMargins(0, 0, 0, 0)
        self._names.addWidget(self._name)
        self._names.addWidget(self._edit)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(names, 1)
        top.addSpacing(8)
        for button in (self._again, pencil, export, bin_):
            top.addWidget(button)
        top.addSpacing(8)
        top.addWidget(self._play)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 0, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._mood)
        column.addWidget(self._about)

    @property
    def renaming(self) -> bool:
        """Whether the name is being changed."""
        return self._names.currentWidget() is self._edit

    def show_playlist(self, playlist: Playlist) -> None:
        """Show a playlist."""
        self._name.setText(playlist.name)
        self._mood.setText(self.tr("“{0}”").format(playlist.mood))
        self._mood.setVisible(bool(playlist.mood))
        parts = [about(playlist), self.tr("saved {0}").format(day(playlist.made_at))]
        if playlist.unresolved:
            parts.insert(1, self.tr("{0} not in your library").format(lines(playlist.unresolved)))
        self._about.setText(" · ".join(parts))
        self._again.setVisible(bool(playlist.request_json))
        self._play.setEnabled(bool(playlist.tracks))
        self._names.setCurrentWidget(self._name)

    def show_busy(self, *, busy: bool) -> None:
        """Say that it is being made anew."""
        self._again.setEnabled(not busy)
        if busy:
            self._about.setText(self.tr("Listening for music that fits…"))

    def rename(self) -> None:
        """Let the person change the name."""
        self._edit.setText(self._name.text())
        self._names.setCurrentWidget(self._edit)
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the name as it was."""
        if (
            watched is self._edit
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self._edit.setText(self._name.text())  # which leaving the line would take
            self._names.setCurrentWidget(self._name)
            self.closed.emit()
            return True
        return super().eventFilter(watched, event)

    def _take_name(self) -> None:
        if not self.renaming:
            return
        name = " ".join(self._edit.text().split())
        self._names.setCurrentWidget(self._name)
        if name and name != self._name.text():
            self._name.setText(name)
            self.renamed.emit(name)
