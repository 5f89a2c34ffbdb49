"""A library's vectors on a Qdrant server, for collections that one machine's memory does not hold.

One collection holds a library: a point for each track, by its number, with a named vector for
each space. The vectors in the database stay the truth: every point carries marks of what its
vectors were made from, and `refresh` sends what differs. See docs/scale.md.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from vibe_desktop.index.neighbours import best_first, cosines_with
from vibe_desktop.index.vector_index import UnreachableError
from vibe_desktop.library.numbers import contains
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias, TypeVar

    from numpy.typing import NDArray
    from qdrant_client import QdrantClient
    from qdrant_client.models import Record

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, Space, TrackId
    from vibe_desktop.index.vectors import VectorStore

    T = TypeVar("T")
    Mark: TypeAlias = str

COLLECTION = "vibe-desktop"
_BATCH = 512
_PAGE = 4096
_HERE = "here"
_FEW = 20_000
"""So many tracks a search names one by one; where more may be found, it looks further and drops others."""


class QdrantIndexes:
    """The collection of a library; an index for each of its spaces."""

    def __init__(
        self, vectors: VectorStore, connect: Callable[[], QdrantClient], collection: str = COLLECTION
    ) -> None:
        """Take the stored vectors, and what makes a client at the first need: without one all else works."""
        self._vectors = vectors
        self._connect = connect
        self._collection = collection

    @cached_property
    def _client(self) -> QdrantClient:
        return self._connect()

    def open(self, space: Space) -> QdrantIndex:
        """Return the space's index as the last `refresh` left it.

        Raises `UnreachableError` without a server.
        """
        client = self._client  # first, as it may not be installed
        known = [track_id for track_id, mark in self._points(space).items() if mark]
        ids = np.sort(np.array(known, dtype=np.int64))
        return QdrantIndex(client, self._collection, _name(space), space.dimensions, ids)

    def refresh(self, space: Space, progress: Progress | None = None) -> bool:
        """Send what the server lacks or has from other sources, and take away what is gone.

        Return whether there was anything to do. Raises `Cancelled` when asked to stop, what was sent
        till then stays; and `UnreachableError` without a server.
        """
        progress = progress or Progress()
        self._make_room(space)
        stored, points = self._stored(space), self._points(space)
        fresh = [track_id for track_id, mark in stored.items() if points.get(track_id) != mark]
        gone = [track_id for track_id, mark in points.items() if mark and track_id not in stored]
        if not fresh and not gone:
            return False
        progress.begin("Preparing the search", len(fresh) + len(gone))
        for some in _batches(fresh):
            self._send(space, {track_id: stored[track_id] for track_id in some}, points)
            progress.advance(len(some))
        for some in _batches(gone):
            self._take_away(space, some)
            progress.advance(len(some))
        return True

    def _stored(self, space: Space) -> dict[TrackId, Mark]:
        """Return the mark of every stored vector: what it was made from, and whether its file is here."""
        sources = self._vectors.sources(space)
        return {track_id: f"{source.hex()}{'+' if here else '-'}" for track_id, source, here in sources}

    def _points(self, space: Space) -> dict[TrackId, Mark | None]:
        """Return the mark every point carries for the space; None for one without a vector in it."""
        return dict(_asked(lambda: list(self._scrolled(_name(space)))))

    def _scrolled(self, name: str) -> Iterator[tuple[TrackId, Mark | None]]:
        if not self._client.collection_exists(self._collection):
            return
        after = None
        while True:
            records, after = self._client.scroll(
                self._collection, limit=_PAGE, offset=after, with_payload=[name], with_vectors=False
            )
            yield from ((int(record.id), (record.payload or {}).get(name)) for record in records)
            if after is None:
                return

    def _make_room(self, space: Space) -> None:
        """Make the collection, and a vector for the space in it, where there is none."""
        name, client, collection = _name(space), self._client, self._collection

        from qdrant_client import models

        dense = models.DenseVectorConfig(
            size=space.dimensions,
            distance=models.Distance.COSINE,
            datatype=models.VectorStorageDatatype.FLOAT16,
        )

        def make() -> None:
            if not client.collection_exists(collection):
                client.create_collection(collection, vectors_config={})
                client.create_payload_index(collection, _HERE, models.PayloadSchemaType.BOOL)
            if name not in (client.get_collection(collection).config.params.vectors or {}):
                client.create_vector_name(collection, name, models.DenseVectorNameConfig(dense=dense))

        _asked(make)

    def _send(
        self, space: Space, marks: Mapping[TrackId, Mark], points: Mapping[TrackId, Mark | None]
    ) -> None:
        """Send vectors; a point that is there already keeps those of its other spaces."""
        from qdrant_client import models

        name = _name(space)
        ids, vectors = self._vectors.some(space, list(marks))
        found = dict(zip(ids.tolist(), vectors.tolist(), strict=True))
        operations: list[Any] = []
        if new := [track_id for track_id in found if track_id not in points]:
            made = [
                models.PointStruct(id=i, vector={name: found[i]}, payload=_told(name, marks[i])) for i in new
            ]
            operations.append(models.UpsertOperation(upsert=models.PointsList(points=made)))
        if old := [track_id for track_id in found if track_id in points]:
            changed = [models.PointVectors(id=i, vector={name: found[i]}) for i in old]
            operations.append(
                models.UpdateVectorsOperation(update_vectors=models.UpdateVectors(points=changed))
            )
        # The mark comes last: what breaks off before is sent again.
        for track_id in old:
            payload = models.SetPayload(payload=_told(name, marks[track_id]), points=[track_id])
            operations.append(models.SetPayloadOperation(set_payload=payload))
        _asked(lambda: self._client.batch_update_points(self._collection, operations))

    def _take_away(self, space: Space, ids: list[TrackId]) -> None:
        from qdrant_client import models

        name, points = _name(space), models.PointIdsList(points=[*ids])

        def remove() -> None:
            self._client.delete_payload(self._collection, keys=[name], points=points)
            self._client.delete_vectors(self._collection, vectors=[name], points=points)

        _asked(remove)


class QdrantIndex:
    """One space of a collection. Raises `UnreachableError` wherever the server does not answer."""

    def __init__(
        self, client: QdrantClient, collection: str, name: str, dimensions: int, ids: IdArray
    ) -> None:
        """Take the named vector, and the tracks that have one, ascending."""
        self._client = client
        self._collection = collection
        self._name = name
        self.dimensions = dimensions
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(
        self, query: FloatVector, k: int, among: IdArray | None = None
    ) -> tuple[IdArray, FloatVector]:
        """Return the `k` ids of highest cosine, best first, with their cosines.

        `among` (ascending ids) restricts the search. Fewer than `k` come back
        where there are no more. Equal cosines are ordered by id.
        """
        if k < 1 or not len(self.ids) or (among is not None and not len(among)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if among is None:
            return self._search(query, k, None)
        if len(among) <= _FEW:
            return self._search(query, k, self._only(among))
        wanted = k
        while True:
            wanted = min(len(self.ids), 2 * wanted)
            ids, cosines = self._search(query, wanted, self._here())
            allowed = contains(among, ids)
            if allowed.sum() >= k or len(ids) < wanted or wanted == len(self.ids):
                return ids[allowed][:k], cosines[allowed][:k]

    def cosines(self, queries: FloatMatrix, ids: IdArray) -> FloatMatrix:
        """Return the cosine of each query, rows of length 1, with each of `ids`, shape (queries, ids).

        NaN for an id that has no vector.
        """
        return cosines_with(queries, *self.some(ids))

    def some(self, ids: IdArray) -> tuple[NDArray[np.bool_], FloatMatrix]:
        """Return which of `ids` have a vector, shape (ids,), and those vectors, shape (known, dimensions)."""
        wanted = ids[contains(self.ids, ids)].tolist()
        # Before the first refresh there is no collection to be asked.
        records = _asked(lambda: self._retrieved(wanted)) if wanted else []
        vectors = ((int(record.id), record.vector) for record in records)
        found = {at: vector[self._name] for at, vector in vectors if isinstance(vector, dict) and vector}
        known = np.array([track_id in found for track_id in ids.tolist()], dtype=np.bool_)
        rows = [found[track_id] for track_id in ids[known].tolist()]
        return known, np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def _retrieved(self, ids: list[TrackId]) -> Sequence[Record]:
        return self._client.retrieve(self._collection, ids, with_payload=False, with_vectors=[self._name])

    def _search(self, query: FloatVector, k: int, limits: Any) -> tuple[IdArray, FloatVector]:
        answer = _asked(
            lambda: self._client.query_points(
                self._collection,
                query=query.tolist(),
                using=self._name,
                query_filter=limits,
                limit=k,
                with_payload=False,
            )
        )
        ids = np.array([point.id for point in answer.points], dtype=np.int64)
        cosines = np.array([point.score for point in answer.points], dtype=np.float32)
        return best_first(ids, cosines)

    @staticmethod
    def _only(ids: IdArray) -> Any:
        from qdrant_client import models

        return models.Filter(must=[models.HasIdCondition(has_id=ids.tolist())])

    @staticmethod
    def _here() -> Any:
        from qdrant_client import models

        return models.Filter(must=[models.FieldCondition(key=_HERE, match=models.MatchValue(value=True))])


def _name(space: Space) -> str:
    """Return what the space's vectors are called on the server; never the same for two models."""
    mark = blake2b(f"{space.name} {space.fingerprint}".encode(), digest_size=8).hexdigest()
    return f"{space.kind.value}_{mark}"


def _told(name: str, mark: Mark) -> dict[str, Any]:
    """Return what a point tells beside its vector."""
    return {name: mark, _HERE: mark.endswith("+")}


def _batches(ids: list[TrackId]) -> Iterator[list[TrackId]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _asked(question: Callable[[], T]) -> T:
    """Return a server's answer. Raises `UnreachableError` where there is none."""
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException

    try:
        return question()
    except (ApiException, QdrantException, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise UnreachableError(
            f"The vector server did not answer as it should: {reason}.",
            "See that it runs, or take vector_index out of the settings: the library itself has everything.",
        ) from error
