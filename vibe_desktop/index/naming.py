"""Names for what was heard, from an ear that tells them by comparing the whole library."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import Ear, FloatMatrix, IdArray, TrackId
    from vibe_desktop.index.vectors import VectorStore
    from vibe_desktop.library.descriptions import DescriptionStore

_GROWN = 1.25
"""The whole library is named anew once it has grown by this; so every track is, a handful of times."""
_COMPARED = 1000
"""Tracks that stand for the library while a few new ones are named among them."""


class Naming:
    """Keeps the labels of one ear's hearings; `recipe` tells how they are chosen besides.

    In the end labels depend on the vectors of the whole space only, not on the
    order in which tracks were heard. For an ear that names every track while
    hearing it there is nothing to do.
    """

    def __init__(self, vectors: VectorStore, descriptions: DescriptionStore, ear: Ear, recipe: str) -> None:
        self._vectors = vectors
        self._descriptions = descriptions
        self._ear = ear
        self._recipe = recipe
        self._space_id = vectors.space_id(ear.space)
        self._named = 0

    @property
    def due(self) -> bool:
        """Whether anything was heard, or the recipe changed, since the whole space was named."""
        return self._descriptions.named_from(self._space_id) != self._source and self._compares

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
        return f"{self._vectors.generation(self._ear.space)}:{self._recipe}"

    @cached_property
    def _compares(self) -> bool:
        _, vectors = self._vectors.some(self._ear.space, self._vectors.ids(self._ear.space)[:1].tolist())
        return bool(len(vectors)) and self._ear.name(vectors) is not None

    def _store(self, ids: IdArray, vectors: FloatMatrix, wanted: set[TrackId]) -> list[TrackId]:
        names = self._ear.name(vectors) or []
        named = zip(ids.tolist(), names, strict=True)
        return self._descriptions.rename(self._space_id, [each for each in named if each[0] in wanted])
