"""Word of a library that is being restored, from the thread that does it to the window."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.app import App
    from vibe_desktop.library.restoring import Restored


class Restoring(QObject):
    """Tells when a library begins to be restored, and keeps what came of it until somebody asks."""

    begun = Signal(object, object)
    """from when its copy is, in seconds since 1970 or None, and the progress"""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._progress = Progress()
        self._befallen: list[Restored] = []
        app.restoring = self._watch
        app.tell = self._befallen.append

    def befallen(self) -> list[Restored]:
        """Return what was restored since the last time this was asked."""
        told, self._befallen[:] = list(self._befallen), []
        return told

    def stop(self) -> None:
        """Give up what is under way; the next start begins anew."""
        self._progress.cancel()

    @contextmanager
    def _watch(self, copied_at: float | None) -> Iterator[Progress]:
        self.begun.emit(copied_at, self._progress)
        yield self._progress
