"""Chooses the ear to listen with, and says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vibe_desktop.domain import EARS, Ear, Encoder, PhraseStore, VibeError
from vibe_desktop.models.catalog import title_of_model
from vibe_desktop.models.installed import InstalledModel, ModelDamaged, ModelMissing, open_model

if TYPE_CHECKING:
    from vibe_desktop.models.self_test import Verdict
    from vibe_desktop.progress import Progress

AUTO = "auto"
NONE = "none"
CLAP, MUSICNN = EARS
WAYS = (AUTO, *EARS, NONE)


@dataclass(frozen=True, slots=True)
class EarChoice:
    """The ear to use, or None, and the reason in one plain sentence or two.

    `others` serve the tracks that `ear` has not heard yet.
    """

    ear: Ear | None
    reason: str
    others: tuple[Ear, ...] = ()

    @property
    def ears(self) -> tuple[Ear, ...]:
        """All of them, the better one first."""
        return (self.ear, *self.others) if self.ear else ()


def choose_ear(
    models_folder: Path,
    encoder: Encoder,
    wanted: str = AUTO,
    phrases: PhraseStore | None = None,
    *,
    try_out: bool = False,
) -> EarChoice:
    """Return the best ear there is, or the one that was asked for, which then serves alone.

    Left to choose, a model that is missing, damaged or unfit is passed over, with the reason;
    an ear asked for by name raises instead, as `open_ear` does. Any other name raises `VibeError`.
    Nothing heavy is loaded, unless an ear that was never examined is to be tried out.
    """
    if wanted not in WAYS:
        raise VibeError(f"There is no ear called “{wanted}”.", f"Choose one of: {', '.join(WAYS)}.")
    if wanted == NONE:
        return EarChoice(None, "No ear was asked for: only descriptions count.")
    opened = partial(open_ear, models_folder=models_folder, encoder=encoder, phrases=phrases, try_out=try_out)
    if wanted == AUTO:
        return _best(opened)
    return EarChoice(opened(wanted), f"{title_of_model(wanted)} was asked for.")


def open_ear(
    name: str,
    models_folder: Path,
    encoder: Encoder,
    phrases: PhraseStore | None = None,
    *,
    try_out: bool = False,
) -> Ear:
    """Return the ear called `name`; `try_out` examines one that never was.

    Raises `ModelMissing`, `ModelDamaged`, or `EarUnfit` where the ear has shown that it cannot tell sounds.
    """
    ear: Ear
    if name == CLAP:
        ear = _clap(open_model(models_folder, CLAP), phrases, try_out=try_out)
    else:
        from vibe_desktop.models.musicnn import MusicnnEar

        ear = MusicnnEar(models_folder, encoder)
    _ = ear.space  # reads the manifest, which is what tells a usable model
    return ear


def _clap(model: InstalledModel, phrases: PhraseStore | None, *, try_out: bool) -> Ear:
    from vibe_desktop.models.clap import ClapEar
    from vibe_desktop.models.self_test import REMEDY, EarUnfit, read_verdict

    verdict = verdict_on(model) if try_out else read_verdict(model)
    if verdict and not verdict.passed:
        raise EarUnfit(verdict.reason, REMEDY)
    return ClapEar(model.folder.parent, phrases)


def verdict_on(model: InstalledModel, progress: Progress | None = None) -> Verdict:
    """Return what CLAP's self-test found; one not made yet is made now, in seconds and much memory."""
    from vibe_desktop.models.self_test import read_verdict

    return read_verdict(model) or _examined(model, progress)


def _examined(model: InstalledModel, progress: Progress | None) -> Verdict:
    """Examine networks that were not examined yet, or were by another version of the program."""
    from vibe_desktop.models.clap_towers import AudioTower, TextTower
    from vibe_desktop.models.self_test import Verdict, examine, write_verdict

    try:
        verdict = examine(AudioTower(model), TextTower(model), progress)
    except ModelDamaged as error:  # the files are those that were installed, and no ear
        verdict = Verdict(passed=False, reason=error.message)
    write_verdict(model, verdict)
    return verdict


def _best(open_ear: Callable[[str], Ear]) -> EarChoice:
    found: list[Ear] = []
    passed_over: dict[str, VibeError] = {}
    for name in EARS:
        try:
            found.append(open_ear(name))
        except VibeError as error:
            passed_over[name] = error
    if not found:
        return EarChoice(None, _why_none(passed_over))
    best, *others = found
    return EarChoice(best, _why(best, passed_over), tuple(others))


def _why(best: Ear, passed_over: dict[str, VibeError]) -> str:
    title = title_of_model(best.space.name)
    faults = [error for error in passed_over.values() if not isinstance(error, ModelMissing)]
    if best.space.name == CLAP:
        return f"{title} is the best ear there is, and it is installed."
    if faults:
        return f"{_told(faults[0])} {title} goes on listening."
    return f"{title} is the ear that is installed."


def _why_none(passed_over: dict[str, VibeError]) -> str:
    """Name what can be mended before what is not there; without a choice, MusiCNN is the one to install."""
    faults = [error for error in passed_over.values() if not isinstance(error, ModelMissing)]
    return _told(faults[0] if faults else passed_over[MUSICNN])


def _told(error: VibeError) -> str:
    return error.told
