"""Playlists and files: brought in from other players, written for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.dragging import local_paths
from vibe_desktop.ui.library.wording import lines, songs
from vibe_desktop.ui.queue.queue_files import export_dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData

    from vibe_desktop.app import App
    from vibe_desktop.library.saved import Playlist
    from vibe_desktop.ui.services import Services

ENDINGS = (".m3u", ".m3u8", ".xspf")


class PlaylistFiles(QObject):
    """Disks are only touched off the main thread; what came of it is told in a notice."""

    imported = Signal(int)
    """a playlist that was read, by its id"""

    def __init__(self, services: Services, page: QWidget) -> None:
        super().__init__(page)
        self._services = services
        self._page = page

    def choose(self) -> None:
        """Let the person choose files to read; the window stays alive behind the dialog."""
        dialog = QFileDialog(self._page, self.tr("Import playlists"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Playlists ({0})").format(" ".join(f"*{ending}" for ending in ENDINGS)))
        dialog.filesSelected.connect(lambda names: self.read([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def read(self, files: Sequence[Path]) -> None:
        """Read playlists; one that cannot be read does not keep the others away."""
        app = self._services.app
        self._services.tasks.run(lambda: _read(app, files), self._tell, owner=self)

    def export(self, playlist: Playlist) -> None:
        """Ask for a file and write a playlist there."""
        app = self._services.app
        self._services.tasks.run(
            lambda: app.playlist_contents(playlist.id),
            lambda contents: export_dialog(self._page, self._services, contents, playlist.name),
            owner=self,
        )

    def _tell(self, result: tuple[list[Playlist], list[VibeError]]) -> None:
        read, failures = result
        parts = [advice(error) for error in failures]
        if read:
            parts.insert(0, self._found(read))
        self._services.intents.notice.emit(" ".join(parts), "", None)
        if read:
            self._services.intents.playlists_changed.emit()
            self.imported.emit(read[-1].id)

    def _found(self, read: Sequence[Playlist]) -> str:
        found = songs(sum(playlist.tracks for playlist in read))
        unresolved = sum(playlist.unresolved for playlist in read)
        if not unresolved:
            return self.tr("{0} found.").format(found)
        if unresolved == 1:
            return self.tr("{0} found, 1 line kept that is not in your library.").format(found)
        return self.tr("{0} found, {1} kept that are not in your library.").format(found, lines(unresolved))


def playlist_files(data: QMimeData) -> list[Path]:
    """Return the playlists among files that are being dragged."""
    files = [Path(path) for path in local_paths(data)]
    return [file for file in files if file.suffix.lower() in ENDINGS]


def _read(app: App, files: Sequence[Path]) -> tuple[list[Playlist], list[VibeError]]:
    read, failures = [], []
    for file in files:
        try:
            read.append(app.playlists.get(app.import_playlist(file)))
        except VibeError as error:
            failures.append(error)
    return read, failures
