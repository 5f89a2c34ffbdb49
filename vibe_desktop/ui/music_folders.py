"""Adding music: a folder a person chose, dropped or took back, checked and then scanned in the background."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from vibe_desktop.ui.dragging import local_paths

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


class MusicFolders(QObject):
    """Lets a person add music folders; nothing here waits for a drive on the main thread."""

    added = Signal(str)
    """a folder that is now part of the library, and being scanned"""
    failed = Signal(object)
    """a `VibeError`: the folder cannot be used"""

    def __init__(self, services: Services, watch: JobWatch, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self._watch = watch
        self._window = parent

    def choose(self) -> None:
        """Open the system's folder dialog; the window stays alive behind it."""
        dialog = QFileDialog(self._window, self.tr("Choose your music folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation))
        dialog.fileSelected.connect(lambda folder: self.add(Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, folder: Path) -> None:
        """Make a folder part of the library and scan it; `added` or `failed` tells how that went."""
        tracks = self._services.app.stores.tracks
        self._services.tasks.run(
            lambda: tracks.add_root(folder),
            lambda _: self._begin(folder),
            failed=self.failed.emit,
            owner=self,
        )

    def bring_back(self, folder_id: int) -> None:
        """Take back that a folder was removed."""
        db = self._services.app.stores.db

        def bring() -> None:
            from vibe_desktop.library.folders import bring_back

            bring_back(db, folder_id)

        self._services.tasks.run(
            bring,
            lambda _: self._brought_back(),
            failed=self.failed.emit,
            owner=self,
        )

    def _begin(self, folder: Path) -> None:
        self._watch.index([folder])
        self.added.emit(str(folder))

    def _brought_back(self) -> None:
        self._watch.index()
        self._services.intents.library_changed.emit()
        self.added.emit("")


def dropped_folders(data: QMimeData) -> list[Path]:
    """Return the folders among what is being dragged; files are none."""
    return [Path(path) for path in local_paths(data) if os.path.isdir(path)]  # noqa: PTH112 - Path's may raise
