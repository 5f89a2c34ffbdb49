"""The settings that are a switch or a choice of a few: each shows what holds and changes it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vibe_desktop.settings import ReplayGain, ThemeChoice
from vibe_desktop.ui.widgets.page import Section, SettingRow
from vibe_desktop.ui.widgets.segmented import Segmented
from vibe_desktop.ui.widgets.text import PlainLabel
from vibe_desktop.ui.widgets.toggle import Toggle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from vibe_desktop.settings import Settings
    from vibe_desktop.ui.preferences import Preferences
    from vibe_desktop.ui.services import Services


class _Follower(QObject):
    """Keeps a control showing what holds, and goes when the control does."""

    def __init__(
        self, preferences: Preferences, field: str, control: QWidget, show: Callable[..., object]
    ) -> None:
        super().__init__(control)
        self._field = field
        self._show = show
        show(getattr(preferences.now, field))
        preferences.changed.connect(self._changed)

    def _changed(self, before: Settings, now: Settings) -> None:
        if getattr(before, self._field) != getattr(now, self._field):
            self._show(getattr(now, self._field))


def bound_toggle(preferences: Preferences, field: str, name: str) -> Toggle:
    """Return a switch for a yes-or-no field of the settings."""
    toggle = Toggle()
    toggle.setAccessibleName(name)
    _Follower(preferences, field, toggle, toggle.setChecked)
    toggle.toggled.connect(lambda on: preferences.change(**{field: on}))
    return toggle


def bound_choice(
    preferences: Preferences, field: str, name: str, choices: Sequence[tuple[object, str]]
) -> Segmented:
    """Return a choice of (value, words) for a field of the settings."""
    segmented = Segmented(name, choices)
    _Follower(preferences, field, segmented, segmented.set_value)
    segmented.chosen.connect(lambda value: preferences.change(**{field: value}))
    return segmented


class SoundSection(Section):
    """How loud songs are beside each other, and why there is no sound if so."""

    def __init__(self, services: Services) -> None:
        super().__init__(self.tr("Sound"))
        self._jukebox = services.jukebox
        self._trouble = PlainLabel("", "warning", wrap=True)
        self.add(self._trouble)
        name = self.tr("Even loudness")
        modes = (
            (ReplayGain.OFF, self.tr("Off")),
            (ReplayGain.TRACK, self.tr("By song")),
            (ReplayGain.ALBUM, self.tr("By album")),
        )
        text = self.tr("Uses the ReplayGain values in your files’ tags; files without them play as they are.")
        self.add(SettingRow(name, text, bound_choice(services.preferences, "replaygain", name, modes)))

    def refresh(self) -> None:
        """Say why there is no sound, if so."""
        self._trouble.setText(self._jukebox.trouble)
        self._trouble.setVisible(bool(self._jukebox.trouble))


class LookSection(Section):
    """Theme, notifications and how playlists are written."""

    def __init__(self, services: Services) -> None:
        super().__init__(self.tr("Window and playlists"))
        preferences = services.preferences
        name = self.tr("Theme")
        themes = (
            (ThemeChoice.SYSTEM, self.tr("System")),
            (ThemeChoice.LIGHT, self.tr("Light")),
            (ThemeChoice.DARK, self.tr("Dark")),
        )
        self.add(SettingRow(name, "", bound_choice(preferences, "theme", name, themes)))
        name = self.tr("Notifications")
        text = self.tr("Tell which song begins while another window is in front.")
        self.add(SettingRow(name, text, bound_toggle(preferences, "notifications", name)))
        name = self.tr("Relative paths in exported playlists")
        text = self.tr("Such a playlist still works when it is moved together with the music.")
        self.add(SettingRow(name, text, bound_toggle(preferences, "relative_export", name)))
