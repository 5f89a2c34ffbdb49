"""Many whole numbers, such as ids: read as an array, and looked for in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import IdArray
from vibe_desktop.library.database import Database


def numbers(db: Database, sql: str, params: Sequence[Any] = ()) -> IdArray:
    """Return what `sql` selects as `id`, in its order.

    As one long text instead of 200,000 rows: twice as quick, and other threads may run meanwhile.
    """
    [(text,)] = db.run(f"SELECT group_concat(id) FROM ({sql})", params)  # noqa: S608 - our own text
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def contains(ascending: IdArray, ids: IdArray) -> NDArray[np.bool_]:
    """Tell which of `ids` are among `ascending`; quicker than np.isin where that is known to be sorted."""
    if not len(ascending):
        return np.zeros(len(ids), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ascending, ids), len(ascending) - 1)
    return np.asarray(ascending[at] == ids)


def among(ids: IdArray, some: IdArray) -> NDArray[np.bool_]:
    """Tell the same where neither is in order; both are at least 0."""
    marks = np.zeros(max(ids.max(initial=0), some.max(initial=0)) + 1, dtype=np.bool_)
    marks[some] = True
    return np.asarray(marks[ids])
