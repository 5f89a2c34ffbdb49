"""What is to be said of every model the program knows: whether it can be used, and what to do where not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vibe_desktop.models.catalog import catalog
from vibe_desktop.models.ears import CLAP
from vibe_desktop.models.installed import ModelDamaged, ModelMissing, open_model

if TYPE_CHECKING:
    from pathlib import Path

    from vibe_desktop.models.catalog import ModelEntry
    from vibe_desktop.models.installed import InstalledModel


_ANOTHER_LICENCE = "the licence of what it was exported from"


class ModelState(StrEnum):
    """Whether a model can be used."""

    READY = "ready"
    MISSING = "missing"
    DAMAGED = "damaged"
    UNFIT = "unfit"
    """whole, but it did not pass its examination"""


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line about a model: its state, what to do about it, and the bytes it takes (or would fetch)."""

    name: str
    title: str
    purpose: str
    licence: str
    state: ModelState
    detail: str
    remedy: str
    size: int
    default: bool
    """whether the program counts on it; the others are a person's choice"""
    origin: str = ""
    """where a model came from that was not taken from where the catalogue says"""

    @property
    def lacking(self) -> bool:
        """Whether something is to be done: it cannot be used, and it was chosen or is counted on."""
        return self.state is not ModelState.READY and (self.default or self.state is not ModelState.MISSING)


def refused(model: InstalledModel) -> tuple[str, str] | None:
    """Return why an ear that was examined is not used and what to do; None for any other model."""
    if model.manifest.name != CLAP:
        return None
    from vibe_desktop.models.self_test import REMEDY, read_verdict

    verdict = read_verdict(model)
    return (verdict.reason, REMEDY) if verdict and not verdict.passed else None


def status(models_folder: Path) -> list[ModelStatus]:
    """Return the state of every model in the catalogue."""
    return [_status(models_folder, entry) for entry in catalog().values()]


def _status(models_folder: Path, entry: ModelEntry) -> ModelStatus:
    state, detail, remedy, size = ModelState.READY, "", "", entry.download_size
    title, licence, origin = entry.title, entry.licence, ""
    try:
        model = open_model(models_folder, entry.name)
        title, origin = model.manifest.title, str(model.settings.get("origin", ""))
        if model.manifest.weights != {file.name: file.sha256 for file in entry.files}:
            licence = _ANOTHER_LICENCE
        size = sum(file.size for file in model.manifest.files.values())
        if refusal := refused(model):
            state, detail, remedy = ModelState.UNFIT, *refusal
    except ModelMissing as error:
        state, detail, remedy = ModelState.MISSING, error.message, error.remedy
    except ModelDamaged as error:
        state, detail, remedy = ModelState.DAMAGED, error.message, error.remedy
    return ModelStatus(
        entry.name, title, entry.purpose, licence, state, detail, remedy, size, entry.default, origin
    )
