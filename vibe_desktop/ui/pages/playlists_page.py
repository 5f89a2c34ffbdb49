"""The playlists page: the saved ones at the side, the chosen one's songs beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from vibe_desktop.background.questions import Answer
from vibe_desktop.domain import PlaylistEntry
from vibe_desktop.library.codec import load_request
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.library.latest import Latest
from vibe_desktop.ui.playlists.entry_model import EntryModel
from vibe_desktop.ui.playlists.entry_view import EntryView
from vibe_desktop.ui.playlists.playlist_files import PlaylistFiles, playlist_files
from vibe_desktop.ui.playlists.playlist_head import PlaylistHead
from vibe_desktop.ui.playlists.playlist_list import PlaylistView
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.empty import EmptyState
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent

    from vibe_desktop.domain import MoodRequest, Queue, Track, TrackId, VibeError
    from vibe_desktop.library.saved import Playlist
    from vibe_desktop.ui.services import Services

_MARGIN = 48
_MARGIN_NARROW = 24
_SLIM = 640
_NARROW = 900
_SIDE = 300
_SIDE_NARROW = 220
_WATCH_MS = 500


class PlaylistsPage(QWidget):
    """Shows what was saved; `refresh` after it changed, which `intents.playlists_changed` does by itself."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._wanted = -1
        self._shown = -1
        self._stale = True
        self._files = PlaylistFiles(services, self)
        self.setProperty("surface", "page")
        self.setAccessibleName(self.tr("Playlists"))
        self.setAcceptDrops(True)
        self.list = PlaylistView()
        self.head = PlaylistHead()
        self.entries = EntryModel(self._tracks, self)
        self.view = EntryView(services, self.entries)
        self._empty = EmptyState(
            "list-music",
            self.tr("No playlists yet"),
            self.tr(
                "Type a mood, and save the queue when you like it. "
                "Playlists of other players can be dropped here."
            ),
            TextButton(self.tr("Type a mood"), "primary", clicked=lambda: services.intents.page.emit("mood")),
            TextButton(self.tr("Import a playlist…"), clicked=self._files.choose),
        )
        self._lay_out()
        self._connect()
        self._latest: Latest[list[Playlist]] = Latest(services.tasks, self._show, self._tell, self)
        self._contents: Latest[tuple[int, list[PlaylistEntry]]] = Latest(
            services.tasks, self._show_entries, self._tell, self
        )
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._look_at_playing)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(PlainLabel(self.tr("Playlists"), "title"))
        top.addStretch()
        self._import = TextButton(self.tr("Import…"), icon_name="upload", clicked=self._files.choose)
        top.addWidget(self._import)
        beside = QWidget()
        right = QVBoxLayout(beside)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.head)
        right.addWidget(self.view, 1)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(28)
        row.addWidget(self.list)
        row.addWidget(beside, 1)
        self._both = both
        self._stack = QStackedWidget()
        for widget in (QWidget(), both, self._empty):
            self._stack.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(20)
        self._column.addLayout(top)
        self._column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        intents = self._services.intents
        intents.playlists_changed.connect(self.refresh)
        intents.library_changed.connect(self.refresh)
        intents.show_playlist.connect(self.show_playlist)
        self.list.chosen.connect(self._open)
        self.list.play_asked.connect(self.play)
        self.list.rename_asked.connect(self.rename)
        self.list.delete_asked.connect(self.delete)
        self.list.menu_asked.connect(self._open_menu)
        self.head.play.connect(self.play)
        self.head.renamed.connect(self._take_name)
        self.head.closed.connect(self._leave_renaming)
        self.head.regenerate.connect(self.regenerate)
        self.head.export.connect(self.export)
        self.head.delete.connect(self.delete)
        self.entries.failed.connect(self._tell)
        self.view.remove_asked.connect(self._remove)
        self._files.imported.connect(self.show_playlist)

    # --- what others may ask ---

    def refresh(self) -> None:
        """Read the playlists again; waits until the page is in sight."""
        self._stale = True
        if self.isVisible():
            self._stale = False
            self._latest.ask(self._services.app.playlists.all)

    def show_playlist(self, playlist_id: int) -> None:
        """Choose a playlist, and bring the page into sight."""
        self._wanted = playlist_id
        self._services.intents.page.emit("playlists")
        self.refresh()

    def import_files(self) -> None:
        """Let the person choose playlists of other players."""
        self._files.choose()

    # --- the chosen playlist ---

    def play(self) -> None:
        """Play the chosen playlist from its beginning."""
        ids = [entry.track_id for entry in self.entries.entries if entry.track_id is not None]
        if ids:
            self._services.intents.play.emit(ids, 0)

    def rename(self) -> None:
        """Let the person give the chosen playlist another name."""
        if self.list.current:
            self.head.rename()

    def _leave_renaming(self) -> None:
        self.list.setFocus()
        if self._stale:
            self.refresh()

    def delete(self) -> None:
        """Delete the chosen playlist; the notice can take it back."""
        if playlist := self.list.current:
            store = self._services.app.playlists
            told = self.tr("“{0}” was deleted.").format(playlist.name)
            undo = self._undo(lambda: store.restore(playlist.id), playlist.id)
            self._change(lambda: store.delete(playlist.id), told, undo)

    def export(self) -> None:
        """Write the chosen playlist to a file."""
        if playlist := self.list.current:
            self._files.export(playlist)

    def regenerate(self) -> None:
        """Answer the chosen playlist's mood anew; the notice can take it back."""
        playlist = self.list.current
        request = load_request(playlist.request_json) if playlist else None
        if playlist is None or request is None:
            return
        self.head.show_busy(busy=True)
        self._services.tasks.when(
            self._services.answering.ask(
                Answer(_anew(request, playlist), ear=self._services.preferences.now.ear)
            ),
            lambda answer: self._replace_by(playlist, answer),
            failed=self._not_regenerated,
            owner=self,
        )

    def _replace_by(self, playlist: Playlist, answer: Queue) -> None:
        self.head.show_busy(busy=False)
        entries = [PlaylistEntry(entry.track.id, entry.line or entry.reason) for entry in answer.entries]
        if not entries:
            self._services.intents.notice.emit(
                self.tr("Nothing fits “{0}” any more, so it stays as it is.").format(playlist.name), "", None
            )
            self.refresh()
            return
        self._replace(playlist.id, entries, self.tr("“{0}” was made anew.").format(playlist.name))

    def _not_regenerated(self, error: VibeError) -> None:
        self.head.show_busy(busy=False)
        self._tell(error)
        self.refresh()

    def _remove(self, rows: Sequence[int]) -> None:
        """Take rows out of the chosen playlist; the notice can take it back."""
        if playlist := self.list.current:
            gone = set(rows)
            left = [entry for row, entry in enumerate(self.entries.entries) if row not in gone]
            self._replace(playlist.id, left, self.tr("Removed from “{0}”.").format(playlist.name))

    def _replace(self, playlist_id: int, entries: Sequence[PlaylistEntry], told: str) -> None:
        store = self._services.app.playlists

        def work() -> list[PlaylistEntry]:
            before = store.entries(playlist_id)
            store.replace(playlist_id, entries)
            return before

        def done(before: list[PlaylistEntry]) -> None:
            undo = self._undo(lambda: store.replace(playlist_id, before), playlist_id)
            self._services.intents.notice.emit(told, self.tr("Undo"), undo)
            self._services.intents.playlists_changed.emit()

        self._services.tasks.run(work, done, failed=self._tell, owner=self)

    def _undo(self, work: Callable[[], None], playlist_id: int) -> Callable[[], None]:
        """Return what takes a step back and then shows its playlist."""

        def undo() -> None:
            self._wanted = playlist_id
            self._change(work)

        return undo

    def _change(
        self, work: Callable[[], None], told: str = "", undo: Callable[[], None] | None = None
    ) -> None:
        """Change what is saved, tell it, and show it as it is then."""
        intents = self._services.intents

        def done(_: None) -> None:
            if told:
                intents.notice.emit(told, self.tr("Undo") if undo else "", undo)
            intents.playlists_changed.emit()

        self._services.tasks.run(work, done, failed=self._tell, owner=self)

    def _take_name(self, name: str) -> None:
        if playlist := self.list.current:
            self._change(lambda: self._services.app.playlists.rename(playlist.id, name))

    # --- showing ---

    def _show(self, playlists: list[Playlist]) -> None:
        if self.head.renaming:
            self._stale = True
            return
        wanted = self._wanted if self._wanted >= 0 else self._shown
        self._wanted = -1
        self._stack.setCurrentWidget(self._both if playlists else self._empty)
        self._import.setVisible(bool(playlists))
        self.list.show_playlists(playlists, wanted)

    def _open(self, playlist_id: int) -> None:
        playlist = self.list.current
        if playlist is None:
            return
        self.head.show_playlist(playlist)
        store = self._services.app.playlists
        self._contents.ask(lambda: (playlist_id, store.entries(playlist_id)))

    def _show_entries(self, result: tuple[int, list[PlaylistEntry]]) -> None:
        playlist_id, entries = result
        same = playlist_id == self._shown
        self._shown = playlist_id
        bar = self.view.verticalScrollBar()
        at, row = bar.value(), self.view.currentIndex().row()
        self.entries.show_entries(entries)
        self.entries.set_playing(self._playing())
        if entries:
            self.view.choose(min(max(0, row), len(entries) - 1) if same else 0)
        bar.setValue(at if same else 0)

    def _tracks(self, ids: Sequence[TrackId]) -> list[Track]:
        return self._services.app.reading_tracks.tracks(ids)

    def _tell(self, error: VibeError) -> None:
        self._services.intents.notice.emit(advice(error), "", None)

    def _look_at_playing(self) -> None:
        self.entries.set_playing(self._playing())

    def _playing(self) -> TrackId | None:
        now = self._services.jukebox.now
        return now.entry.track.id if now else None

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        for text, call in (
            (self.tr("Play"), self.play),
            (self.tr("Rename"), self.rename),
            (self.tr("Make it anew from its mood"), self.regenerate),
            (self.tr("Export…"), self.export),
            (self.tr("Delete"), self.delete),
        ):
            action = QAction(text, menu)
            action.triggered.connect(lambda _checked=False, call=call: call())
            menu.addAction(action)
        playlist = self.list.current
        menu.actions()[2].setEnabled(bool(playlist and playlist.request_json))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    # --- Qt's own ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if playlist_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = playlist_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self._files.read(files)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = _MARGIN_NARROW if self.width() < _SLIM else _MARGIN
        self._column.setContentsMargins(side, 36, side, 0)
        self.list.setFixedWidth(_SIDE_NARROW if self.width() < _NARROW else _SIDE)


def _anew(request: MoodRequest, playlist: Playlist) -> MoodRequest:
    """Return the request with a seed that each change of the playlist makes another."""
    return replace(request, seed=request.seed + 1 + int(playlist.changed_at))
