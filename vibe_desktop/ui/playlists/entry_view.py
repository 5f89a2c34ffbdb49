"""The chosen playlist's songs on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from vibe_desktop.ui.playlists.entry_delegate import EntryDelegate
from vibe_desktop.ui.widgets.rows import choose_row, menu_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.domain import TrackId
    from vibe_desktop.ui.playlists.entry_model import EntryModel
    from vibe_desktop.ui.services import Services


class EntryView(QListView):
    """Plays from a row on; the rest of what can be done with songs is in its menu and under its keys."""

    remove_asked = Signal(list)
    """the rows to take out"""

    def __init__(self, services: Services, model: EntryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._entries = model
        self.setAccessibleName(self.tr("Songs of the playlist"))
        self.setModel(model)
        self.setItemDelegate(EntryDelegate(services.covers, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(lambda _index: self.play())
        services.covers.changed.connect(self._cover_came)
        self._make_actions()

    def _make_actions(self) -> None:
        self._parts = (
            (
                self._action(self.tr("Play from here"), self.play, "Return", "Enter"),
                self._action(self.tr("Play next"), self.play_next, "Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
                self._action(self.tr("Add to queue"), self.enqueue, "Ctrl+Return", "Ctrl+Enter"),
            ),
            (
                self._action(self.tr("More like this"), self.more_like, "Ctrl+M"),
                self._action(self.tr("Like"), self.like, "Ctrl+D"),
                self._action(self.tr("Show in folder"), self.show_in_folder, "Ctrl+Shift+O"),
            ),
            (self._action(self.tr("Remove from playlist"), self.remove, "Del"),),
        )

    def rows(self) -> list[int]:
        """Return the chosen rows, ascending."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def choose(self, row: int) -> None:
        """Choose this row alone, whichever keys are held at the moment."""
        choose_row(self, self._entries.index(row))

    def ids(self) -> list[TrackId]:
        """Return the chosen tracks; rows that lead to none are left out."""
        found = (self._entries.entries[row].track_id for row in self.rows())
        return [track_id for track_id in found if track_id is not None]

    def play(self) -> None:
        """Play the playlist from the current row on."""
        entries = self._entries.entries
        ids = [entry.track_id for entry in entries if entry.track_id is not None]
        before = entries[: max(0, self.currentIndex().row())]
        at = sum(entry.track_id is not None for entry in before)
        if ids:
            self._services.intents.play.emit(ids, min(at, len(ids) - 1))

    def play_next(self) -> None:
        """Put the chosen tracks behind the one that plays."""
        if ids := self.ids():
            self._services.intents.enqueue.emit(ids, True)

    def enqueue(self) -> None:
        """Put the chosen tracks at the queue's end."""
        if ids := self.ids():
            self._services.intents.enqueue.emit(ids, False)

    def more_like(self) -> None:
        """Make a queue of music like the current track."""
        if ids := self.ids():
            self._services.intents.more_like.emit(ids[0])

    def like(self) -> None:
        """Like the chosen tracks."""
        if ids := self.ids():
            self._services.intents.liked.emit(ids, True)

    def show_in_folder(self) -> None:
        """Show the current track's file."""
        if ids := self.ids():
            self._services.intents.show_in_folder.emit(ids[0])

    def remove(self) -> None:
        """Take the chosen rows out of the playlist."""
        if rows := self.rows():
            self.remove_asked.emit(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Space to whoever plays."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu at the mouse, or at the current row when a key asked for it."""
        if self.selectionModel().hasSelection():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            for part in self._parts:
                menu.addActions(list(part))
                menu.addSeparator()
            menu.popup(menu_place(self, event))

    def _cover_came(self, track_id: TrackId) -> None:
        for row in self._entries.rows_of(track_id):
            self.update(self._entries.index(row))

    def _action(self, text: str, call: Callable[[], None], *keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: call())
        self.addAction(action)
        return action
