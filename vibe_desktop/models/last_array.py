"""Remembers what was computed of an array, as long as it is the last one that was asked about."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.domain import FloatMatrix

T = TypeVar("T")


class LastArray(Generic[T]):
    """Computes once per array, told by identity: whoever changes one in place is not noticed.

    The array is not kept alive. May be used from several threads; one computes at a time.
    """

    def __init__(self, compute: Callable[[FloatMatrix], T]) -> None:
        """Remember what to compute of an array."""
        self._compute = compute
        self._lock = threading.Lock()
        self._last: tuple[weakref.ref[FloatMatrix], T] | None = None

    def of(self, array: FloatMatrix) -> T:
        """Return what there is to know of `array`, computed anew unless it is the last one."""
        with self._lock:
            if self._last is None or self._last[0]() is not array:
                self._last = (weakref.ref(array), self._compute(array))
            return self._last[1]
