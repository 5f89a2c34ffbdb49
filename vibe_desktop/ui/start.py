"""The start and the end of the window: shown first, the rest opened after; let go within two seconds."""

from __future__ import annotations

import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from vibe_desktop.app import App
from vibe_desktop.background.answering import Answering
from vibe_desktop.background.jobs import Jobs
from vibe_desktop.desktop.power import on_battery
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile
from vibe_desktop.playback.choose import choose_player
from vibe_desktop.playback.jukebox import Jukebox
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.settings import SettingsFile

# Qt last: once its binding is there, every import reads the source of the module and looks for Qt in it.
# isort: split
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from vibe_desktop.desktop.single_instance import SingleInstance
from vibe_desktop.ui import ahead
from vibe_desktop.ui.covers.covers import Covers
from vibe_desktop.ui.doings import Memory
from vibe_desktop.ui.effects import Effects
from vibe_desktop.ui.faults import Faults
from vibe_desktop.ui.icons import app_icon
from vibe_desktop.ui.intents import Intents
from vibe_desktop.ui.job_watch import JobWatch
from vibe_desktop.ui.kept_words import restored_words
from vibe_desktop.ui.main_window import MainWindow
from vibe_desktop.ui.pages.instead import RestoringPage, refusal
from vibe_desktop.ui.preferences import Preferences
from vibe_desktop.ui.restoring import Restoring
from vibe_desktop.ui.services import Services
from vibe_desktop.ui.style import TEXT, sized
from vibe_desktop.ui.tasks import Tasks
from vibe_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from vibe_desktop.domain import Track, TrackId
    from vibe_desktop.playback.player import Player
    from vibe_desktop.progress import Progress

_LATEST_MS = 300
"""How long the first picture of the window is waited for: one that is minimised gets none."""
_WARM_MS = 400
_AHEAD_MS = 900
_RESCAN_MS = 2500
_END_SECONDS = 1.7


def main() -> None:
    """Open the window on the person's own profile and leave with its exit code."""
    try:
        sys.exit(run(Profile.default()))
    except VibeError as error:
        say_in_a_box(error)
        sys.exit(error.exit_code)


def say_in_a_box(error: VibeError) -> None:
    """Say why there is no window: whoever started the program from a menu sees no terminal."""
    if sys.stderr:  # none where Windows starts a program without a terminal
        sys.stderr.write(f"{error.told}\n")
    box = QMessageBox(QMessageBox.Icon.Warning, "Vibe Desktop", f"{error.message}\n\n{error.remedy}")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


def run(profile: Profile, files: Sequence[str] = ()) -> int:
    """Open the window on a profile, or hand `files` to the one that is open; returns the exit code."""
    application = make_application()
    instance = SingleInstance(profile)
    if not instance.claim() and instance.tell(files):
        return 0
    with App(profile) as app:
        program = Program(application, app)
        program.show()
        instance.raised.connect(program.window.come_forward)
        instance.opened.connect(program.open_files)
        if files:
            program.open_files(list(files))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: program.window.close())
        code = application.exec()
        program.end()
        instance.close()
    if app.has_opened:
        from vibe_desktop.library.backup import keep

        keep(profile.database)  # nobody waits for it: the window is gone, and another may open
    return code


def make_application() -> QApplication:
    """Return the Qt application, with its name, icon and type set."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("vibe-desktop")
    application.setApplicationDisplayName("Vibe Desktop")
    application.setDesktopFileName("vibe-desktop")
    application.setStyle("Fusion")
    application.setFont(sized(application.font(), TEXT))
    application.setWindowIcon(app_icon())
    return application


class FirstPicture(QObject):
    """Tells when a widget has been painted for the first time."""

    there = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # What is painted is on the screen once everything below it was painted too.
            QTimer.singleShot(0, self, self.there.emit)
        return False


class Program(QObject):
    """One window with everything behind it."""

    def __init__(
        self, application: QApplication, app: App, *, make_player: Callable[[], Player] = choose_player
    ) -> None:
        super().__init__()
        self._make_player = make_player
        self._app = app
        self._restoring = Restoring(app)
        tasks = Tasks()
        preferences = Preferences(SettingsFile(app.profile.settings), tasks)
        self._faults = Faults(app.profile.folder / "vibe-desktop.log")
        self.services = Services(
            app=app,
            tasks=tasks,
            answering=Answering(app.profile),
            jobs=Jobs(app.profile, on_battery=lambda: preferences.now.pause_on_battery and on_battery()),
            jukebox=Jukebox(NullPlayer(""), Memory(app, tasks)),
            preferences=preferences,
            covers=Covers(app.profile.thumbnails),
            intents=Intents(),
        )
        self._player: Player | None = None
        self._begun = False
        self.ready = False
        """whether the library is open and the pages are alive"""
        self._waiting_files: list[str] = []
        self._effects = Effects(self.services, Theme(application))
        self._effects.begin()
        self.watch = JobWatch(self.services)
        self.window = MainWindow(self.services, self.watch)
        self._restoring.begun.connect(self._tell_restoring)
        self._faults.happened.connect(lambda text: self.services.intents.notice.emit(text, "", None))

    def show(self) -> None:
        """Put the window on the screen, then open the library and VLC without keeping it waiting."""
        self._faults.watch()
        self.window.restore_geometry()
        FirstPicture(self.window).there.connect(self._begin)
        self.window.show()
        QTimer.singleShot(_LATEST_MS, self, self._begin)

    def open_files(self, paths: Sequence[str]) -> None:
        """Show the window and put the tracks behind these files into the queue."""
        self.window.come_forward()
        if self.ready:
            self.window.open_files(paths)
        else:
            self._waiting_files.extend(paths)

    def end(self, seconds: float = _END_SECONDS) -> None:
        """Let go of everything at once, waiting no longer than `seconds` for all of it."""
        services = self.services
        self.watch.stop()
        self._restoring.stop()
        closing: list[Callable[[], object]] = [
            lambda: services.jukebox.close(seconds / 2),
            lambda: services.answering.close(seconds),
            lambda: services.jobs.close(seconds),
            lambda: self.watch.noticing.close(seconds / 2),
            lambda: services.covers.close(seconds / 2),
        ]
        threads = [threading.Thread(target=close, daemon=True) for close in closing]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        services.tasks.close()

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._open()
        self.services.tasks.run(self._make_player, self._take_player, owner=self)

    def _open(self) -> None:
        ids = self.window.kept_tracks()
        self.services.tasks.run(
            lambda: self._open_library(ids), self._opened, failed=self._not_opened, owner=self
        )

    def _open_library(self, ids: Sequence[TrackId]) -> tuple[bool, list[Track]]:
        """Open every part of the database; returns whether there is a folder yet, and the tracks of `ids`."""
        app = self._app
        _ = (app.stores, app.reading_tracks, app.table, app.tastes, app.playlists)
        return bool(app.stores.tracks.roots()), app.reading_tracks.tracks(ids)

    def _opened(self, found: tuple[bool, list[Track]]) -> None:
        known, tracks = found
        self.ready = True
        self.window.begin(tracks, first_run=not known)
        self.watch.start()
        for each in self._restoring.befallen():
            self.services.intents.lasting_notice.emit(restored_words(each))
        notice = self.services.preferences.notice or self._only_read()
        if notice:
            self.services.intents.notice.emit(notice, "", None)
        if self._waiting_files:
            self.window.open_files(self._waiting_files)
        if known:
            QTimer.singleShot(_WARM_MS, self, self._warm)
            QTimer.singleShot(_RESCAN_MS, self, self._look_for_changes)
        QTimer.singleShot(_RESCAN_MS, self, self.watch.noticing.start)
        QTimer.singleShot(_AHEAD_MS, self, self._import_ahead)

    def _import_ahead(self) -> None:
        self.services.tasks.run(ahead.load)

    def _warm(self) -> None:
        self.services.answering.warm(self.services.preferences.now.ear)

    def _look_for_changes(self) -> None:
        if not self._app.read_only:
            self.watch.index()

    def _only_read(self) -> str:
        """Return what a person should know of a profile that may only be read, "" where it is not so."""
        if not self._app.read_only:
            return ""
        return self.tr(
            "This profile may only be read: your music plays, but nothing new is kept. Check the permissions"
            " of {0}."
        ).format(self._app.profile.folder)

    def _not_opened(self, error: VibeError) -> None:
        self.window.show_instead(refusal(error, self._open))

    def _tell_restoring(self, copied_at: float | None, progress: Progress) -> None:
        self.window.show_instead(RestoringPage(copied_at, progress))

    def _take_player(self, player: Player) -> None:
        self._player = player
        self.services.jukebox.use(player)
        if player.trouble:
            self.services.intents.notice.emit(player.trouble, "", None)
