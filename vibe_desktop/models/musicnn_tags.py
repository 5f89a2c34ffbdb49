"""What MusiCNN's tags mean: the things that can be heard, and how sure the ear is of them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from vibe_desktop.domain import FloatMatrix, FloatVector, Label
from vibe_desktop.paths import resource

# Names and order of the published networks' outputs (musicnn 0.1.0, configuration.py).
# fmt: off
MSD_TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock",
    "soul", "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill", "instrumental", "punk",
    "oldies", "blues", "hard rock", "ambient", "acoustic", "experimental", "female vocalist", "guitar",
    "Hip-Hop", "70s", "party", "country", "easy listening", "sexy", "catchy", "funk", "electro",
    "heavy metal", "Progressive rock", "60s", "rnb", "indie pop", "sad", "House", "happy",
)
MTT_TAGS = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast", "piano",
    "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male", "singing",
    "vocals", "no vocals", "harpsichord", "loud", "quiet", "flute", "woman", "male vocal", "no vocal",
    "pop", "soft", "sitar", "solo", "man", "classic", "choir", "voice", "new age", "dance", "male voice",
    "female vocal", "beats", "harp", "cello", "no voice", "weird", "country", "metal", "female voice",
    "choral",
)
# fmt: on
TAGS = (*(f"msd {tag}" for tag in MSD_TAGS), *(f"mtt {tag}" for tag in MTT_TAGS))

_MOST_LABELS = 6
_SURE = (1.75, 0.15)
"""A label needs to stand out this many standard deviations, and to be this probable."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that can be heard, whatever the tags call it; see `resources/musicnn.toml`."""

    name: str
    tags: tuple[int, ...]
    """positions in `TAGS`"""
    like: tuple[str, ...]
    words: tuple[str, ...]
    opposite: tuple[int, ...]
    """positions among the concepts"""
    sure: tuple[float, float] | None
    """what a label needs: standard deviations above the usual, probability; None: never a label"""


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """Return every concept, in the order of the file."""
    document = tomllib.loads(resource("musicnn.toml").read_text(encoding="utf-8"))
    names = list(document)
    return tuple(
        Concept(
            name=name,
            tags=_positions(table),
            like=tuple(table["like"]),
            words=(name, *table.get("words", ())),
            opposite=tuple(names.index(other) for other in table.get("opposite", ())),
            sure=tuple(table.get("sure", _SURE)) if table.get("caption", True) else None,
        )
        for name, table in document.items()
    )


def _positions(table: Mapping[str, Any]) -> tuple[int, ...]:
    """Return where in `TAGS` a concept's tags are."""
    return tuple(TAGS.index(f"{of} {tag}") for of in ("msd", "mtt") for tag in table.get(of, ()))


@lru_cache(maxsize=1)
def membership() -> FloatMatrix:
    """Return float32 [concepts, tags]: each concept is the mean of its tags."""
    matrix = np.zeros((len(concepts()), len(TAGS)), np.float32)
    for row, concept in enumerate(concepts()):
        matrix[row, list(concept.tags)] = 1 / len(concept.tags)
    return matrix


@dataclass(frozen=True, slots=True)
class Usual:
    """How each tag is spread over much music: float32 [tags] each."""

    mean: FloatVector
    deviation: FloatVector


def labels(vector: FloatVector, log_odds: FloatVector) -> tuple[Label, ...]:
    """Return the words the ear is sure of, surest first, none contradicting a surer one.

    A tag counts by how far it stands out from its own usual level, so that
    rare ones are not drowned by those the network always gives. `vector` holds
    that in standard deviations, `log_odds` how probable the tag is in itself.
    """
    prominence = membership() @ vector
    probability = 1 / (1 + np.exp(-membership() @ log_odds))
    chosen: list[int] = []
    for number in np.argsort(-prominence, kind="stable").tolist():
        sure = concepts()[number].sure
        contradicted = any(_exclude(number, other) for other in chosen)
        if sure and prominence[number] >= sure[0] and probability[number] >= sure[1] and not contradicted:
            chosen.append(number)
    return tuple(Label(concepts()[n].name, _weight(float(prominence[n]))) for n in chosen[:_MOST_LABELS])


def _exclude(one: int, other: int) -> bool:
    """Whether two concepts contradict each other."""
    return one in concepts()[other].opposite or other in concepts()[one].opposite


def _weight(prominence: float) -> float:
    """Map standard deviations to a sureness between 0 and 1: 1.75 to a half, 3 to 0.92."""
    return 1 / (1 + math.exp(-2 * (prominence - _SURE[0])))
