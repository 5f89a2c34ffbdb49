"""Models that come and go: installed and tried out, or removed with all they made of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError
from vibe_desktop.index.forget import forget_model, made_by
from vibe_desktop.models.catalog import default_entries, find_entry
from vibe_desktop.models.ears import CLAP, choose_ear, verdict_on
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import open_model
from vibe_desktop.models.remove import remove_files, size_of_files
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.models.self_test import forget_verdict
from vibe_desktop.models.status import refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vibe_desktop.library.database import Database
    from vibe_desktop.models.catalog import ModelEntry
    from vibe_desktop.progress import Progress


def install_models(
    names: Sequence[str], models_folder: Path, progress: Progress, source: Path | None
) -> list[ModelEntry]:
    """Install the models named, or the default ones, and return what they are.

    CLAP is examined at once. If it is of no use it stays installed, and `progress` is given notice
    of that and of who listens instead.
    Raises `VibeError` with what to do, or `Cancelled`.
    """
    entries = [find_entry(name) for name in names] or list(default_entries())
    for entry in entries:
        install(entry, models_folder, progress, source)
        if entry.name == CLAP:
            model = open_model(models_folder, CLAP)
            if refused(model):  # the same networks once more: whoever asks again wants to know again
                forget_verdict(model)
            verdict = verdict_on(model, progress)
            if not verdict.passed:
                progress.notice(choose_ear(models_folder, SentenceEncoder(models_folder)).reason)
    return entries


def remove_model(name: str, models_folder: Path, library: Database | None, progress: Progress) -> int:
    """Remove a model and all it made of the library; return about how many bytes that frees.

    The files go first, and at once, so that nothing uses it any more; the rest may be called off and is
    then finished by the next run. Raises `VibeError` where there is nothing to remove, or `Cancelled`.
    """
    taken = room_taken(name, models_folder, library)
    if not taken:
        raise VibeError(f"{find_entry(name).title} is not installed.", "There is nothing to remove.")
    remove_files(find_entry(name), models_folder)
    if library is not None:
        forget_model(library, name, progress)
        progress.begin("Giving the room back")
        if not library.give_back():
            progress.notice("The library keeps its size for now; what is stored next fills the room.")
    return taken


def room_taken(name: str, models_folder: Path, library: Database | None) -> int:
    """Return about how many bytes a model takes, with all it made of the library."""
    made = 0 if library is None else made_by(library, name)
    return size_of_files(find_entry(name), models_folder) + made
