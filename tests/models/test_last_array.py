"""What was computed of the last array is kept for it alone."""

from __future__ import annotations

import gc
import weakref

import numpy as np

from vibe_desktop.domain import FloatMatrix
from vibe_desktop.models.last_array import LastArray


def test_only_another_array_is_computed_anew() -> None:
    asked: list[float] = []

    def total(array: FloatMatrix) -> float:
        asked.append(float(array.sum()))
        return asked[-1]

    last = LastArray(total)
    ones, twos = np.ones((2, 3), np.float32), np.full((2, 3), 2, np.float32)
    assert [last.of(array) for array in (ones, ones, twos, twos, ones)] == [6, 6, 12, 12, 6]
    assert asked == [6, 12, 6]
    last.of(ones.copy())  # alike is not the same
    assert len(asked) == 4


def test_the_array_is_not_kept_alive() -> None:
    last = LastArray(lambda array: array.shape)
    array = np.ones((2, 3), np.float32)
    gone = weakref.ref(array)
    assert last.of(array) == (2, 3)
    del array
    gc.collect()
    assert gone() is None
    assert last.of(np.ones((4, 3), np.float32)) == (4, 3)
