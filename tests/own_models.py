"""A models folder of a test's own: ears can come and go in it, and the shared one stays as it is."""

from __future__ import annotations

from pathlib import Path


def link_models(models_folder: Path, own: Path) -> None:
    """Put links to the default models into a folder, which is made unless it is there."""
    own.mkdir(parents=True, exist_ok=True)
    for name in ("sbert", "musicnn"):
        (own / name).symlink_to(models_folder / name, target_is_directory=True)
