"""One table for libraries of several sizes, and how each figure grows where the library grows tenfold."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = "–"


@dataclass(slots=True)
class _Row:
    unit: str
    aim: float | None
    values: dict[int, float] = field(default_factory=dict)


class Table:
    """Figures by name and size, in the order they came."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = sorted(sizes)
        self._rows: dict[str, _Row] = {}

    def found(self, name: str, unit: str, size: int, value: float, aim: float | None = None) -> None:
        """Keep a figure and print it; `aim` is what the largest library should stay under."""
        row = self._rows.setdefault(name, _Row(unit, aim))
        row.values[size] = value
        print(f"{size:>9,} tracks   {name:<58}{_number(value):>9} {unit}", flush=True)

    def value(self, name: str, size: int) -> float | None:
        """Return a figure."""
        return self._rows[name].values.get(size)

    def growth(self, name: str) -> float | None:
        """Return how many times as much it is for ten times as many tracks, from the last but one size on."""
        values = self._rows[name].values
        known = [size for size in self._sizes if values.get(size)]
        if len(known) < 2:  # noqa: PLR2004 - from one to another
            return None
        smaller, larger = known[-2:]
        return float((values[larger] / values[smaller]) ** (1 / math.log10(larger / smaller)))

    def markdown(self) -> str:
        """Return the table as the page has it."""
        head = [f"{size:,} tracks" for size in self._sizes]
        lines = [f"| | {' | '.join(head)} | for ten times as many | aim |", "|---" * (len(head) + 3) + "|"]
        for name, row in self._rows.items():
            cells = [_cell(row.values.get(size), row.unit) for size in self._sizes]
            growth = self.growth(name)
            grows = f"× {growth:.1f}" if growth else ""
            aim = f"{_number(row.aim)} {row.unit}" if row.aim is not None else ""
            lines.append(f"| {name} | {' | '.join(cells)} | {grows} | {aim} |")
        return "\n".join(lines)


def _cell(value: float | None, unit: str) -> str:
    return _NOTHING if value is None else f"{_number(value)} {unit}".rstrip()


def _number(value: float) -> str:
    """Return a number with three digits that tell something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
