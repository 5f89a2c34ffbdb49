"""What can be done with the chosen tracks of the table: by key, by menu, by the buttons beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from vibe_desktop.ui.library.wording import songs

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.ui.library.table_view import TrackView
    from vibe_desktop.ui.services import Services

MOST_PLAYED = 500
"""A queue of more is nothing one looks through."""
MOST_KEPT = 20_000


class TrackActions(QObject):
    """Tells intents what the person wants with the rows that are chosen in `view`."""

    edit_asked = Signal(int)

    def __init__(self, services: Services, view: TrackView, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._view = view
        self._play = self._action(self.tr("Play"), self.play, "Return", "Enter")
        self._next = self._action(
            self.tr("Play next"), self.play_next, "Ctrl+Shift+Return", "Ctrl+Shift+Enter"
        )
        self._enqueue = self._action(self.tr("Add to queue"), self.enqueue, "Ctrl+Return", "Ctrl+Enter")
        self._more = self._action(self.tr("More like this"), self.more_like, "Ctrl+M")
        self._like = self._action(self.tr("Like"), self.toggle_liked, "Ctrl+D")
        self._edit = self._action(self.tr("Edit description"), self.edit, "F2")
        self._folder = self._action(self.tr("Show in folder"), self.show_in_folder, "Ctrl+Shift+O")
        self._save = self._action(self.tr("Save as playlist"), self.save, "Ctrl+S")
        self._export = self._action(self.tr("Export…"), self.export, "Ctrl+E")

    def menu(self) -> QMenu:
        """Return a menu for the rows that are chosen now."""
        row = self._view.current_row()
        self._like.setText(self.tr("No longer like") if row and row.liked else self.tr("Like"))
        single = self._view.count() == 1
        for action in (self._more, self._edit, self._folder):
            action.setVisible(single)
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for part in (
            (self._play, self._next, self._enqueue),
            (self._more, self._like),
            (self._edit, self._folder),
            (self._save, self._export),
        ):
            menu.addActions(list(part))
            menu.addSeparator()
        return menu

    def play(self) -> None:
        """Play the chosen tracks, or from the one that is chosen on."""
        if self._view.count() > 1:
            ids = self._view.chosen_ids(MOST_PLAYED)
        elif self._view.current >= 0:
            ids = self._view.tracks.ids[self._view.current :][:MOST_PLAYED].tolist()
        else:
            ids = []
        if ids:
            self._services.intents.play.emit(ids, 0)

    def play_next(self) -> None:
        """Put the chosen tracks behind the one that plays."""
        self._add(after_current=True)

    def enqueue(self) -> None:
        """Put the chosen tracks at the queue's end."""
        self._add(after_current=False)

    def more_like(self) -> None:
        """Make a queue of music like the current track."""
        row = self._view.current_row()
        if row is not None:
            self._services.intents.more_like.emit(row.id)

    def toggle_liked(self) -> None:
        """Like the chosen tracks, or no longer, as the current one is not or is."""
        row = self._view.current_row()
        if row is not None:
            self.set_liked(not row.liked)

    def toggle_liked_row(self, place: int) -> None:
        """Like the track of a row, or no longer."""
        row = self._view.tracks.row(place)
        if row is not None:
            self._services.intents.liked.emit([row.id], not row.liked)

    def set_liked(self, liked: bool) -> None:  # noqa: FBT001 - the name says it
        """Like the chosen tracks, or no longer."""
        self._services.intents.liked.emit(self._view.chosen_ids(MOST_KEPT), liked)

    def edit(self) -> None:
        """Let the person describe the current track."""
        row = self._view.current_row()
        if row is not None:
            self.edit_asked.emit(row.id)

    def show_in_folder(self) -> None:
        """Show the current track's file."""
        row = self._view.current_row()
        if row is not None:
            self._services.intents.show_in_folder.emit(row.id)

    def save(self) -> None:
        """Keep the chosen tracks as a playlist."""
        ids = self._view.chosen_ids(MOST_KEPT)
        if ids:
            name = self._name()
            self._services.tasks.run(
                lambda: self._services.app.playlists.create(name, ids), self._saved, owner=self
            )

    def export(self) -> None:
        """Write the chosen tracks to a playlist file."""
        ids = self._view.chosen_ids(MOST_KEPT)
        if ids:
            self._services.intents.export.emit(ids, self._name())

    def _add(self, *, after_current: bool) -> None:
        ids = self._view.chosen_ids(MOST_PLAYED)
        if ids:
            self._services.intents.enqueue.emit(ids, after_current)

    def _saved(self, playlist_id: int) -> None:
        intents = self._services.intents
        intents.playlists_changed.emit()
        text = self.tr("Saved {0} as a playlist.").format(songs(self._view.count()))

        def show() -> None:
            intents.page.emit("playlists")  # which makes the page, if nobody saw it yet
            intents.show_playlist.emit(playlist_id)

        intents.notice.emit(text, self.tr("Show"), show)

    def _name(self) -> str:
        """Return what to call the chosen tracks."""
        row = self._view.current_row()
        if row is None:
            return self.tr("From the library")
        names = [name for name in (row.album if self._view.count() > 1 else row.title, row.artist) if name]
        return " – ".join(names)[:60] or self.tr("From the library")

    def _action(self, text: str, call: Callable[[], None], *keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: call())
        self._view.addAction(action)
        return action
