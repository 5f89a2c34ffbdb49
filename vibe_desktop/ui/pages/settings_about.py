"""The settings that mostly tell: network, keys, where things are kept, starting over, about."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout

from vibe_desktop import __version__
from vibe_desktop.settings import Settings
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.long_text import LongText
from vibe_desktop.ui.widgets.page import Disclosure, Section, SettingRow
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.paths import Profile
    from vibe_desktop.ui.services import Services

_OTHERS = ("all-MiniLM-L6-v2", "musicnn", "clap", "lucide", "demo-music")


class NetworkSection(Section):
    """What is reached, which is nothing unless a person starts it."""

    def __init__(self) -> None:
        super().__init__(
            self.tr("Network"),
            self.tr(
                "Vibe Desktop connects to nothing by itself: no account, no counting, no updates."
                " Only what you start reaches out:"
            ),
        )
        self.add(
            PlainLabel(
                self.tr(
                    "Installing a model fetches its package with pip, from the package index pip is set to;"
                    " CLAP comes from a model hub, huggingface.co or the one HF_ENDPOINT names."
                ),
                "secondary",
                wrap=True,
            ),
            PlainLabel(
                self.tr(
                    "Demo music comes from your Debian mirror where there is one; else it is made right here."
                ),
                "secondary",
                wrap=True,
            ),
        )


class KeyboardSection(Section):
    """The way to the list of keys."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Keyboard"))
        button = TextButton(self.tr("Show the keys"), icon_name="keyboard", clicked=self.wanted.emit)
        text = self.tr("Everything works by keyboard. F1 shows the list anywhere.")
        self.add(SettingRow(self.tr("Keys"), text, button))


class PlacesSection(Section):
    """Where everything the program keeps lies, and ways to begin anew."""

    def __init__(self, services: Services) -> None:
        super().__init__(self.tr("Where things are kept"))
        self._services = services
        folder = services.app.profile.folder
        self.path = PlainLabel(str(folder), wrap=True)
        self.path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.path.setAccessibleName(self.tr("Folder of the program’s own files: {0}").format(folder))
        self.open = TextButton(self.tr("Open folder"), icon_name="folder-open", clicked=self._open)
        self.clear = TextButton(self.tr("Clear caches"), clicked=self._clear)
        self.reset = TextButton(self.tr("Reset settings"), clicked=self._reset)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.path, 1)
        row.addWidget(self.open)
        self.add(
            row,
            SettingRow(
                self.tr("Caches"),
                self.tr("Small covers and the search’s index. They are made again when they are needed."),
                self.clear,
            ),
            SettingRow(
                self.tr("Settings"),
                self.tr(
                    "Everything on this page back to how it was at the beginning, music folders left out."
                ),
                self.reset,
            ),
            PlainLabel(
                self.tr(
                    "To forget everything, close Vibe Desktop and delete the folder above. Likes, playlists"
                    " and descriptions of your own go with it; your music files are never touched."
                ),
                "secondary",
                wrap=True,
            ),
        )

    def _open(self) -> None:
        folder = self._services.app.profile.folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            text = self.tr("No file manager answered. The folder is {0}.")
            self._services.intents.notice.emit(text.format(folder), "", None)

    def _reset(self) -> None:
        preferences = self._services.preferences
        before = preferences.now
        preferences.change(**asdict(Settings(full_ear_offered=before.full_ear_offered)))
        self._services.intents.notice.emit(
            self.tr("Settings are as at the beginning."),
            self.tr("Undo"),
            lambda: preferences.change(**asdict(before)),
        )

    def _clear(self) -> None:
        profile = self._services.app.profile
        told = self._services.intents.notice
        self._services.tasks.run(
            lambda: _clear_caches(profile),
            lambda _: told.emit(self.tr("Caches are empty."), "", None),
            owner=self,
        )


class AboutSection(Section):
    """Version and licences."""

    def __init__(self) -> None:
        super().__init__(self.tr("About"), self.tr("Vibe Desktop {0}").format(__version__))
        text = self.tr(
            "Free software under the GNU General Public License, version 3 or later. It stands on Qt, VLC,"
            " FFmpeg, SQLite, ONNX Runtime, Mutagen, NumPy and USearch, each under its own free licence."
        )
        ours = LongText(self.tr("Licence of Vibe Desktop"), "../LICENSE")
        others = LongText(self.tr("Licences of others"), *(f"licences/{name}.txt" for name in _OTHERS))
        self.add(
            PlainLabel(text, "secondary", wrap=True),
            Disclosure(self.tr("Show licence"), self.tr("Hide licence"), ours),
            Disclosure(
                self.tr("Show licences of models, icons and demo music"),
                self.tr("Hide licences of models, icons and demo music"),
                others,
            ),
        )


def _clear_caches(profile: Profile) -> None:
    """Delete what is made again by itself; a file that is in use stays until it is replaced."""
    for folder in (profile.thumbnails, profile.index):
        shutil.rmtree(folder, ignore_errors=True)
