"""Chooses the ear to listen with, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vibe_desktop.domain import Ear, Encoder, VibeError
from vibe_desktop.models.installed import ModelDamaged, ModelMissing
from vibe_desktop.models.musicnn import NAME as MUSICNN
from vibe_desktop.models.musicnn import MusicnnEar

AUTO = "auto"
NONE = "none"
WAYS = (AUTO, MUSICNN, NONE)


@dataclass(frozen=True, slots=True)
class EarChoice:
    """The ear to use, or None, and the reason in one plain sentence."""

    ear: Ear | None
    reason: str


def choose_ear(models_folder: Path, encoder: Encoder, wanted: str = AUTO) -> EarChoice:
    """Return the best ear there is, or the one that was asked for.

    Left to choose, a missing or damaged model means no ear, with the reason;
    an ear asked for by name raises `ModelMissing` or `ModelDamaged` instead.
    Any other name raises `VibeError`.
    """
    if wanted not in WAYS:
        raise VibeError(f"There is no ear called “{wanted}”.", f"Choose one of: {', '.join(WAYS)}.")
    if wanted == NONE:
        return EarChoice(None, "No ear was asked for: only descriptions count.")
    ear = MusicnnEar(models_folder, encoder)
    try:
        _ = ear.space  # reads the manifest, which is what tells a usable model
    except (ModelMissing, ModelDamaged) as error:
        if wanted == MUSICNN:
            raise
        return EarChoice(None, f"{error.message} {error.remedy}")
    reason = "MusiCNN was asked for." if wanted == MUSICNN else "MusiCNN is the ear that is installed."
    return EarChoice(ear, reason)
