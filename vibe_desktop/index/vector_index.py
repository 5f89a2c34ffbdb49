"""What a search for the nearest vectors needs of whatever holds them: memory, a file, or a server.

The vectors in the database are the truth. An index is made from them and may be thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, Space
    from vibe_desktop.progress import Progress


class UnreachableError(VibeError):
    """What holds the vectors cannot be reached: without it moods are not answered, and all else goes on."""


class VectorIndex(Protocol):
    """One space's vectors, ready to be searched by cosine."""

    @property
    def ids(self) -> IdArray:
        """The tracks that have a vector, ascending."""

    @property
    def dimensions(self) -> int:
        """How long a vector is."""

    def __len__(self) -> int:
        """How many tracks have a vector."""

    def nearest(
        self, query: FloatVector, k: int, among: IdArray | None = None
    ) -> tuple[IdArray, FloatVector]:
        """Return the `k` ids of highest cosine, best first, with their cosines.

        `among` (ascending ids) restricts the search. Fewer than `k` come back
        where there are no more. Equal cosines are ordered by id.
        """

    def cosines(self, queries: FloatMatrix, ids: IdArray) -> FloatMatrix:
        """Return the cosine of each query, rows of length 1, with each of `ids`, shape (queries, ids).

        NaN for an id that has no vector.
        """

    def some(self, ids: IdArray) -> tuple[NDArray[np.bool_], FloatMatrix]:
        """Return which of `ids` have a vector, shape (ids,), and those vectors, shape (known, dimensions)."""


class VectorIndexes(Protocol):
    """Holds an index for every space of a library."""

    def open(self, space: Space) -> VectorIndex:
        """Return the space's index as far as it agrees with the stored vectors."""

    def refresh(self, space: Space, progress: Progress | None = None) -> bool:
        """Bring the space's index up to the stored vectors; return whether anything had to be done.

        Raises `Cancelled` when asked to stop, and `VibeError` where it cannot be written: an
        `UnreachableError` where it is not on this machine.
        """
