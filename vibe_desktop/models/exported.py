"""Takes what a person exported: a folder of networks and the manifest that describes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import ModelEntry, WeightFile
from vibe_desktop.models.installed import MANIFEST, Manifest, ModelDamaged, read_manifest
from vibe_desktop.models.weights import copy_files

if TYPE_CHECKING:
    from pathlib import Path

    from vibe_desktop.progress import Progress

_AGAIN = "Export it again, into an empty folder."
_NUMBERS = {"dimensions": 4096, "max_length": 512}
"""What the towers need to be told, and the most that any such network has of it."""
_LONGEST_TITLE = 300
"""Characters; the name of a checkpoint's file is part of it."""


def is_exported(folder: Path) -> bool:
    """Return whether a folder says itself what it holds."""
    return (folder / MANIFEST).is_file()


def read_exported(folder: Path, entry: ModelEntry) -> Manifest:
    """Return the manifest of an exported model that can stand for `entry`.

    To the weights it was made from its files themselves are added, so that no two models share a fingerprint.
    Raises `VibeError` where it describes anything but the files and settings such a model has.
    """
    try:
        manifest = read_manifest(folder)
    except ModelDamaged as error:
        raise VibeError(f"The manifest in {folder} cannot be understood.", _AGAIN) from error
    if not manifest.title.isprintable() or len(manifest.title) > _LONGEST_TITLE:
        raise VibeError(f"The manifest in {folder} has no title that could be shown.", _AGAIN)
    if manifest.name != entry.name or manifest.graph is not None:
        raise VibeError(f"{folder} does not hold an exported {entry.title}.", "Choose another folder.")
    wanted = {file.name for file in entry.files}
    if odd := wanted ^ set(manifest.files):
        raise VibeError(
            f"{manifest.title} in {folder} must be {', '.join(sorted(wanted))}; it differs by"
            f" {', '.join(sorted(odd))}.",
            _AGAIN,
        )
    for name, most in _NUMBERS.items():
        number = manifest.settings.get(name)
        if not isinstance(number, int) or not 1 < number <= most:
            raise VibeError(f"The manifest of {manifest.title} does not say its {name}.", _AGAIN)
    files = {name: facts.sha256 for name, facts in manifest.files.items()}
    return replace(manifest, weights={**manifest.weights, **files})


def take_exported(folder: Path, manifest: Manifest, target: Path, progress: Progress) -> None:
    """Copy the model's files into `target`; raises `VibeError` where one is not as the manifest says."""
    found = []
    for name, facts in manifest.files.items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            why = "is a link" if path.is_symlink() else "is missing"
            raise VibeError(f"{name} {why} in {folder}.", "Put the exported file itself there.")
        found.append((WeightFile(name, name, facts.sha256, facts.size), path))
    copy_files(found, manifest.title, target, progress)
