"""Rows of a long list, fetched a page at a time and forgotten again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.domain import IdArray, TrackId


class HasId(Protocol):
    """Anything that is of one track."""

    @property
    def id(self) -> TrackId: ...


RowType = TypeVar("RowType", bound=HasId)

PAGE = 64
MOST_PAGES = 64


class PageCache(Generic[RowType]):
    """Rows by their place in `ids`; the `MOST_PAGES` pages of `PAGE` rows used last are kept."""

    def __init__(
        self, fetch: Callable[[Sequence[TrackId]], list[RowType]], failed: Callable[[VibeError], None]
    ) -> None:
        """Fetch rows by `fetch`, which may leave ids out; what it raises goes to `failed`."""
        self._fetch = fetch
        self._failed = failed
        self._pages: OrderedDict[int, dict[TrackId, RowType]] = OrderedDict()
        self.ids: IdArray = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        """Return how many rows are held in memory."""
        return sum(len(page) for page in self._pages.values())

    def reset(self, ids: IdArray) -> None:
        """Begin anew with other ids."""
        self.ids = ids
        self._pages.clear()

    def row(self, index: int) -> RowType | None:
        """Return a row, None where it could not be fetched or is gone."""
        if not 0 <= index < len(self.ids):
            return None
        number = index // PAGE
        page = self._pages.get(number)
        if page is None:
            page = self._load(number)
        else:
            self._pages.move_to_end(number)
        return page.get(int(self.ids[index]))

    def replace(self, row: RowType) -> None:
        """Put a newer row in the place of the one of its track, where that is held."""
        for page in self._pages.values():
            if row.id in page:
                page[row.id] = row

    def held(self, track_id: TrackId) -> RowType | None:
        """Return a row that is in memory, without fetching it."""
        return next((page[track_id] for page in self._pages.values() if track_id in page), None)

    def _load(self, number: int) -> dict[TrackId, RowType]:
        try:
            rows = self._fetch(self.ids[number * PAGE : (number + 1) * PAGE].tolist())
        except VibeError as error:
            rows = []
            self._failed(error)
        page = {row.id: row for row in rows}
        self._pages[number] = page
        if len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
        return page
