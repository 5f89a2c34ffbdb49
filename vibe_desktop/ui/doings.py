"""What the window does when a page asks: plays, queues, likes, tells the desktop."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vibe_desktop.desktop.notifications import choose_notifications
from vibe_desktop.domain import QueueEntry, VibeError
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.library.reveal import reveal
from vibe_desktop.ui.queue.queue_files import export_dialog, tell_unknown, tracks_behind
from vibe_desktop.ui.queue.queue_model import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from vibe_desktop.app import App
    from vibe_desktop.desktop.notifications import Notifications
    from vibe_desktop.domain import Track, TrackId
    from vibe_desktop.ui.mood_desk import MoodDesk
    from vibe_desktop.ui.services import Services
    from vibe_desktop.ui.tasks import Tasks


class Doings(QObject):
    """Answers the intents of all pages."""

    def __init__(self, services: Services, desk: MoodDesk, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._desk = desk
        self._window = window
        self._told: int | None = None
        intents = services.intents
        intents.play.connect(self._play)
        intents.enqueue.connect(self._enqueue)
        intents.more_like.connect(self._more_like)
        intents.liked.connect(self._like)
        intents.export.connect(self._export)
        intents.show_in_folder.connect(self._show_in_folder)

    @cached_property
    def _notifier(self) -> Notifications:
        return choose_notifications()

    def track_changed(self, active: bool) -> None:  # noqa: FBT001
        """Tell of a new track when the person looks elsewhere."""
        jukebox = self._services.jukebox
        now = jukebox.now
        if now is None or jukebox.state is not PlayState.PLAYING or now.key == self._told:
            return
        self._told = now.key
        if not active and self._services.preferences.now.notifications:
            tags = now.entry.track.tags
            about = " · ".join(part for part in (tags.artist, tags.album) if part)
            self._notifier.show(title_of(now.entry.track), about, self._services.covers.file(now.entry.track))

    def close(self, seconds: float = 0.3) -> None:
        """Take back what stands on the desktop, and let go of it."""
        if "_notifier" in self.__dict__:
            self._notifier.close(seconds)

    def open_files(self, paths: Sequence[str]) -> None:
        """Put what files and folders stand for at the end of the queue, and play the first of it."""
        app, jukebox = self._services.app, self._services.jukebox

        def add(found: tuple[list[Track], int]) -> None:
            tracks, unknown = found
            before = len(jukebox.queue.items)
            jukebox.queue.insert(before, self._entries(tracks))
            if tracks:
                jukebox.play_item(jukebox.queue.items[before].key)
            tell_unknown(self._services, unknown)

        self._services.tasks.run(lambda: tracks_behind(app, paths), add, owner=self)

    def _play(self, ids: Sequence[TrackId], at: int) -> None:
        def begin(tracks: Sequence[Track]) -> None:
            jukebox = self._services.jukebox
            wanted = ids[at] if 0 <= at < len(ids) else None
            jukebox.queue.replace(self._entries(tracks), name=self.tr("From the library"))
            item = next((each for each in jukebox.queue.items if each.entry.track.id == wanted), None)
            self._desk.follow_queue()
            if item:
                jukebox.play_item(item.key)

        self._fetch(ids, begin)

    def _enqueue(self, ids: Sequence[TrackId], next_: bool) -> None:  # noqa: FBT001
        def add(tracks: Sequence[Track]) -> None:
            queue = self._services.jukebox.queue
            before = {item.key for item in queue.items}
            queue.insert(queue.next_index if next_ else len(queue.items), self._entries(tracks))
            added = {item.key for item in queue.items} - before
            told = (
                self.tr("“{0}” is in the queue.").format(title_of(tracks[0]))
                if len(tracks) == 1
                else self.tr("{0} songs are in the queue.").format(f"{len(tracks):,}")
            )
            # Just these: something else may be the queue's last step by the time it is pressed.
            self._services.intents.notice.emit(told, self.tr("Undo"), lambda: queue.remove(added))

        self._fetch(ids, add)

    def _more_like(self, track_id: TrackId) -> None:
        def ask(tracks: Sequence[Track]) -> None:
            self._services.intents.page.emit("mood")
            self._desk.radio(tracks[0])

        self._fetch([track_id], ask)

    def _like(self, ids: Sequence[TrackId], liked: bool) -> None:  # noqa: FBT001
        tastes = self._services.app.tastes
        self._services.tasks.run(lambda: tastes.set_liked(ids, liked), owner=self)

    def _show_in_folder(self, track_id: TrackId) -> None:
        def show(tracks: Sequence[Track]) -> None:
            try:
                reveal(tracks[0].path)
            except VibeError as error:
                self._services.tasks.trouble.emit(error)

        self._fetch([track_id], show)

    def _export(self, ids: Sequence[TrackId], name: str) -> None:
        self._fetch(ids, lambda tracks: export_dialog(self._window, self._services, tracks, name))

    def _fetch(self, ids: Sequence[TrackId], then: Callable[[Sequence[Track]], object]) -> None:
        tracks = self._services.app.reading_tracks

        def some(found: Sequence[Track]) -> None:
            if found:
                then(found)

        self._services.tasks.run(lambda: tracks.tracks(list(ids)), some, owner=self)

    def _entries(self, tracks: Sequence[Track]) -> list[QueueEntry]:
        return [QueueEntry(0, track, None, None, "") for track in tracks]


class Memory:
    """Writes down what was heard, away from the main thread."""

    def __init__(self, app: App, tasks: Tasks) -> None:
        self._app = app
        self._tasks = tasks

    def played(self, track_id: TrackId, seconds: float) -> None:
        """Note a play."""
        at = time.time()
        self._note(lambda: self._app.tastes.record_play(track_id, at, seconds))

    def skipped(self, track_id: TrackId, seconds: float) -> None:
        """Note a skip."""
        at = time.time()
        self._note(lambda: self._app.tastes.record_skip(track_id, at, seconds))

    def _note(self, write: Callable[[], None]) -> None:
        if not self._app.read_only:
            self._tasks.run(write)
