"""The window: sidebar, pages, player bar, and what passes between them."""

from __future__ import annotations

import base64
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from vibe_desktop.background.jobs import JobKind
from vibe_desktop.domain import VibeError
from vibe_desktop.playback.jukebox import Change, PlayState
from vibe_desktop.playback.session import track_ids
from vibe_desktop.ui.activity_card import ActivityCard
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.desktop_link import DesktopLink
from vibe_desktop.ui.doings import Doings
from vibe_desktop.ui.ear_hint import EarHint
from vibe_desktop.ui.mood_desk import MoodDesk
from vibe_desktop.ui.music_folders import MusicFolders
from vibe_desktop.ui.pages.mood_page import MoodPage
from vibe_desktop.ui.player_bar import HEIGHT, SEEK_SECONDS, PlayerBar
from vibe_desktop.ui.queue.queue_model import title_of
from vibe_desktop.ui.session import SessionFile
from vibe_desktop.ui.shortcuts import ShortcutList, bind
from vibe_desktop.ui.sidebar import Sidebar
from vibe_desktop.ui.widgets.notice import NoticeBar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from vibe_desktop.domain import Track, TrackId
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

SMALLEST = (900, 600)
_USUAL = (1280, 820)
_NARROW = 1040
_TICK_MS = 125
_SAVE_MS = 10_000
_LOUDER = 0.05


class MainWindow(QMainWindow):
    """Built from its services once they are open. Pages other than the first are made when first shown."""

    closed = Signal()

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__()
        self._services = services
        self._watch = watch
        self._session = SessionFile(services.app.profile.session)
        self._pages: dict[str, QWidget] = {}
        self._page_state: dict[str, Any] = {}
        self._begun = False
        self._instead: QWidget | None = None
        self._desk = MoodDesk(services)
        self.setWindowTitle("Vibe Desktop")
        self.setMinimumSize(*SMALLEST)
        self.resize(*_USUAL)
        self.sidebar = Sidebar()
        self.stack = QStackedWidget()
        self.mood_page = MoodPage(services, self._desk)
        self.mood_page.advise(EarHint(services, watch))
        self.player_bar = PlayerBar(services)
        self._notices = NoticeBar(self, above=HEIGHT)
        self._desktop: DesktopLink | None = None
        self._doings = Doings(services, self._desk, self)
        self._folders = MusicFolders(services, watch, self)
        self._build()
        self._connect()
        self._ticking = QTimer(self, interval=_TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self._saving = QTimer(self, interval=_SAVE_MS)
        self._saving.timeout.connect(self._autosave)

    def restore_geometry(self) -> None:
        """Bring the window back to where it was; quick, before anything else is loaded."""
        self._page_state = self._session.load()
        geometry = self._page_state.get("geometry")
        if isinstance(geometry, str):
            with suppress(ValueError):  # a file that another hand changed
                self.restoreGeometry(QByteArray(base64.b64decode(geometry)))

    def kept_tracks(self) -> list[TrackId]:
        """Return which tracks the queue that was kept is made of."""
        return track_ids(self._page_state.get("jukebox"))

    def begin(self, tracks: Sequence[Track], *, first_run: bool) -> None:
        """Bring the queue back, made of these `tracks`, and start everything that moves."""
        self.show_instead(None)
        state = self._page_state
        jukebox = self._services.jukebox
        saved = state.get("jukebox")
        if isinstance(saved, dict):
            known = {track.id: track for track in tracks}
            jukebox.restore(saved, lambda ids: [known[each] for each in ids if each in known])
            self._desk.follow_queue()
        self._begun = True
        self._desktop = DesktopLink(self._services)
        self._desktop.raise_wanted.connect(self.come_forward)
        self._desktop.quit_wanted.connect(self.close)
        self._ticking.start()
        self._saving.start()
        page = state.get("page")
        self.show_page(
            "first" if first_run else page if isinstance(page, str) and page in self._makers else "mood"
        )
        self.mood_page.panel.sync()
        self._desk.begin()
        if not first_run:
            self.mood_page.begin()
        self._tick()
        self.refresh_saved()

    def show_instead(self, page: QWidget | None) -> None:
        """Show one page and nothing else while there is no library to show; None ends that."""
        if self._instead:
            self._instead.deleteLater()
        self._instead = page
        self.sidebar.setVisible(page is None)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(page is None)
        if page:
            self.stack.setCurrentIndex(self.stack.addWidget(page))
            page.setFocus()

    def state(self) -> dict[str, Any]:
        """Return everything that comes back after a restart, as plain values."""
        state = dict(self._page_state)
        state["geometry"] = base64.b64encode(self.saveGeometry().data()).decode("ascii")
        if not self._begun:
            return state  # the queue that was kept did not come back yet
        state["jukebox"] = self._services.jukebox.snapshot()
        current = next(
            (name for name, page in self._pages.items() if page is self.stack.currentWidget()), "mood"
        )
        state["page"] = "mood" if current == "first" else current
        for name, page in self._pages.items():
            keep = getattr(page, "state", None)
            if callable(keep):
                state[name] = keep()
        return state

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write what is to come back, vanish at once, and let whoever started the window end the rest."""
        self._ticking.stop()
        self._saving.stop()
        try:
            self._session.save(self.state())
            self._services.preferences.flush()
        except VibeError as error:
            self._services.tasks.trouble.emit(error)
        self.hide()  # nobody waits for the desktop to be told
        if self._desktop:
            self._desktop.close()
        self._doings.close()
        event.accept()
        self.closed.emit()

    def come_forward(self) -> None:
        """Show the window above others, as a second start asks for."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def open_files(self, paths: Sequence[str]) -> None:
        """Put the tracks behind files and folders at the end of the queue and play the first of them."""
        self._doings.open_files(paths)

    def show_page(self, name: str) -> None:
        """Show a page, made now if it was never shown."""
        page = self._page(name)
        self.stack.setCurrentWidget(page)
        self.sidebar.show_page(name)
        self.sidebar.setVisible(name != "first")
        shown = getattr(page, "shown", None)
        if callable(shown):
            shown()

    def show_playlist(self, number: int) -> None:
        """Show one playlist on its page."""
        self.show_page("playlists")
        self._page("playlists").show_playlist(number)  # type: ignore[attr-defined]

    def refresh_saved(self) -> None:
        """List the saved moods in the sidebar anew."""
        self._services.tasks.run(self._services.app.playlists.all, self.sidebar.show_saved, owner=self)

    def _page(self, name: str) -> QWidget:
        if name not in self._pages:
            page = self._makers[name]()
            self._pages[name] = page
            self.stack.addWidget(page)
            restore = getattr(page, "restore", None)
            if callable(restore) and isinstance(self._page_state.get(name), dict):
                restore(self._page_state[name])
        return self._pages[name]

    @property
    def _makers(self) -> Mapping[str, Callable[[], QWidget]]:
        return {
            "mood": lambda: self.mood_page,
            "first": self._make_first_run,
            "library": self._make_library,
            "playlists": self._make_playlists,
            "activity": self._make_activity,
            "settings": self._make_settings,
        }

    def _make_first_run(self) -> QWidget:
        from vibe_desktop.ui.pages.first_run import FirstRunPage

        page = FirstRunPage(self._services, self._watch)
        page.done.connect(self._leave_first_run)
        return page

    def _make_library(self) -> QWidget:
        from vibe_desktop.ui.pages.library_page import LibraryPage

        return LibraryPage(self._services)

    def _make_playlists(self) -> QWidget:
        from vibe_desktop.ui.pages.playlists_page import PlaylistsPage

        return PlaylistsPage(self._services)

    def _make_activity(self) -> QWidget:
        from vibe_desktop.ui.pages.activity import ActivityPage

        return ActivityPage(self._services, self._watch)

    def _make_settings(self) -> QWidget:
        from vibe_desktop.ui.pages.settings import SettingsPage

        page = SettingsPage(self._services, self._watch)
        page.keys_wanted.connect(lambda: ShortcutList(self).open())
        return page

    def _leave_first_run(self) -> None:
        self.show_page("mood")
        self.mood_page.begin()

    def _build(self) -> None:
        line = QFrame()
        line.setProperty("surface", "line")
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.sidebar)
        upper.addWidget(self.stack, 1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(line)
        column.addWidget(self.player_bar)
        centre = QWidget()
        centre.setLayout(column)
        self.setCentralWidget(centre)
        self._card = ActivityCard(self._services, self._watch)
        self.sidebar.set_foot(self._card)
        self._pages["mood"] = self.mood_page
        self.stack.addWidget(self.mood_page)
        self.setTabOrder(self.mood_page, self.player_bar)
        self.mood_page.prompt.edit.setFocus()

    def _connect(self) -> None:
        intents, jukebox = self._services.intents, self._services.jukebox
        self.sidebar.page.connect(self.show_page)
        self.sidebar.playlist.connect(self.show_playlist)
        intents.page.connect(self.show_page)
        intents.notice.connect(self._notices.tell)
        intents.lasting_notice.connect(partial(self._notices.tell, lasting=True))
        intents.playlists_changed.connect(self.refresh_saved)
        self._services.tasks.trouble.connect(self.tell_error)
        intents.choose_folder.connect(self._folders.choose)
        intents.start_demo.connect(self._watch.demo)
        intents.edit_caption.connect(self._edit_caption)
        intents.show_playlist.connect(self.show_playlist)
        intents.library_changed.connect(self.mood_page.suggest_soon)
        self._watch.ended.connect(lambda _job: self._services.covers.look_again())
        self._desk.answered.connect(self._tick)
        self._folders.failed.connect(self.tell_error)
        self._watch.failed.connect(self._tell_failed_job)
        self._watch.hindered.connect(self.tell_error)
        self._shortcuts = bind(
            self,
            {
                "toggle": jukebox.toggle,
                "previous": jukebox.previous,
                "next": jukebox.next,
                "back": lambda: jukebox.seek_by(-SEEK_SECONDS),
                "forth": lambda: jukebox.seek_by(SEEK_SECONDS),
                "louder": lambda: jukebox.set_volume(jukebox.volume + _LOUDER),
                "softer": lambda: jukebox.set_volume(jukebox.volume - _LOUDER),
                "mute": lambda: jukebox.set_muted(not jukebox.muted),
                "mood": self._go_to_prompt,
                "find": self._go_to_filter,
                "playing": self._go_to_playing,
                "undo": self.mood_page.panel.undo,
                "redo": self.mood_page.panel.redo,
                "again": self._desk.regenerate,
                "save": self.mood_page.panel.save,
                "export": self.mood_page.panel.export,
                "rename": self._rename,
                "help": lambda: ShortcutList(self).open(),
                "quit": self.close,
                **{
                    f"page-{name}": partial(self.show_page, name)
                    for name in ("mood", "library", "playlists", "activity", "settings")
                },
            },
        )

    def tell_error(self, error: VibeError) -> None:
        """Say what went wrong and what to do, in the notice line."""
        self._notices.tell(advice(error))

    def _tell_failed_job(self, error: VibeError) -> None:
        of_models = self._watch.finished[0].kind in (JobKind.INSTALL, JobKind.REMOVE)
        names = ("first", "activity", "settings") if of_models else ("first", "activity")
        told_there = [self._pages.get(name) for name in names]
        if self.stack.currentWidget() not in told_there:
            self._notices.tell(advice(error), self.tr("Show"), lambda: self.show_page("activity"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.sidebar.set_narrow(narrow=narrow)
        self._card.set_compact(compact=narrow)
        if self._notices.isVisible():
            self._notices.place()

    def _tick(self) -> None:
        changes = self._services.jukebox.tick()
        if not changes:
            return
        self.player_bar.take_in(changes)
        if changes & {Change.QUEUE, Change.TRACK, Change.STATE}:
            self.mood_page.panel.sync()
        if Change.TRACK in changes or Change.STATE in changes:
            self._doings.track_changed(self.isActiveWindow())
            self._show_title()
        if Change.VOLUME in changes:
            jukebox = self._services.jukebox
            self._services.preferences.change(volume=jukebox.volume, muted=jukebox.muted)
        if Change.NOTICE in changes and self._services.jukebox.notice:
            self._notices.tell(self._services.jukebox.notice)
        if self._desktop:
            self._desktop.take_in(changes)

    def _show_title(self) -> None:
        jukebox = self._services.jukebox
        now = jukebox.now if jukebox.state is not PlayState.STOPPED else None
        self.setWindowTitle(f"{title_of(now.entry.track)} – Vibe Desktop" if now else "Vibe Desktop")

    def _autosave(self) -> None:
        state = self.state()
        self._services.tasks.run(lambda: self._session.keep(state), owner=self)

    def _go_to_prompt(self) -> None:
        self.show_page("mood")
        self.mood_page.focus_prompt()

    def _go_to_filter(self) -> None:
        self.show_page("library")
        self._page("library").focus_filter()  # type: ignore[attr-defined]

    def _go_to_playing(self) -> None:
        self.show_page("mood")
        self.mood_page.panel.view.setFocus()
        self.mood_page.panel.view.show_playing()

    def _edit_caption(self, track_id: int) -> None:
        self.show_page("library")
        self._page("library").edit_caption(track_id)  # type: ignore[attr-defined]

    def _rename(self) -> None:
        rename = getattr(self.stack.currentWidget(), "rename", None)
        if callable(rename):
            rename()
