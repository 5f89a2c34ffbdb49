"""Names for what was heard, from an ear that tells them by comparing the whole library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.index.workers import batched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import Ear, FloatMatrix, IdArray, TrackId
    from vibe_desktop.index.vectors import VectorStore
    from vibe_desktop.library.descriptions import DescriptionStore

_GROWN = 1.25
"""The whole library is named anew once it has grown by this; so every track is, a handful of times."""
_COMPARED = 1000
"""Tracks that stand for the library while a few new ones are named among them."""
_STORED = 2048
"""Tracks whose names are written in one transaction: about 10 ms, so that nobody else waits for long."""


class Naming:
    """Keeps the labels of one ear's hearings; `recipe` tells what is made of them.

    In the end the names depend on the vectors of the whole space only, not on the
    order in which tracks were heard. For an ear that names every track while
    hearing it there is nothing to do.
    """

    def __init__(self, vectors: VectorStore, descriptions: DescriptionStore, ear: Ear, recipe: str) -> None:
        self._vectors = vectors
        self._descriptions = descriptions
        self._ear = ear
        self._how = f"{recipe}:{ear.names_by}"
        self._space_id = vectors.space_id(ear.space)
        # What a run before this one named in the same way need not be named anew for a few more.
        same = descriptions.named_from(self._space_id).partition(":")[2] == self._how
        self._named = len(vectors.ids(ear.space)) if same else 0

    @property
    def due(self) -> bool:
        """Whether anything was heard since the whole space was named, or names are chosen otherwise now."""
        return self._compares and self._descriptions.named_from(self._space_id) != self._source

    def some(self, ids: Sequence[TrackId]) -> list[TrackId]:
        """Name tracks that were just heard, among what is heard so far; return those named otherwise now."""
        if not ids or not self._compares:
            return []
        known = self._vectors.ids(self._ear.space)
        if len(known) >= _GROWN * self._named:
            return self.all()
        spread = known[np.linspace(0, len(known) - 1, min(len(known), _COMPARED)).astype(np.int64)]
        among, vectors = self._vectors.some(self._ear.space, np.union1d(spread, ids).tolist())
        return self._store(among, vectors, set(ids))

    def all(self) -> list[TrackId]:
        """Name every track of the space; return those named otherwise now."""
        source = self._source
        ids, vectors = self._vectors.float_matrix(self._ear.space)
        self._named = len(ids)
        changed = self._store(ids, vectors, set(ids.tolist()))
        self._descriptions.note_named(self._space_id, source)
        return changed

    @property
    def _source(self) -> str:
        return f"{self._vectors.generation(self._ear.space)}:{self._how}"

    @property
    def _compares(self) -> bool:
        return bool(self._ear.names_by)

    def _store(self, ids: IdArray, vectors: FloatMatrix, wanted: set[TrackId]) -> list[TrackId]:
        names = self._ear.name(vectors) if len(ids) else None
        named = zip(ids.tolist(), names or (), strict=True)
        batches = batched((each for each in named if each[0] in wanted), _STORED)
        return [changed for some in batches for changed in self._descriptions.rename(self._space_id, some)]
