"""A check-up of the installation: what is there, what is missing, and the command that mends it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.counting import moment
from vibe_desktop.domain import VibeError
from vibe_desktop.library.disks import is_remote
from vibe_desktop.machine import usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.app import App

_LIBRARIES = ("apsw", "av", "mutagen", "numpy", "onnxruntime", "tokenizers", "usearch", "python-vlc")
_ROOM_WANTED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was seen, and what mends it where it is not well."""

    subject: str
    seen: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.remedy


def examine(app: App) -> Iterator[Finding]:
    """Look at everything the program stands on; at most an older library is brought up to date on the way."""
    yield Finding("system", f"{platform.platform()}, {usable_cores()} cores")
    yield Finding("python", f"{platform.python_version()} at {sys.executable}")
    yield from _libraries()
    yield _vlc()
    yield from _profile(app)
    yield from _words(app)
    yield from _models(app)
    yield from _library(app)


def _libraries() -> Iterator[Finding]:
    for name in _LIBRARIES:
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "not installed", f'"{sys.executable}" -m pip install {name}')


def _vlc() -> Finding:
    remedy = "Install VLC; on Debian and Ubuntu: sudo apt-get install libvlc5 vlc-plugin-base"
    try:
        import vlc
    except (ImportError, OSError, NotImplementedError) as error:
        return Finding("libvlc", f"not found ({error})", remedy)
    if vlc.Instance("--no-video", "--aout=dummy", "--quiet") is None:
        return Finding("libvlc", "found, but it does not start; its plug-ins may be missing", remedy)
    return Finding("libvlc", vlc.libvlc_get_version().decode())


def _profile(app: App) -> Iterator[Finding]:
    folder = app.profile.folder
    nearest = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    yield Finding("profile", str(folder), "" if writable else "Choose one you may write to with --profile.")
    free = shutil.disk_usage(nearest).free
    yield Finding("room", f"{free / 1e9:.1f} GB", "" if free >= _ROOM_WANTED else "Make room: 1 GB will do.")


def _words(app: App) -> Iterator[Finding]:
    own = app.profile.vocabulary
    if os.path.lexists(own):
        yield Finding("own words", app.words_trouble or str(own), f"Mend {own}." if app.words_trouble else "")


def _models(app: App) -> Iterator[Finding]:
    from vibe_desktop.models.status import status

    for model in status(app.profile.models):
        # A model nobody counts on is no fault where it is missing.
        seen = model.detail or model.title
        mended = (seen, model.remedy) if model.lacking else (f"{seen} {model.remedy}".strip(), "")
        yield Finding(f"model {model.name}", *mended)


def _library(app: App) -> Iterator[Finding]:
    if not app.profile.database.exists():
        yield Finding("library", "none yet; start with: vibe-desktop index FOLDER")
        return
    try:
        counts = app.stores.tracks.counts()
    except VibeError as error:
        yield Finding("library", error.message, error.remedy)
        return
    seen = f"{counts.present:,} tracks present, {counts.missing:,} missing"
    if app.read_only:
        yield Finding("library", f"{seen}; it may only be read", "Check the permissions of the profile.")
    elif is_remote(app.profile.database):
        yield Finding("library", f"{seen}; on another machine’s disk: use it from one at a time")
    else:
        yield Finding("library", seen)
    yield _copies(app)


def _copies(app: App) -> Finding:
    from vibe_desktop.library.backup import copies

    kept = copies(app.profile.database)
    if not kept:
        return Finding("copies", "none of the library yet; one is made when the window closes")
    newest = moment(kept[0].at)
    return Finding("copies", f"{len(kept)} of the library, the newest of {newest}")
