"""The nearest are the nearest; a graph on disk is believed only when everything about it agrees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import Cancelled, FloatMatrix, FloatVector, IdArray, VibeError
from vibe_desktop.index.neighbours import NeighbourCache, Neighbours
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.progress import Progress

IDS: IdArray = np.arange(10, 3010, 10)


def reference(vectors: NDArray[np.floating], query: FloatVector, k: int, ids: IdArray) -> list[int]:
    """Return the nearest ids by plain arithmetic in double precision."""
    return [int(ids[at]) for at in np.argsort(-(vectors.astype(np.float64) @ query), kind="stable")[:k]]


@pytest.fixture
def vectors() -> FloatMatrix:
    return unit_rows(len(IDS), TEXT.dimensions)


def test_exact_search_equals_plain_arithmetic(vectors: FloatMatrix) -> None:
    neighbours, query = Neighbours(IDS, vectors.astype(np.float16)), unit_rows(1, TEXT.dimensions, 1)[0]

    ids, cosines = neighbours.nearest(query, 20)

    assert ids.tolist() == reference(vectors.astype(np.float16), query, 20, IDS)
    assert np.all(np.diff(cosines) <= 0)
    assert np.allclose(cosines, neighbours.cosines(query[np.newaxis], ids)[0])


def test_a_restricted_search_is_the_search_of_the_rest(vectors: FloatMatrix) -> None:
    neighbours, query = Neighbours(IDS, vectors.astype(np.float16)), unit_rows(1, TEXT.dimensions, 2)[0]
    among = np.array([5, 20, 40, 1000, 2990, 99999])

    ids, _ = neighbours.nearest(query, 3, among)

    kept = np.isin(IDS, among)
    assert ids.tolist() == reference(vectors.astype(np.float16)[kept], query, 3, IDS[kept])


def test_as_many_forbidden_as_allowed_is_still_restricted(vectors: FloatMatrix) -> None:
    neighbours = Neighbours(IDS, vectors.astype(np.float16))
    among = IDS + 1

    assert len(neighbours.nearest(vectors[0], 5, among)[0]) == 0


@pytest.mark.parametrize("k", [0, 1, 300, 10_000])
def test_no_more_come_back_than_there_are(vectors: FloatMatrix, k: int) -> None:
    assert len(Neighbours(IDS, vectors.astype(np.float16)).nearest(vectors[3], k)[0]) == min(k, len(IDS))


def test_an_empty_space_has_no_neighbours() -> None:
    empty = Neighbours(np.empty(0, np.int64), np.empty((0, TEXT.dimensions), np.float16))

    assert len(empty.nearest(np.ones(TEXT.dimensions, np.float32), 5)[0]) == 0
    assert np.isnan(empty.cosines(np.ones((1, TEXT.dimensions), np.float32), np.array([1, 2]))).all()


def test_similarity_is_unknown_for_a_track_without_a_vector(vectors: FloatMatrix) -> None:
    [cosines] = Neighbours(IDS, vectors.astype(np.float16)).cosines(vectors[1:2], np.array([15, 20, 1]))

    assert np.isnan(cosines[[0, 2]]).all()
    assert cosines[1] == pytest.approx(1.0, abs=1e-3)


class Kept:
    """A database with vectors, and the cache over it, for small libraries set to build graphs."""

    def __init__(self, folder: Path, count: int = 600) -> None:
        self.db = Database.open(folder / "library.sqlite3")
        self.store = VectorStore(self.db)
        self.ids = add_tracks(self.db, count)
        self.vectors = unit_rows(count, TEXT.dimensions)
        self.put(range(count))
        self.folder = folder / "index"
        self.cache = NeighbourCache(self.db, self.store, self.folder, exact_below=100)

    def put(self, which: range) -> None:
        self.store.put(TEXT, [(self.ids[at], self.vectors[at], b"") for at in which])

    @property
    def file(self) -> Path:
        [file] = self.folder.glob("*.usearch")
        return file

    def uses_graph(self) -> bool:
        return self.cache.open(TEXT)._graph is not None


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_the_graph_finds_nearly_all_that_the_exact_search_finds(kept: Kept) -> None:
    assert kept.cache.refresh(TEXT)
    graph, exact = kept.cache.open(TEXT), Neighbours(*kept.store.matrix(TEXT))
    assert kept.uses_graph()
    queries = unit_rows(30, TEXT.dimensions, 5)

    shared = [len(set(graph.nearest(q, 50)[0]) & set(exact.nearest(q, 50)[0])) for q in queries]

    assert np.mean(shared) > 0.98 * 50


def test_a_restricted_search_of_the_graph_obeys(kept: Kept) -> None:
    kept.cache.refresh(TEXT)
    graph, exact = kept.cache.open(TEXT), Neighbours(*kept.store.matrix(TEXT))
    among = np.array(kept.ids[::2])

    found = graph.nearest(kept.vectors[3], 20, among)[0]

    assert set(found) <= set(among)
    assert len(set(found) & set(exact.nearest(kept.vectors[3], 20, among)[0])) >= 18


def test_a_small_space_needs_no_graph(tmp_path: Path) -> None:
    small = Kept(tmp_path, count=50)

    assert not small.cache.refresh(TEXT)
    assert not small.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of files")
def test_a_graph_that_cannot_be_written_leaves_the_search_as_it_was(kept: Kept) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(VibeError, match="could not be saved"):
            kept.cache.refresh(TEXT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert not kept.uses_graph()
    assert list(kept.folder.iterdir()) == []
    assert kept.cache.refresh(TEXT)


def test_building_a_graph_tells_how_far_it_is_and_can_be_stopped(kept: Kept) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        kept.cache.refresh(TEXT, progress)
    assert not kept.uses_graph()

    progress = Progress()
    assert kept.cache.refresh(TEXT, progress)
    [stage] = progress.stages()
    assert stage.done == stage.total == len(kept.ids)


def test_a_graph_is_built_once_while_nothing_changes(kept: Kept) -> None:
    assert kept.cache.refresh(TEXT)
    assert not kept.cache.refresh(TEXT)


def test_a_changed_vector_makes_the_graph_old_and_the_next_one_replaces_its_file(kept: Kept) -> None:
    kept.cache.refresh(TEXT)
    old = kept.file
    kept.put(range(1))

    assert not kept.uses_graph()
    assert kept.cache.refresh(TEXT)
    assert kept.file != old


@pytest.mark.parametrize("at", [0, 40, 5000, -1])
def test_one_flipped_byte_is_noticed_and_the_exact_search_answers(kept: Kept, at: int) -> None:
    kept.cache.refresh(TEXT)
    data = bytearray(kept.file.read_bytes())
    data[at] ^= 0xFF
    kept.file.write_bytes(data)

    assert not kept.uses_graph()
    assert kept.cache.open(TEXT).nearest(kept.vectors[9], 1)[0].tolist() == [kept.ids[9]]
    assert kept.cache.refresh(TEXT)
    assert kept.uses_graph()


@pytest.mark.parametrize("harm", ["cut", "gone", "other"])
def test_a_graph_that_is_not_the_recorded_one_is_not_opened(kept: Kept, harm: str) -> None:
    kept.cache.refresh(TEXT)
    if harm == "cut":
        kept.file.write_bytes(kept.file.read_bytes()[:1000])
    elif harm == "gone":
        kept.file.unlink()
    else:
        kept.db.run("UPDATE neighbour_cache SET count = count + 1")

    assert not kept.uses_graph()
    assert kept.cache.refresh(TEXT)


def test_a_search_before_the_first_model_is_loaded_does_not_end_the_process() -> None:
    # usearch imported before onnxruntime makes the latter crash while it is imported.
    script = (
        "import numpy as np; from vibe_desktop.index.neighbours import Neighbours;"
        " Neighbours(np.arange(3), np.eye(3, dtype=np.float16)).nearest(np.ones(3, np.float32), 2);"
        " import onnxruntime; print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n")
