"""Removes an installed model's files: all at once for whoever looks, whatever happens on the way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from vibe_desktop.checksums import size_of
from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import ModelEntry
from vibe_desktop.models.install import alone
from vibe_desktop.saving import move


def remove_files(entry: ModelEntry, models_folder: Path) -> None:
    """Delete the model and what was downloaded of it; harmless where there is nothing. Raises `VibeError`."""
    if not models_folder.is_dir():
        return
    try:
        with alone(models_folder):
            place, downloads, aside = _folders(entry, models_folder)
            _delete(aside)
            for folder in (place, downloads):
                # A folder is not deleted at once, but it is renamed at once; the next run sweeps it.
                if os.path.lexists(folder):
                    move(folder, aside)
                    _delete(aside)
    except OSError as error:
        raise VibeError(
            f"{entry.title} cannot be removed: {error.filename or models_folder}: {error.strerror or error}.",
            "Close other programs that use it and check the folder's permissions, then try again.",
        ) from error


def size_of_files(entry: ModelEntry, models_folder: Path) -> int:
    """Return the bytes that `remove_files` would free."""
    files = (path for folder in _folders(entry, models_folder) for path in folder.rglob("*"))
    return sum(size_of(path, follow_symlinks=False) for path in files if path.is_file())


def _folders(entry: ModelEntry, models_folder: Path) -> tuple[Path, Path, Path]:
    """Return where the model lies, what was downloaded of it, and what a killed run left."""
    name = entry.name
    return models_folder / name, models_folder / "downloads" / name, models_folder / f"{name}.part"


def _delete(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
