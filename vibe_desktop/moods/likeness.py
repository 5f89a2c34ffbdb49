"""How much tracks are like a few others: by what their captions say and by how they sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, TrackId


_NO_SPREAD = 1e-3
"""A dimension that differs by less, where a usual spread is about 1, tells nothing."""

_ROWS = 8192


class Sounds:
    """Vectors of what an ear heard, compared by cosine once every dimension has the same middle and spread.

    Without that, the dimension that says least of a library (all of it is
    "guitar") would decide.
    """

    def __init__(self, ids: IdArray, vectors: NDArray[np.float32]) -> None:
        """Take ids ascending and their vectors, shape (n, dimensions)."""
        self._ids = ids
        self._vectors = vectors
        self._middle = vectors.mean(axis=0)
        spread = _spread(vectors, self._middle)
        self._scale = np.where(spread > _NO_SPREAD, 1.0 / np.maximum(spread, _NO_SPREAD), 0.0).astype(
            np.float32
        )
        # Summed as they come: a standardised copy would take as much memory as the library again.
        squares = np.einsum("nd,nd,d->n", vectors, vectors, self._scale**2)
        shifts = 2 * (vectors @ (self._middle * self._scale**2))
        lengths = squares - shifts + float(((self._middle * self._scale) ** 2).sum())
        self._lengths = np.sqrt(np.maximum(lengths, 1e-12))

    def like(self, groups: Sequence[Sequence[TrackId]]) -> FloatMatrix:
        """Return how each track sounds like each group, shape (groups, n); NaN for a group not heard."""
        rows = [self._centre(group) for group in groups]
        return np.stack(
            [np.full(len(self._ids), np.nan, np.float32) if row is None else self._near(row) for row in rows]
        )

    def directions(self, ids: IdArray) -> FloatMatrix:
        """Return the standardised vectors of these tracks, which are all known: rows of length 1."""
        rows = (self._vectors[np.searchsorted(self._ids, ids)] - self._middle) * self._scale
        return unit_rows(rows)

    def _centre(self, group: Sequence[TrackId]) -> FloatVector | None:
        rows = rows_of(self._ids, group)
        if not len(rows):
            return None
        return unit_mean((self._vectors[rows] - self._middle) * self._scale)

    def _near(self, centre: FloatVector) -> FloatVector:
        weighted = centre * self._scale
        near: FloatVector = (self._vectors @ weighted - float(self._middle @ weighted)) / self._lengths
        return near


def _spread(vectors: NDArray[np.float32], middle: FloatVector) -> FloatVector:
    """Return the deviation of every dimension; some rows at a time, or it would take a second copy of all."""
    squares = np.zeros(vectors.shape[1])
    for start in range(0, len(vectors), _ROWS):
        squares += np.square(vectors[start : start + _ROWS] - middle).sum(axis=0)
    spread: FloatVector = np.sqrt(squares / max(1, len(vectors))).astype(np.float32)
    return spread


def rows_of(ids: IdArray, wanted: Sequence[TrackId]) -> NDArray[np.intp]:
    """Return where those of `wanted` that there are stand in `ids` (ascending)."""
    asked = np.unique(np.array(wanted, dtype=np.int64))
    if not len(ids):
        return np.empty(0, dtype=np.intp)
    at = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    there: NDArray[np.intp] = at[ids[at] == asked]
    return there


def unit_rows(vectors: FloatMatrix) -> FloatMatrix:
    """Return the same directions with length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: FloatMatrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return rows


def unit_mean(vectors: FloatMatrix) -> FloatVector:
    """Return the middle of some vectors' directions, length 1; all zeros where there are none."""
    total = unit_rows(vectors).sum(axis=0)
    middle: FloatVector = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    return middle
