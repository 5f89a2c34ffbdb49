"""How much tracks sound like phrases, by CLAP's vectors: cosines made comparable between tracks.

In a space of many dimensions some vectors are near to everything (hubs; Radovanović and others 2010), so
a cosine says as much about the track as about the phrase. Each track is therefore measured against its own
usual cosine to a background of neutral prompts, as local scaling and CSLS do with neighbourhoods (Conneau
and others 2018): the result, its rise, counts in spreads above that track's own middle. Cosines never
leave this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vibe_desktop.domain import FloatMatrix, FloatVector

_ROWS = 8192
"""Tracks that are looked at together: with a background of 48 they take 1.6 MB."""
_TRACKS = 1024
"""Tracks whose windows are looked at together: six of 512 numbers each take 13 MB."""
_BEST = 2
"""How many windows make a passage: one alone is chance, a chorus has more."""
_LEAST_SPREAD = 0.5
"""A track's spread is at least this share of what chance gives: one that all prompts are equally near to
would otherwise be blown up into a hub of its own."""
_ALIKE = 1e-4
"""Rises that deviate less than this over a library differ by rounding only."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How near each track is to the neutral prompts: float32 [tracks] each; keep it while the tracks stay."""

    middle: FloatVector
    spread: FloatVector

    @classmethod
    def of(cls, vectors: FloatMatrix, background: FloatMatrix) -> Usual:
        """Measure unit rows [n, d] against a background of unit rows [b, d], b at least 1."""
        middle, spread = np.empty((2, len(vectors)), np.float32)
        for rows in _blocks(len(vectors), _ROWS):
            cosines = vectors[rows] @ background.T
            middle[rows], spread[rows] = cosines.mean(axis=1), cosines.std(axis=1)
        # The deviation of a cosine between unit vectors without any relation is 1 / sqrt(d).
        return cls(middle, np.maximum(spread, _LEAST_SPREAD / np.sqrt(vectors.shape[1])))

    def rises(self, cosines: FloatMatrix, rows: slice = slice(None)) -> FloatMatrix:
        """Return cosines [p, n] of these tracks, or some rows of them, in spreads above each one's middle."""
        rises: FloatMatrix = (cosines - self.middle[rows]) / self.spread[rows]
        return rises


def calibrated(
    phrases: FloatMatrix, vectors: FloatMatrix, background: FloatMatrix, usual: Usual | None = None
) -> FloatMatrix:
    """Return float32 [p, n]: how much each track of a library sounds like each phrase.

    All are unit rows: phrases [p, d], tracks [n, d], neutral prompts [b, d]. Each row has mean 0 and
    deviation 1 over the tracks; it is 0 throughout where they do not differ (as one track alone does not).
    `usual` spares measuring the same tracks against the same background again. `vectors` is never copied.
    """
    usual = usual or Usual.of(vectors, background)
    rises = np.empty((len(phrases), len(vectors)), np.float32)
    for rows in _blocks(len(vectors), _ROWS):
        rises[:, rows] = usual.rises(phrases @ vectors[rows].T, rows)
    return _standardised(rises)


def passages(phrases: FloatMatrix, windows: Sequence[FloatMatrix], background: FloatMatrix) -> FloatMatrix:
    """Return float32 [p, n]: how much the best passages of each track sound like each phrase.

    `windows` holds unit rows [w, d], track by track. Each window is measured against the neutral prompts by
    itself; the mean of a track's two best rises counts, of one window that one, of none 0, as usual. The
    scale is spreads above the usual and the same whichever tracks are asked about, so that some tracks can
    be placed by the mean and deviation of others. The level differs from phrase to phrase, and tracks of many
    windows have the better chance: compare along a row only.
    """
    best = np.zeros((len(phrases), len(windows)), np.float32)
    for tracks in _blocks(len(windows), _TRACKS):
        heard = [
            (number, windows[number]) for number in range(tracks.start, tracks.stop) if len(windows[number])
        ]
        if heard and len(phrases):
            numbers, some = zip(*heard, strict=True)
            best[:, list(numbers)] = _best(phrases, some, background)
    return best


def _best(phrases: FloatMatrix, windows: Sequence[FloatMatrix], background: FloatMatrix) -> FloatMatrix:
    """Return [p, n] for tracks of at least one window each."""
    every = np.concatenate(windows).astype(np.float32, copy=False)
    rises = Usual.of(every, background).rises(phrases @ every.T)
    # Every track gets as many places as the longest one, those it cannot fill at the very bottom.
    counts = np.array([len(each) for each in windows])
    places = np.arange(max(_BEST, counts.max())) < counts[:, np.newaxis]
    table = np.full((len(phrases), *places.shape), -np.inf, np.float32)
    table[:, places] = rises
    leading = np.partition(table, -_BEST, axis=2)[:, :, -_BEST:]
    known = np.isfinite(leading)
    mean: FloatMatrix = np.where(known, leading, 0).sum(axis=2) / known.sum(axis=2)
    return mean


def _standardised(rises: FloatMatrix) -> FloatMatrix:
    """Bring each row to mean 0 and deviation 1, in place."""
    if rises.shape[1]:
        rises -= rises.mean(axis=1, keepdims=True)
        deviation = rises.std(axis=1, keepdims=True)
        rises *= np.where(deviation > _ALIKE, 1 / np.maximum(deviation, _ALIKE), 0)
    return rises


def _blocks(count: int, size: int) -> Iterator[slice]:
    return (slice(begin, min(begin + size, count)) for begin in range(0, count, size))
