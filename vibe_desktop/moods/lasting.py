"""How many tracks a queue has and how long it lasts: exchanging a few until the time is met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.billing import MOST_OF_AN_ARTIST
from vibe_desktop.moods.choice import total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.moods.choice import Choice
    from vibe_desktop.moods.picking import Picker

TOLERANCE_SECONDS = 30.0
_SPARES = 150
_SWAPS = 12
_EARLY = 0.5
"""Spreads that exchanging the first track of all costs more than exchanging the last."""


def for_minutes(choices: Sequence[Choice], picker: Picker, wanted: float, most: int | None) -> list[Choice]:
    """Choose tracks, the foremost where possible, that last within half a minute of `wanted` seconds.

    At most `most` of them, and as many where that can be. `picker` chooses among `choices`.
    """
    lasts = 0.0
    while most is None or len(picker.picked) < most:
        if (number := picker.pick()) is None:
            break
        lasts += choices[number].seconds
        if most is None and lasts >= wanted:
            break
    picked = list(picker.picked)
    rest = [number for number in range(len(choices)) if number not in set(picked)]
    if not picked or (not rest and lasts <= wanted + TOLERANCE_SECONDS):
        return [choices[number] for number in picked]
    ends = np.cumsum([choices[number].seconds for number in picked])
    reached = min(int(np.searchsorted(ends, wanted)) + 1, len(ends))
    # The number that was asked for, if it can be had in this time, before fewer.
    counts = [*([len(ends)] if most is not None else []), reached, reached - 1]
    exchange = _Exchange(choices, picker, wanted)
    attempts = [exchange.made(picked[:count], [*picked[count:], *rest]) for count in counts if count]
    close = [chosen for chosen in attempts if abs(total(chosen) - wanted) <= TOLERANCE_SECONDS]
    return close[0] if close else min(attempts, key=lambda chosen: abs(total(chosen) - wanted))


class _Exchange:
    """Exchanges chosen tracks for spares until they last as long as wanted, at the least loss."""

    def __init__(self, choices: Sequence[Choice], picker: Picker, wanted: float) -> None:
        self._choices = choices
        self._picker = picker
        self._wanted = wanted
        self._seconds = np.array([choice.seconds for choice in choices])
        self._scores = np.array([choice.score for choice in choices])

    def made(self, picked: Sequence[int], spare: Sequence[int]) -> list[Choice]:
        """Return the tracks chosen in place of `picked`, all by their numbers."""
        inside, outside = np.array(picked), np.array(spare[:_SPARES], dtype=np.int64)
        for _ in range(_SWAPS):
            over = float(self._seconds[inside].sum()) - self._wanted
            if abs(over) <= TOLERANCE_SECONDS or not len(outside):
                break
            missed = np.abs(over - self._seconds[inside][:, None] + self._seconds[outside][None, :])
            missed = np.where(self._apart(inside, outside), missed, np.inf)
            good = missed <= TOLERANCE_SECONDS
            cost = np.where(good, self._loss(inside, outside), np.inf) if good.any() else missed
            out, into = np.unravel_index(int(cost.argmin()), cost.shape)
            if missed[out, into] >= abs(over):
                break
            inside[out], outside[into] = outside[into], inside[out]
        return [self._choices[number] for number in inside]

    def _loss(self, inside: NDArray[np.int64], outside: NDArray[np.int64]) -> NDArray[np.float64]:
        worse = np.maximum(self._scores[inside][:, None] - self._scores[outside][None, :], 0.0)
        # Of a longer queue the beginning is to be the shorter one: what was chosen first goes last.
        early = np.linspace(_EARLY, 0.0, len(inside))[:, None]
        off: NDArray[np.float64] = worse + early + self._picker.misses(inside, outside)
        return off

    def _apart(self, inside: NDArray[np.int64], outside: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which exchanges bring no artist in more often than artists are there already."""
        out, into = self._picker.artists[inside], self._picker.artists[outside]
        kept = self._picker.artists[len(self._choices) :]
        counts = np.bincount(np.concatenate([out, kept]), minlength=int(self._picker.artists.max()) + 1)
        most = max(MOST_OF_AN_ARTIST, int(counts.max()))
        after: NDArray[np.int64] = counts[into][None, :] + 1 - (out[:, None] == into[None, :])
        return after <= most
