"""Mutates files that are whole: bytes turned, cut out, doubled, spliced, and numbers at their limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_MOST_CHANGES = 6
_LONGEST_PIECE = 64
_LIMITS = (0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)
# Most of what a parser decides stands at a file's beginning, and some at its end.
_EDGE = 2048


class Mutator:
    """Makes new files of known ones; the same seed makes the same files."""

    def __init__(self, originals: Sequence[bytes], seed: int) -> None:
        """Take at least one original."""
        self._originals = originals
        self._random = Random(seed)  # noqa: S311 - to be repeated, not to be unforeseeable
        self._changes: tuple[Callable[[bytearray, int], None], ...] = (
            self._turn_bit, self._put_byte, self._put_limit, self._cut, self._double, self._splice, self._end,
        )  # fmt: skip

    def choose(self) -> int:
        """Return the number of an original."""
        return self._random.randrange(len(self._originals))

    def mutated(self, number: int) -> bytes:
        """Return an original with one to a few changes."""
        data = bytearray(self._originals[number])
        for _ in range(self._random.randint(1, _MOST_CHANGES)):
            if data:
                self._random.choice(self._changes)(data, self._place(len(data)))
        return bytes(data)

    def _place(self, length: int) -> int:
        where = self._random.random()
        if where < 0.7:  # noqa: PLR2004 - seven in ten at the beginning, two at the end, one anywhere
            return self._random.randrange(min(length, _EDGE))
        if where < 0.9:  # noqa: PLR2004
            return length - 1 - self._random.randrange(min(length, _EDGE))
        return self._random.randrange(length)

    def _turn_bit(self, data: bytearray, at: int) -> None:
        data[at] ^= 1 << self._random.randrange(8)

    def _put_byte(self, data: bytearray, at: int) -> None:
        data[at] = self._random.randrange(256)

    def _put_limit(self, data: bytearray, at: int) -> None:
        limit = self._random.choice(_LIMITS)
        little = self._random.random() < 0.5  # noqa: PLR2004 - either
        data[at : at + 4] = limit.to_bytes(4, "little" if little else "big")

    def _cut(self, data: bytearray, at: int) -> None:
        del data[at : at + self._random.randint(1, _LONGEST_PIECE)]

    def _double(self, data: bytearray, at: int) -> None:
        data[at:at] = data[at : at + self._random.randint(1, _LONGEST_PIECE)]

    def _splice(self, data: bytearray, at: int) -> None:
        other = self._random.choice(self._originals)
        begin = self._random.randrange(max(1, len(other)))
        data[at : at + _LONGEST_PIECE] = other[begin : begin + _LONGEST_PIECE]

    def _end(self, data: bytearray, at: int) -> None:
        del data[max(at, len(data) // 8) :]
