"""A search graph brought up to date with the vectors that are stored, instead of being made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from vibe_desktop.domain import IdArray
    from vibe_desktop.index.vectors import HalfMatrix
    from vibe_desktop.progress import Progress

_BATCH = 4096


def differences(graph: Any, ids: IdArray, vectors: HalfMatrix) -> tuple[IdArray, IdArray]:
    """Return what the graph holds that is no more or is another now, and the rows of `vectors` it lacks.

    `ids` are ascending, `vectors` theirs, shape (n, dimensions).
    """
    held = np.sort(graph.keys[:].astype(np.int64))  # one by one, each would be looked for from the beginning
    gone = np.setdiff1d(held, ids, assume_unique=True)
    known = np.flatnonzero(np.isin(ids, held, assume_unique=True))
    others = [
        some[(np.asarray(graph.get(ids[some].astype(np.uint64))) != vectors[some]).any(axis=1)]
        for some in (known[start : start + _BATCH] for start in range(0, len(known), _BATCH))
    ]
    changed = np.concatenate([known[:0], *others])
    added = np.setdiff1d(np.arange(len(ids)), known, assume_unique=True)
    return np.concatenate([gone, ids[changed]]), np.sort(np.concatenate([changed, added]))


def put(graph: Any, ids: IdArray, vectors: HalfMatrix, progress: Progress) -> None:
    """Add vectors to a graph. Raises `Cancelled` when asked to stop, which leaves it good for nothing."""
    for start in range(0, len(ids), _BATCH):
        some = slice(start, start + _BATCH)
        # Adding from several threads can leave vectors that no search reaches.
        graph.add(ids[some].astype(np.uint64), vectors[some], threads=1)
        progress.advance(len(ids[some]))
