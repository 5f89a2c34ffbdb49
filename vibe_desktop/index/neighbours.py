"""Nearest neighbours of a query vector: exact for small libraries, a checked usearch file for large ones."""

from __future__ import annotations

import contextlib
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import VibeError
from vibe_desktop.index.amending import differences, put
from vibe_desktop.library.numbers import contains
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, Space
    from vibe_desktop.index.vectors import HalfMatrix, VectorStore
    from vibe_desktop.library.database import Database

EXACT_BELOW = 50_000
"""Up to this many vectors an exact search takes about 4 ms on one core, and no index is needed."""

# Seen on MiniLM vectors of 18,486 captions: the true 300 are found to 98 % with ef_search at twice 300.
_CONNECTIVITY = 16
_EXPANSION_ADD = 128
_EXPANSION_SEARCH = 600

# Searching the graph for more and dropping what a filter forbids pays only while it lets much through.
_SHARE_FOR_GRAPH = 0.25

# The share of its vectors that a graph may have exchanged: each costs it a little of what it finds.
_MOST_AMENDED = 0.2

# Sums of the same numbers may differ in their last digit.
_DIGITS = 6

log = logging.getLogger(__name__)


class Neighbours:
    """One space's vectors, ready to be searched by cosine."""

    def __init__(self, ids: IdArray, vectors: HalfMatrix, graph: Any = None) -> None:
        """Take ids ascending, their vectors, shape (n, dimensions), and a usearch index over them."""
        self.ids = ids
        self.vectors = vectors
        self._graph = graph

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(
        self, query: FloatVector, k: int, among: IdArray | None = None
    ) -> tuple[IdArray, FloatVector]:
        """Return the `k` ids of highest cosine, best first, with their cosines.

        `among` (ascending ids) restricts the search. Fewer than `k` come back
        where there are no more. Equal cosines are ordered by id.
        """
        if among is not None and not np.array_equal(among, self.ids):
            return self._nearest_among(query, k, among)
        if self._graph is None:
            return self._exact(query, k, self.ids, self.vectors)
        return self._approximate(query, k)

    @property
    def dimensions(self) -> int:
        """How long a vector is."""
        return int(self.vectors.shape[1])

    def cosines(self, queries: FloatMatrix, ids: IdArray) -> FloatMatrix:
        """Return the cosine of each query, rows of length 1, with each of `ids`, shape (queries, ids).

        NaN for an id that has no vector.
        """
        return cosines_with(queries, *self.some(ids))

    def some(self, ids: IdArray) -> tuple[NDArray[np.bool_], FloatMatrix]:
        """Return which of `ids` have a vector, shape (ids,), and those vectors, shape (known, dimensions)."""
        known = contains(self.ids, ids)
        return known, self.vectors[np.searchsorted(self.ids, ids[known])].astype(np.float32)

    def _nearest_among(self, query: FloatVector, k: int, among: IdArray) -> tuple[IdArray, FloatVector]:
        share = len(among) / max(1, len(self.ids))
        if self._graph is not None and share > _SHARE_FOR_GRAPH:
            ids, cosines = self._approximate(query, int(k / share * 1.5) + 16)
            allowed = contains(among, ids)
            if allowed.sum() >= k:
                return ids[allowed][:k], cosines[allowed][:k]
        allowed = contains(among, self.ids)
        return self._exact(query, k, self.ids[allowed], self.vectors[allowed])

    def _exact(
        self, query: FloatVector, k: int, ids: IdArray, vectors: HalfMatrix
    ) -> tuple[IdArray, FloatVector]:
        if not len(ids) or k < 1:
            return _nothing()
        usearch = _usearch()
        cosine = usearch.MetricKind.Cos
        found = usearch.search(vectors, query.astype(np.float16), min(k, len(ids)), cosine, exact=True)
        return self._best_first(query, ids[found.keys.astype(np.int64)])

    def _approximate(self, query: FloatVector, k: int) -> tuple[IdArray, FloatVector]:
        if k < 1:
            return _nothing()
        found = self._graph.search(query.astype(np.float16), min(k, len(self.ids)))
        return self._best_first(query, found.keys.astype(np.int64))

    def _best_first(self, query: FloatVector, ids: IdArray) -> tuple[IdArray, FloatVector]:
        [cosines] = self.cosines(query[np.newaxis], ids)
        return best_first(ids, cosines)


def cosines_with(queries: FloatMatrix, known: NDArray[np.bool_], vectors: FloatMatrix) -> FloatMatrix:
    """Return the cosine of each query, rows of length 1, with what `VectorIndex.some` returned.

    Shape (queries, known); NaN for what has no vector.
    """
    found = np.full((len(queries), len(known)), np.nan, dtype=np.float32)
    # All queries at once: reading the vectors takes longer than comparing them.
    lengths = np.sqrt(np.maximum(np.einsum("nd,nd->n", vectors, vectors), 1e-24))
    found[:, known] = queries @ vectors.T / lengths
    return found


def best_first(ids: IdArray, cosines: FloatVector) -> tuple[IdArray, FloatVector]:
    """Return both by falling cosine, equals by id."""
    order = np.lexsort((ids, -np.round(cosines, _DIGITS)))
    return ids[order], cosines[order]


def _usearch() -> Any:
    """Import usearch, onnxruntime first: the other way round, importing onnxruntime ends the process.

    Seen with usearch 2.26.6 and onnxruntime 1.31.1 on Linux: a segmentation fault, every time.
    """
    import onnxruntime  # noqa: F401
    import usearch.index

    return usearch.index


def _nothing() -> tuple[IdArray, FloatVector]:
    return np.empty(0, np.int64), np.empty(0, np.float32)


class NeighbourCache:
    """The usearch files of a profile: made from the stored vectors, trusted only when every mark agrees.

    usearch files carry no checksum and a flipped byte can crash the process
    that reads them, so a file is opened only if the SHA-256 kept in the
    database is its own. Files are named by generation and never overwritten,
    because another process may be viewing the old one.
    """

    def __init__(
        self, db: Database, vectors: VectorStore, folder: Path, exact_below: int = EXACT_BELOW
    ) -> None:
        self._db = db
        self._vectors = vectors
        self._folder = folder
        self._exact_below = exact_below

    def open(self, space: Space) -> Neighbours:
        """Return the space's neighbours; with a graph if there is one that matches the stored vectors."""
        count = self._vectors.count(space)
        if count < self._exact_below:
            return Neighbours(*self._vectors.matrix(space))
        with ThreadPoolExecutor(1) as beside:  # to check the file takes as long as to read the vectors
            graph = beside.submit(self._trusted, space, count)
            ids, vectors = self._vectors.matrix(space)
        return Neighbours(ids, vectors, graph.result() if len(ids) == count else None)

    def refresh(self, space: Space, progress: Progress | None = None) -> bool:
        """Make the graph, or bring it up to date, where the space is large; return whether it was due.

        Raises `Cancelled` when asked to stop, and `VibeError` where the file cannot be written.
        """
        count = self._vectors.count(space)
        if count < self._exact_below or self._trusted(space, count) is not None:
            return False
        ids, vectors = self._vectors.matrix(space)
        if not self._amend(space, ids, vectors, progress or Progress()):
            self.build(space, ids, vectors, progress)
        return True

    def build(
        self, space: Space, ids: IdArray, vectors: HalfMatrix, progress: Progress | None = None
    ) -> Path:
        """Write a graph over `vectors` and record what it must be; returns the file."""
        progress = progress or Progress()
        progress.begin("Preparing the search", len(ids))
        generation = self._vectors.generation(space)
        graph = _usearch().Index(
            ndim=space.dimensions,
            metric="cos",
            dtype="f16",
            connectivity=_CONNECTIVITY,
            expansion_add=_EXPANSION_ADD,
        )
        put(graph, ids, vectors, progress)
        return self._keep(graph, space, generation)

    def _amend(self, space: Space, ids: IdArray, vectors: HalfMatrix, progress: Progress) -> bool:
        """Exchange what changed in the last graph; return whether that could be done and was worth it."""
        generation = self._vectors.generation(space)
        rows = self._db.run(
            "SELECT file, sha256, amended FROM neighbour_cache WHERE space_id = ?",
            (self._vectors.space_id(space),),
        )
        graph = self._restored(*rows[0][:2], view=False) if rows else None
        if graph is None or graph.ndim != space.dimensions:
            return False
        stale, lacking = differences(graph, ids, vectors)
        amended = rows[0][2] + max(len(stale), len(lacking))
        if amended > _MOST_AMENDED * len(ids):
            return False
        progress.begin("Preparing the search", len(lacking))
        graph.expansion_add = _EXPANSION_ADD
        graph.remove(stale.astype(np.uint64))
        put(graph, ids[lacking], vectors[lacking], progress)
        self._keep(graph, space, generation, amended)
        return True

    def _keep(self, graph: Any, space: Space, generation: int, amended: int = 0) -> Path:
        """Write a graph to the file of its generation and record what that must be."""
        file = self._folder / f"{space.name}-{space.fingerprint[:16]}.{generation}.usearch"
        checksum = _save(graph, file)
        with self._db.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO neighbour_cache (space_id, file, sha256, count, generation, amended)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (self._vectors.space_id(space), file.name, checksum, len(graph), generation, amended),
            )
        self._forget_older(space, file)
        return file

    def _trusted(self, space: Space, count: int) -> Any:
        rows = self._db.run(
            "SELECT file, sha256, count, generation FROM neighbour_cache WHERE space_id = ?",
            (self._vectors.space_id(space),),
        )
        expected = (count, self._vectors.generation(space))
        if not rows or tuple(rows[0][2:]) != expected:
            return None
        graph = self._restored(*rows[0][:2], view=True)
        if graph is None or (len(graph), graph.ndim) != (count, space.dimensions):
            return None
        graph.expansion_search = _EXPANSION_SEARCH
        return graph

    def _restored(self, name: str, sha256: str, *, view: bool) -> Any:
        """Open a file that is what was written, to look into or (not `view`) to change; None otherwise."""
        file = self._folder / os.path.basename(name)  # noqa: PTH119 - a name from the database stays in the folder
        try:
            graph = _usearch().Index.restore(str(file), view=view) if sha256_of(file) == sha256 else None
        except (OSError, RuntimeError, ValueError):  # another process may have made a newer one meanwhile
            graph = None
        if graph is None:
            log.info("The search index %s is missing or damaged; it will be made again.", file.name)
        return graph

    def _forget_older(self, space: Space, current: Path) -> None:
        for old in self._folder.glob(f"{space.name}-*"):  # halves of a killed run too
            if old != current:
                # Windows keeps a file that another process views; it goes next time.
                with contextlib.suppress(OSError):
                    old.unlink()


def _save(graph: Any, file: Path) -> str:
    """Write a graph to its file, whole or not at all; returns its SHA-256."""
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        graph.save(str(part))
        checksum = sha256_of(part)
        part.replace(file)
    except (OSError, RuntimeError) as error:  # the latter is all that usearch says of a full disk
        with contextlib.suppress(OSError):
            part.unlink()
        raise VibeError(
            f"The search index {file} could not be saved: the disk may be full.",
            "Make room and index again. Everything else is done; until then a search takes longer.",
        ) from error
    return checksum
