"""Whether CLAP's networks hear and read at all: examined on the person's machine, before they answer.

A checkpoint that was never loaded, or loaded into the wrong places, answers as smoothly as a good one. So
both networks are shown what nobody can mistake: recordings of a piano, a metal band, a techno beat and noise,
played by our own synthesiser, and sentences that say what they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

import numpy as np

from vibe_desktop.audio import clap_mel
from vibe_desktop.domain import FloatMatrix, VibeError
from vibe_desktop.models import clap_prompts
from vibe_desktop.models.installed import InstalledModel
from vibe_desktop.progress import Progress
from vibe_desktop.saving import write_whole
from vibe_desktop.synthesis import golden

VERDICT_FILE = "verdict.json"
REMEDY = (
    "Run `vibe-desktop models install clap`: it checks every file, fetches what is not as published and tries"
    " the ear out again. A model you exported yourself has to be exported again, or from another checkpoint."
)
_VERSION = 2
"""Raise it with any change to what is asked or demanded here: every model is then examined anew."""
_RUNTIME = "onnxruntime"

COLLAPSED = 0.8
"""A mean cosine between different inputs from which on a network answers alike. Published checkpoints lie at
0.3 to 0.55 for music and 0.2 to 0.3 for texts; a broken one at 0.92 and 0.999."""
FEWEST_RIGHT = 3
"""Kinds, of four, whose recordings must be nearest to their own sentences. Ours are synthesised, so a good
ear may take a band for a machine; of drawn networks one in twenty gets as many right, so more is asked."""
LEAST_MATCH = 5.0
"""Mean cosine of a kind's recordings to its own sentences, each without what all kinds have in common, in
deviations of what chance gives: 5 are 0.13 with 512 dimensions. Drawn networks reach that once in millions;
networks that belong together twice that (`docs/decisions/0043-what-an-ear-has-to-show.md`)."""
_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "piano": (
        "A solo piano piece.",
        "The sound of a piano playing a slow melody.",
        "A pianist playing classical piano.",
        "Piano music.",
    ),
    "metal": (
        "A heavy metal song with distorted electric guitars.",
        "A distorted electric guitar riff with fast drums.",
        "Loud, heavy guitar distortion and double bass drumming.",
        "Thrash metal.",
    ),
    "techno": (
        "Techno with a pounding kick drum and hi-hats.",
        "An electronic dance track with a steady four on the floor beat.",
        "A drum machine and a synthesizer playing club music.",
        "Techno music.",
    ),
    "noise": (
        "White noise.",
        "Static noise from a radio.",
        "A steady loud hiss.",
        "The sound of rushing air and static.",
    ),
}


class EarUnfit(VibeError):  # noqa: N818 - a state, named as people meet it
    """An ear is installed, but its networks were examined and are of no use."""


class Hears(Protocol):
    """An audio tower."""

    def embed(self, mel: FloatMatrix) -> FloatMatrix:
        """Return unit rows [n, d] for log-mel pictures [n, 1, 1001, 64]."""
        ...


class Reads(Protocol):
    """A text tower."""

    def embed(self, prompts: Sequence[str]) -> FloatMatrix:
        """Return unit rows [p, d]."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the examination found; `reason` says in plain words why not, and is empty where all is well."""

    passed: bool
    reason: str
    figures: Mapping[str, float] = field(default_factory=dict)


def examine(audio: Hears, text: Reads, progress: Progress | None = None) -> Verdict:
    """Show both networks what nobody can mistake; takes a few seconds.

    Raises what the towers raise (`ModelDamaged`) where a network cannot be used at all.
    """
    progress = progress or Progress()
    progress.begin("Trying out the ear", golden.COUNT + 1)
    kinds, heard = _listen(audio, progress)
    read = {kind: text.embed(_SENTENCES[kind]) for kind in golden.KINDS}
    varied = np.concatenate([text.embed(clap_prompts.neutral()[::3]), *(rows[:1] for rows in read.values())])
    progress.advance()
    sounds = np.stack([heard[np.array(kinds) == kind].mean(axis=0) for kind in golden.KINDS])
    words = np.stack([clap_prompts.pooled(rows) for rows in read.values()])
    return judge(likeness(heard), likeness(varied), matches(sounds, words), heard.shape[1])


def judge(audio: float, text: float, match: FloatMatrix, dimensions: int) -> Verdict:
    """Decide by the networks' likenesses and the matches of kinds of sound with kinds of words [k, k]."""
    right = int((match.argmax(axis=1) == np.arange(len(match))).sum())
    own = float(np.diagonal(match).mean())
    # What is left of k kinds has k - 1 dimensions of its own, each turned anyhow among all.
    chance = ((len(match) - 1) * dimensions) ** -0.5
    figures = {
        "audio_likeness": audio,
        "text_likeness": text,
        "kinds_recognised": float(right),
        "match": own,
        "match_in_deviations": own / chance,
    }
    # Said this way round, what is not a number passes nothing.
    if not audio < COLLAPSED:
        why = "its network for sound answers alike whatever it hears"
    elif not text < COLLAPSED:
        why = "its network for words answers alike whatever it reads"
    elif not (right >= FEWEST_RIGHT and own >= LEAST_MATCH * chance):
        why = "it does not match a piano, a metal band, a techno beat and noise with the words for them"
    else:
        return Verdict(passed=True, reason="", figures=figures)
    return Verdict(
        passed=False,
        reason=f"CLAP is installed but {why}, so it is not used.",
        figures=figures,
    )


def likeness(rows: FloatMatrix) -> float:
    """Return the mean cosine between any two of some unit rows [n, d], n at least 2."""
    count = len(rows)
    every = rows.astype(np.float64) @ rows.astype(np.float64).T
    return float((every.sum() - np.trace(every)) / (count * (count - 1)))


def matches(sounds: FloatMatrix, words: FloatMatrix) -> FloatMatrix:
    """Return [k, k]: how kinds of sound [k, d] match kinds of words [k, d]: cosines of what sets each apart.

    What all sounds share, and all words, is taken away first: trained towers keep both far from each other,
    and some sentences nearer to all sounds than others.
    """
    apart = [rows - rows.mean(axis=0) for rows in (sounds, words)]
    # A network that answers alike leaves nothing here, which matches nothing.
    first, second = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9) for rows in apart)
    match: FloatMatrix = first @ second.T
    return match


def read_verdict(model: InstalledModel) -> Verdict | None:
    """Return what was found of this very model, examination and runtime, or None where that is not known."""
    try:
        document = json.loads((model.folder / VERDICT_FILE).read_text(encoding="utf-8"))
        about = {name: document.pop(name) for name in _about(model)}
        verdict = Verdict(**document)
        whole = isinstance(verdict.passed, bool) and isinstance(verdict.reason, str)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return verdict if whole and about == _about(model) else None


def write_verdict(model: InstalledModel, verdict: Verdict) -> None:
    """Keep a verdict beside the model's manifest."""
    document = _about(model) | asdict(verdict)
    # A folder that cannot be written stays usable: its model is examined again at the next start.
    with suppress(VibeError):
        write_whole(model.folder / VERDICT_FILE, json.dumps(document, indent=2))


def forget_verdict(model: InstalledModel) -> None:
    """Have a model examined anew at its next use."""
    with suppress(OSError):  # then it stays as it was found
        (model.folder / VERDICT_FILE).unlink(missing_ok=True)


def _about(model: InstalledModel) -> dict[str, object]:
    """Return what a verdict holds for: another runtime may compute otherwise, or not at all."""
    return {"version": _VERSION, "fingerprint": model.fingerprint, "runtime": _runtime()}


@cache
def _runtime() -> str:
    try:
        return version(_RUNTIME)
    except PackageNotFoundError:  # as in a bundle, which is replaced as a whole
        return ""


def _listen(audio: Hears, progress: Progress) -> tuple[list[str], FloatMatrix]:
    """Play each recording to the network: its kind, and its vector [n, d]."""
    kinds, heard = [], []
    for kind, samples in golden.recordings():
        kinds.append(kind)
        heard.append(audio.embed(clap_mel.log_mel(clap_mel.rounded(samples[np.newaxis]))))
        progress.advance(note=kind)
    return kinds, np.concatenate(heard)
