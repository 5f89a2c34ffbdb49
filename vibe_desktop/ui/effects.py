"""The settings put into effect, at the start and whenever one changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from vibe_desktop.settings import Settings
    from vibe_desktop.ui.services import Services
    from vibe_desktop.ui.theme import Theme


class Effects(QObject):
    """Lets the theme and the music be as chosen; the jobs have somebody of their own, see `job_watch`."""

    def __init__(self, services: Services, theme: Theme) -> None:
        super().__init__()
        self._services = services
        self._theme = theme
        services.preferences.changed.connect(self._change)

    def begin(self) -> None:
        """Put every setting into effect."""
        settings = self._services.preferences.now
        jukebox = self._services.jukebox
        self._theme.choose(settings.theme)
        jukebox.set_volume(settings.volume)
        jukebox.set_muted(settings.muted)
        jukebox.replaygain = settings.replaygain

    def _change(self, before: Settings, after: Settings) -> None:
        if before.theme != after.theme:
            self._theme.choose(after.theme)
        if before.replaygain != after.replaygain:
            self._services.jukebox.replaygain = after.replaygain
