"""What CLAP can name in a track: zero-shot labels from the vocabulary, few and sure.

A label's sentences are compared with the track as a request's would be, and three things are asked of it.
It stands out from what is usual for that label, in this library as far as that is known and in music at large
otherwise: a sentence that is near to all music would else be on every track. It leads the other labels
of its kind on the same track. And it clearly beats what is easily taken for it: opposite moods, the other
voices, and sounds that are no label at all (`resources/prompts.toml`, contrast and negative).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.captions.findings import opposed
from vibe_desktop.captions.vocabulary import Entry, Kind, Vocabulary, load_vocabulary
from vibe_desktop.domain import FloatMatrix, FloatVector, Label
from vibe_desktop.models import clap_prompts
from vibe_desktop.models.clap_score import Usual

_VERSION = 2
"""Raise it with any change to how labels are chosen: every library is then named anew."""
_MOST_LABELS = 6
_MOST = {Kind.GENRE: 2, Kind.INSTRUMENT: 3, Kind.MOOD: 2, Kind.VOICE: 1, Kind.TEMPO: 1}
"""The kinds that can be heard, and how many labels of each a track gets at most."""
_SURE = {Kind.GENRE: 2.25, Kind.INSTRUMENT: 2.25, Kind.MOOD: 2.5, Kind.VOICE: 1.25, Kind.TEMPO: 1.75}
"""Deviations a label needs to stand out: more where many compete; CLAP learnt least of moods."""
_LEAST_RISE = 1.25
"""Spreads above the track's own middle that a label needs in any case."""
_LEADING = 1.5
"""Deviations by which a label must rise above its kind on the same track."""
_CLEAR = 0.5
"""Deviations by which a label must beat each of its contrasts."""
_CROWD = 20
"""Kinds of fewer labels have no field to lead; their contrasts decide."""
_PRIOR_TRACKS = 30.0
"""How many tracks of the library weigh as much as what is usual in music at large."""
_FURTHEST = 1.0
"""What is usual for a label moves by at most this: beyond, the library is full of it, no sentence odd."""
_LEAST_DEVIATION = 0.6
_ROWS = 4096
"""Tracks looked at together; their rises take 5 MB."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to compare tracks with; without a kind it is no label, only a contrast."""

    name: str
    kind: Kind | None
    prompts: tuple[str, ...]
    contrasts: tuple[int, ...] = ()
    """positions of candidates it must clearly beat, and is never named beside"""
    kin: tuple[int, ...] = ()
    """positions of its wider and narrower ones: whichever is surer says it all"""


@dataclass(frozen=True, slots=True)
class _Level:
    """What is usual for each candidate: float32 [candidates, 1] each, in spreads."""

    mean: FloatMatrix
    deviation: FloatMatrix


@lru_cache(maxsize=1)
def candidates() -> tuple[Candidate, ...]:
    """Return everything tracks are compared with, the labels first, always in the same order."""
    vocabulary = load_vocabulary()
    entries = [entry for kind in _MOST for entry in vocabulary.of_kind(kind) if _is_label(entry)]
    negatives = clap_prompts.negatives()
    place = {name: number for number, name in enumerate([*(entry.name for entry in entries), *negatives])}
    named = (
        Candidate(
            entry.name,
            entry.kind,
            clap_prompts.label_ensemble(entry),
            _contrasts(entry, entries, place),
            tuple(place[other.name] for other in entries if _akin(entry, other, vocabulary)),
        )
        for entry in entries
    )
    return (*named, *(Candidate(name, None, prompts) for name, prompts in negatives.items()))


def sentences() -> tuple[tuple[str, ...], ...]:
    """Return the ensembles whose pooled vectors `name` takes, one for each candidate."""
    return tuple(candidate.prompts for candidate in candidates())


def fingerprint() -> str:
    """Return a name for how labels are chosen, which changes with the vocabulary and all sentences."""
    return f"labels-{_VERSION}-{load_vocabulary().digest}-{clap_prompts.fingerprint()}"


def name(texts: FloatMatrix, vectors: FloatMatrix, background: FloatMatrix) -> list[tuple[Label, ...]]:
    """Name what is heard in each track of a library, the surest first; none where nothing is sure.

    All are unit rows: `texts` [candidates, d] in the order of `sentences`, tracks [n, d], neutral prompts
    [b, d]. Names are the vocabulary's own; weights rise from a half at just sure enough towards 1.
    """
    usual = Usual.of(vectors, background)
    level = _level(texts, vectors, usual)
    named: list[tuple[Label, ...]] = []
    for begin in range(0, len(vectors), _ROWS):
        rows = slice(begin, begin + _ROWS)
        rises = usual.rises(texts @ vectors[rows].T, rows)
        prominence = (rises - level.mean) / level.deviation
        sure = _sure(prominence) & (rises >= _LEAST_RISE)
        named += [_chosen(each, said) for each, said in zip(prominence.T, sure.T, strict=True)]
    return named


def _is_label(entry: Entry) -> bool:
    chosen = clap_prompts.labels()
    if entry.kind in chosen:
        return entry.name in chosen[entry.kind]
    return entry.name not in chosen[f"not_{entry.kind}"]


def _contrasts(entry: Entry, entries: list[Entry], place: dict[str, int]) -> tuple[int, ...]:
    said = [place[name] for name in clap_prompts.contrasts().get(entry.name, ())]
    far = [place[other.name] for other in entries if _contradict(entry, other)]
    return tuple(dict.fromkeys((*said, *far)))


def _contradict(one: Entry, other: Entry) -> bool:
    return one.kind is other.kind is Kind.MOOD and opposed(one, other)


def _akin(one: Entry, other: Entry, vocabulary: Vocabulary) -> bool:
    return one is not other and (one in vocabulary.line(other) or other in vocabulary.line(one))


def _level(texts: FloatMatrix, vectors: FloatMatrix, usual: Usual) -> _Level:
    """Return what is usual over a library, drawn towards music at large: rises of mean 0 and deviation 1.

    For there a label is to a track what any of the neutral prompts is. So three tracks are not measured by
    their own three rises, and a library all of one kind keeps the name of that kind.
    """
    total, squares = np.zeros((2, len(texts)))
    for begin in range(0, len(vectors), _ROWS):
        rows = slice(begin, begin + _ROWS)
        rises = usual.rises(texts @ vectors[rows].T, rows)
        total += rises.sum(axis=1, dtype=np.float64)
        squares += np.square(rises).sum(axis=1, dtype=np.float64)
    weight = len(vectors) + _PRIOR_TRACKS
    mean = total / weight
    deviation = np.sqrt(np.maximum((squares + _PRIOR_TRACKS) / weight - mean**2, 0))
    bounds = np.clip(mean, -_FURTHEST, _FURTHEST), np.maximum(deviation, _LEAST_DEVIATION)
    return _Level(*(each[:, np.newaxis].astype(np.float32) for each in bounds))


def _sure(prominence: FloatMatrix) -> NDArray[np.bool_]:
    """Return [candidates, n]: which are labels that stand out, lead their kind and beat their contrasts."""
    sure = np.zeros(prominence.shape, np.bool_)
    fields = {kind: _field(prominence, kind) for kind in _MOST}
    for number, candidate in enumerate(candidates()):
        if candidate.kind is None:
            continue
        own = prominence[number]
        sure[number] = (own >= _SURE[candidate.kind]) & (own >= fields[candidate.kind])
        if candidate.contrasts:
            sure[number] &= own >= prominence[list(candidate.contrasts)].max(axis=0) + _CLEAR
    return sure


def _field(prominence: FloatMatrix, kind: Kind) -> FloatVector:
    """Return [n]: what a label must reach on each track to lead its kind."""
    members = [number for number, candidate in enumerate(candidates()) if candidate.kind is kind]
    if len(members) < _CROWD:
        return np.full(prominence.shape[1], -np.inf, np.float32)
    field = prominence[members]
    reach: FloatVector = field.mean(axis=0) + _LEADING * field.std(axis=0)
    return reach


def _chosen(prominence: FloatVector, sure: NDArray[np.bool_]) -> tuple[Label, ...]:
    """Return one track's labels: the surest first, none beside what contradicts or contains it."""
    beyond = {number: _beyond(number, prominence) for number in np.flatnonzero(sure).tolist()}
    chosen: list[int] = []
    kinds: Counter[Kind | None] = Counter()
    for number in sorted(beyond, key=lambda number: (-beyond[number], number)):
        kind = candidates()[number].kind
        free = kind is not None and kinds[kind] < _MOST[kind]
        if free and not any(_exclude(number, other) for other in chosen):
            chosen.append(number)
            kinds[kind] += 1
    return tuple(Label(candidates()[n].name, _weight(beyond[n])) for n in chosen[:_MOST_LABELS])


def _beyond(number: int, prominence: FloatVector) -> float:
    """Return how many deviations a label lies above what makes its kind sure."""
    kind = candidates()[number].kind
    return float(prominence[number]) - (_SURE[kind] if kind else math.inf)


def _exclude(one: int, other: int) -> bool:
    first, second = candidates()[one], candidates()[other]
    return other in (*first.contrasts, *first.kin) or one in second.contrasts


def _weight(beyond: float) -> float:
    return 1 / (1 + math.exp(-2 * beyond))
