"""Every index answers alike: the embedded one, exact and by graph, and a Qdrant collection."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import Cancelled, FloatMatrix, Space, SpaceKind
from vibe_desktop.index.choosing import EMBEDDED, choose_indexes
from vibe_desktop.index.neighbours import NeighbourCache
from vibe_desktop.index.qdrant_index import QdrantIndexes
from vibe_desktop.index.vector_index import UnreachableError, VectorIndexes
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.progress import Progress

COUNT = 400
EAR = Space("ear", SpaceKind.EAR, 12, "another fingerprint")
# In memory Qdrant has no indexes of its own.
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

BACKENDS = ("exact", "graph", "qdrant")


class Library:
    """A database with vectors, and the index over it."""

    def __init__(self, folder: Path, backend: str) -> None:
        self.db = Database.open(folder / "library.sqlite3")
        self.ids = np.array(sorted(add_tracks(self.db, COUNT)))
        self.vectors = VectorStore(self.db)
        self.rows = unit_rows(COUNT, TEXT.dimensions)
        self.put(TEXT, self.rows)
        self.indexes = self._made(backend, folder)
        self.indexes.refresh(TEXT)

    def put(self, space: Space, rows: FloatMatrix, source: bytes = b"1", first: int = 0) -> None:
        ids = self.ids[first : first + len(rows)].tolist()
        with self.db.transaction():
            self.vectors.put(space, [(i, row, source) for i, row in zip(ids, rows, strict=True)])

    def truth(self, query: FloatMatrix, k: int, among: np.ndarray | None = None) -> list[int]:
        ids, stored = self.vectors.float_matrix(TEXT)
        allowed = np.isin(ids, among if among is not None else ids)
        cosines = stored[allowed] @ query / np.linalg.norm(stored[allowed], axis=1)
        return [int(ids[allowed][at]) for at in np.argsort(-cosines, kind="stable")[:k]]

    def _made(self, backend: str, folder: Path) -> VectorIndexes:
        if backend != "qdrant":
            below = 10**9 if backend == "exact" else 10
            return NeighbourCache(self.db, self.vectors, folder / "index", exact_below=below)
        client = pytest.importorskip("qdrant_client").QdrantClient(":memory:")
        return QdrantIndexes(self.vectors, lambda: client)


@pytest.fixture(params=BACKENDS)
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path, request.param)
    yield made
    made.db.close()


def test_the_nearest_come_first_with_their_cosines(library: Library) -> None:
    query = unit_rows(1, TEXT.dimensions, 7)[0]
    index = library.indexes.open(TEXT)

    ids, cosines = index.nearest(query, 20)

    assert ids.tolist() == library.truth(query, 20)
    assert cosines == pytest.approx(index.cosines(query[np.newaxis], ids)[0], abs=2e-3)
    assert (len(index), index.dimensions, index.ids.tolist()) == (
        COUNT,
        TEXT.dimensions,
        library.ids.tolist(),
    )


@pytest.mark.parametrize("share", [0.02, 0.6])
def test_a_search_keeps_to_those_it_is_told(
    library: Library, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vibe_desktop.index.qdrant_index._FEW", 50)
    query, among = unit_rows(1, TEXT.dimensions, 8)[0], library.ids[: int(share * COUNT)]

    ids, _ = library.indexes.open(TEXT).nearest(query, 5, among=among)

    assert ids.tolist() == library.truth(query, 5, among)


def test_fewer_come_where_there_are_no_more_and_none_where_none_may(library: Library) -> None:
    query, index = library.rows[0], library.indexes.open(TEXT)

    assert len(index.nearest(query, COUNT + 100)[0]) == COUNT
    assert len(index.nearest(query, 5, among=library.ids[:2])[0]) == 2
    assert len(index.nearest(query, 5, among=library.ids[:0])[0]) == 0
    assert len(index.nearest(query, 0)[0]) == 0


def test_what_is_not_known_has_no_cosine_and_no_vector(library: Library) -> None:
    index, unknown = library.indexes.open(TEXT), int(library.ids.max()) + 1
    asked = np.array([library.ids[3], unknown])

    [cosines] = index.cosines(library.rows[3:4], asked)
    known, vectors = index.some(asked)

    assert cosines[0] == pytest.approx(1.0, abs=2e-3)
    assert np.isnan(cosines[1])
    assert known.tolist() == [True, False]
    assert vectors @ library.rows[3] == pytest.approx([1.0], abs=2e-3)


def test_an_empty_space_answers_with_nothing(library: Library) -> None:
    index = library.indexes.open(EAR)

    assert (len(index), len(index.nearest(unit_rows(1, EAR.dimensions)[0], 3)[0])) == (0, 0)


def test_before_the_first_refresh_nothing_is_known_and_nothing_fails(library: Library) -> None:
    indexes: VectorIndexes = library.indexes
    if isinstance(indexes, QdrantIndexes):
        indexes = QdrantIndexes(library.vectors, indexes._connect, "a new collection")
    index = indexes.open(EAR)

    known, vectors = index.some(library.ids)

    assert not known.any()
    assert vectors.shape == (0, EAR.dimensions)
    assert np.isnan(index.cosines(unit_rows(2, EAR.dimensions), library.ids)).all()


def test_what_was_stored_since_is_found_after_a_refresh(library: Library) -> None:
    new = unit_rows(2, TEXT.dimensions, 99)
    library.put(TEXT, new, b"2")
    library.db.run("DELETE FROM vector WHERE track_id = ?", (int(library.ids[-1]),))

    library.indexes.refresh(TEXT)

    index = library.indexes.open(TEXT)
    assert index.nearest(new[0], 1)[0].tolist() == [library.ids[0]]
    assert index.nearest(new[1], 1)[0].tolist() == [library.ids[1]]
    assert library.ids[-1] not in index.ids
    assert library.ids[-1] not in index.nearest(library.rows[-1], COUNT)[0]
    assert library.indexes.refresh(TEXT) is False


def test_two_spaces_stand_side_by_side(library: Library) -> None:
    heard = unit_rows(50, EAR.dimensions, 5)
    library.put(EAR, heard)

    library.indexes.refresh(EAR)

    assert library.indexes.open(EAR).nearest(heard[7], 1)[0].tolist() == [library.ids[7]]
    assert len(library.indexes.open(EAR)) == 50
    assert library.indexes.open(TEXT).nearest(library.rows[7], 1)[0].tolist() == [library.ids[7]]


class _Called(Progress):
    """Progress that asks to stop once a little was done."""

    def advance(self, count: int = 1, note: str = "") -> None:
        super().advance(count, note)
        self.cancel()


def test_what_was_sent_before_a_stop_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vibe_desktop.index.qdrant_index._BATCH", 30)
    client = pytest.importorskip("qdrant_client").QdrantClient(":memory:")
    library = Library(tmp_path, "exact")
    indexes = QdrantIndexes(library.vectors, lambda: client)

    with pytest.raises(Cancelled):
        indexes.refresh(TEXT, _Called())

    assert 0 < len(indexes.open(TEXT)) < COUNT
    assert indexes.refresh(TEXT) is True
    assert len(indexes.open(TEXT)) == COUNT
    library.db.close()


Chosen = Callable[[str], VectorIndexes]


@pytest.fixture
def chosen(tmp_path: Path) -> Iterator[Chosen]:
    db = Database.open(tmp_path / "library.sqlite3")
    yield lambda setting: choose_indexes(setting, db, VectorStore(db), tmp_path / "index")
    db.close()


def test_the_embedded_index_is_the_usual_one(chosen: Chosen) -> None:
    assert isinstance(chosen(EMBEDDED), NeighbourCache)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("faiss", "There is no vector index called faiss."),
        ("http://here:there", "There is no vector index called http://here:there."),
        ("http://127.0.0.1:9#mine", "The vector server did not answer as it should"),
    ],
)
def test_an_index_that_cannot_be_had_says_so_when_it_is_needed(
    chosen: Chosen, setting: str, said: str
) -> None:
    indexes = chosen(setting)

    with pytest.raises(UnreachableError, match=said):
        indexes.refresh(TEXT)
    with pytest.raises(UnreachableError, match=said):
        indexes.open(TEXT)


def test_a_server_nothing_here_can_speak_with_says_what_to_install(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "qdrant_client", None)

    for ask in (chosen("http://127.0.0.1:9").refresh, chosen("http://127.0.0.1:9").open):
        with pytest.raises(UnreachableError, match="not installed") as caught:
            ask(TEXT)
        assert "pip install" in caught.value.remedy
