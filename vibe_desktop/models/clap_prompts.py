"""How CLAP is spoken to: the sentences a phrase, a word of the vocabulary or a label is asked with.

CLAP learnt from short captions of recordings, so what it is asked should read like one (LAION's
own for music were "This audio is a <genre> song."), and one wording is a matter of luck: several are
asked and the mean of their vectors is taken. The sentences stand in `resources/prompts.toml`.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from vibe_desktop.captions.vocabulary import Entry, Kind
from vibe_desktop.domain import FloatMatrix, FloatVector
from vibe_desktop.paths import resource

_LONGEST = 40
"""Words of a phrase that are asked: with its template it then stays within the text tower's 77 tokens."""
_FEW = 4
"""A phrase of at most this many words reads well before "music"."""
_GENERAL = re.compile(r"(?:^|\s+)(?:music|songs?|tracks?|tunes?)$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|some)\s+", re.IGNORECASE)
_JOINED = re.compile(r"[,;:]|\b(?:for|with|like|to|at|in|on|that|when|while|music|songs?)\b", re.IGNORECASE)
_VOWEL = re.compile(
    r"(?!eu|uk|uni(?!n)|use|usu|uto|one\b|once\b)[aeiou]|8|1[18](?!\d)|hour|honest|r&b\b|r'n'b\b|rnb\b|mpb\b|fm\b",
    re.IGNORECASE,
)
"""What is spoken with a vowel first: "an 80s song", "an R&B song", but "a euphoric song"."""
_NOTHING_SAID = "A recording of music."


def ensemble(phrase: str, kind: Kind | None = None) -> tuple[str, ...]:
    """Return the sentences to ask for a phrase: a person's own, or the words for an entry of some kind."""
    words = " ".join(phrase.split()[:_LONGEST]).strip(" .!?")
    if kind is not None:
        return _filled(_table()["kind"][kind], _GENERAL.sub("", words))
    plain = _ARTICLE.sub("", _GENERAL.sub("", _instead(words)))
    if not plain:
        return (_NOTHING_SAID,)
    wordy = len(plain.split()) > _FEW or _JOINED.search(plain)
    return _filled(_table()["request"]["long" if wordy else "short"], plain)


def label_ensemble(entry: Entry) -> tuple[str, ...]:
    """Return the sentences that stand for an entry of the vocabulary as something to be heard."""
    own = _table()["sentences"].get(entry.name)
    return tuple(own) if own else ensemble(_table()["say"].get(entry.name, entry.phrase), entry.kind)


def neutral() -> tuple[str, ...]:
    """Return the background: prompts that cover music and recordings evenly, always the same ones."""
    return tuple(_table()["background"]["prompts"])


def negatives() -> Mapping[str, tuple[str, ...]]:
    """Return the sentences of sounds that are no label, by the name they go by in `contrasts`."""
    return {name: tuple(sentences) for name, sentences in _table()["negative"].items()}


def contrasts() -> Mapping[str, tuple[str, ...]]:
    """Return what some labels must clearly beat on the same track: names of labels and of `negatives`."""
    return {name: tuple(others) for name, others in _table()["contrast"].items()}


def labels() -> Mapping[str, Sequence[str]]:
    """Return what may be a label: names by kind, and under `not_<kind>` those of a kind that may not."""
    chosen: Mapping[str, Sequence[str]] = _table()["labels"]
    return chosen


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return a name for all these sentences, which changes with any of them."""
    return hashlib.sha256(resource("prompts.toml").read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]


def pooled(vectors: FloatMatrix) -> FloatVector:
    """Return the middle of an ensemble's unit vectors [n, d] as one of length 1, shape [d]."""
    middle = vectors.mean(axis=0)
    unit: FloatVector = (middle / max(float(np.linalg.norm(middle)), 1e-12)).astype(np.float32)
    return unit


def _filled(templates: Sequence[str], words: str) -> tuple[str, ...]:
    article = "an {}" if _VOWEL.match(words) else "a {}"
    prompts = (template.replace("a {}", article).replace("{}", words) for template in templates)
    return tuple(dict.fromkeys(prompt[:1].upper() + prompt[1:] for prompt in prompts))


def _instead(phrase: str) -> str:
    """Put the ear's own words for those it hears badly."""
    return _misheard().sub(lambda found: _table()["instead"][found.group().lower()], phrase)


@lru_cache(maxsize=1)
def _misheard() -> re.Pattern[str]:
    longest = sorted(_table()["instead"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(resource("prompts.toml").read_text(encoding="utf-8"))
