"""The settings in use, kept on disk as they change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from vibe_desktop.settings import Settings, SettingsFile
    from vibe_desktop.ui.tasks import Tasks

_SETTLE_MS = 400
"""A slider being dragged changes a setting many times a second; the file is written once it rests."""


class Preferences(QObject):
    """What the person chose; `changed` carries the settings before and after."""

    changed = Signal(object, object)

    def __init__(self, file: SettingsFile, tasks: Tasks) -> None:
        super().__init__()
        self._file = file
        self._tasks = tasks
        self._now = file.load()
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._save)

    @property
    def now(self) -> Settings:
        """The settings in use."""
        return self._now

    @property
    def notice(self) -> str:
        """What the person should know of how the settings were read; "" when all is well."""
        misread = self._file.misread
        if misread is None:
            return ""
        if misread.refused:
            text = self.tr("Settings that made no sense are as at the beginning again: {0}.")
            return text.format(", ".join(misread.refused))
        if misread.kept is None:
            text = self.tr("The settings could not be read: {0}. The usual ones hold.")
            return text.format(misread.error)
        text = self.tr("The settings made no sense, so the usual ones hold. They were kept as {0}.")
        return text.format(misread.kept)

    def change(self, **fields: Any) -> None:
        """Set some fields of the settings."""
        before, self._now = self._now, replace(self._now, **fields)
        if before != self._now:
            self._timer.start()
            self.changed.emit(before, self._now)

    def flush(self) -> None:
        """Write what is not written yet, now. Raises `VibeError` where it cannot be."""
        if self._timer.isActive():
            self._timer.stop()
            self._file.save(self._now)

    def _save(self) -> None:
        settings = self._now
        self._tasks.run(lambda: self._file.save(settings), owner=self)
