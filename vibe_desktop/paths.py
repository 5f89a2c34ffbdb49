"""Where the program's own files lie: what it ships, and the profile it writes to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """Return a file that ships with the program, from a checkout or an installed wheel."""
    installed = _PACKAGE / "resources" / name
    return installed if installed.exists() else _PACKAGE.parent / "resources" / name


@dataclass(frozen=True, slots=True)
class Profile:
    """The one folder that holds everything the program writes."""

    folder: Path

    @classmethod
    def default(cls) -> Profile:
        """Return the profile in the place this system keeps a person's application data."""
        return cls(Path(platformdirs.user_data_dir("vibe-desktop", appauthor=False)))

    @classmethod
    def at(cls, folder: Path) -> Profile:
        """Return the profile in a folder as a person writes it; `~` of nobody known stays as it is."""
        return cls(Path(os.path.abspath(os.path.expanduser(folder))))  # noqa: PTH100, PTH111 - Path's raises

    @property
    def database(self) -> Path:
        """The library."""
        return self.folder / "library.sqlite3"

    @property
    def models(self) -> Path:
        """Installed weights and the networks made from them."""
        return self.folder / "models"

    @property
    def index(self) -> Path:
        """Nearest-neighbour caches; may be deleted at any time."""
        return self.folder / "index"

    @property
    def demo(self) -> Path:
        """Music for the demonstration."""
        return self.folder / "demo"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes."""
        return self.folder / "writer.lock"

    @property
    def window_lock(self) -> Path:
        """Held by the one window that shows this profile."""
        return self.folder / "window.lock"

    @property
    def vocabulary(self) -> Path:
        """A person's own words for music, which add to ours and win; most profiles have none."""
        return self.folder / "vocabulary.toml"

    @property
    def settings(self) -> Path:
        """What a person chose."""
        return self.folder / "settings.json"

    @property
    def session(self) -> Path:
        """Where the window and the music were when they were last seen."""
        return self.folder / "session.json"

    @property
    def thumbnails(self) -> Path:
        """Small pictures of covers; may be deleted at any time."""
        return self.folder / "thumbnails"
