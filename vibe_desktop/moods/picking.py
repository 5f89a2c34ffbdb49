"""Which of the tracks that fit come into a queue: one after another, each weighed against those before.

Relevance goes down a little for what is nearly the same as something chosen
(maximal marginal relevance: Carbonell & Goldstein, SIGIR 1998), and no artist
comes more than twice while others fit. What is chosen for a short queue is
chosen first for a long one, so a longer queue extends a shorter one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.billing import MOST_OF_AN_ARTIST

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatMatrix, FloatVector
    from vibe_desktop.moods.billing import Billing
    from vibe_desktop.moods.choice import Choice

_ALIKE = 0.3
"""Spreads a track that is just like a chosen one may fit better and be passed over all the same."""
_ALBUM = 0.15
"""Spreads lost for each track of the same album that is there already."""
_OFF_THE_WAY = 3.0
"""Spreads lost for lying at the far end of the way from where a track is needed."""
_SAMPLE = 64
"""Tracks compared with all others to tell what is usual."""
_EDGE = 5.0
"""Per cent of the tracks at either end of the way that lie beyond its beginning and its end."""


class Picker:
    """Chooses among `choices`; `kept` are there before. By number of a choice; equals go by their order."""

    def __init__(self, choices: Sequence[Choice], billing: Billing, kept: Sequence[Choice] = ()) -> None:
        """Take choices, best first."""
        pool = [*choices, *kept]
        self._count = len(choices)
        self._scores = np.array([choice.score for choice in choices])
        self._way = _Way(choices) if choices and all(choice.way for choice in choices) else None
        self.artists = _numbered(billing.artist(choice.track) for choice in pool)
        self._albums = _numbered(billing.album(choice.track) for choice in pool)
        self._alike = _Likeness.of(pool)
        self._seen_artists = np.zeros(len(pool), dtype=np.int64)
        self._seen_albums = np.zeros(len(pool), dtype=np.int64)
        self._nearest = np.zeros(len(pool), dtype=np.float32)
        self._left = np.ones(len(choices), dtype=np.bool_)
        self.picked: list[int] = []
        for place in range(self._count, len(pool)):
            self._see(place)

    def pick(self) -> int | None:
        """Choose one more; None when none is left."""
        if not self._left.any():
            return None
        # As many times too often as cannot be helped, and no more.
        seen = self._seen_artists[self.artists[: self._count]]
        too_often = np.maximum(seen - MOST_OF_AN_ARTIST + 1, 0)
        allowed = self._left & (too_often == too_often[self._left].min())
        best = int(np.where(allowed, self._worth(), -np.inf).argmax())
        self._left[best] = False
        self._see(best)
        self.picked.append(best)
        return best

    def misses(self, some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64] | float:
        """Return how far each of `some` lies on the way from each of `others`, as a loss in spreads."""
        return 0.0 if self._way is None else self._way.apart(some, others)

    def _worth(self) -> NDArray[np.float64]:
        fits = self._scores if self._way is None else self._way.fits(_spread_evenly(len(self.picked)))
        repeats = _ALBUM * self._seen_albums[self._albums[: self._count]]
        worth: NDArray[np.float64] = fits - _ALIKE * self._nearest[: self._count] - repeats
        return worth

    def _see(self, place: int) -> None:
        self._seen_artists[self.artists[place]] += 1
        self._seen_albums[self._albums[place]] += 1
        if self._alike is not None:
            np.maximum(self._nearest, self._alike.to(place), out=self._nearest)


class _Way:
    """The way from one feeling to another, from 0 to 1, and how well choices fit along it."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        ways = [choice.way for choice in choices if choice.way]
        self._first, self._last = np.array([way.ends for way in ways]).T
        along = np.array([way.along for way in ways])
        begins, ends = np.percentile(along, [_EDGE, 100 - _EDGE])
        self._along = np.clip((along - begins) / max(float(ends - begins), 1e-6), 0.0, 1.0)

    def fits(self, at: float) -> NDArray[np.float64]:
        """Return how well each choice fits at a point of the way, in spreads."""
        fits: NDArray[np.float64] = (
            (1 - at) * self._first + at * self._last - _OFF_THE_WAY * np.abs(self._along - at)
        )
        return fits

    def apart(self, some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the loss of putting one in another's place, shape (some, others)."""
        off: NDArray[np.float64] = _OFF_THE_WAY * np.abs(self._along[some][:, None] - self._along[others])
        return off


def _spread_evenly(number: int) -> float:
    """Return the next point of 0, 1, 1/2, 1/4, 3/4, 1/8 …: any number of them lie evenly from 0 to 1.

    Beyond the two ends it is van der Corput's sequence (1935).
    """
    if number < 2:  # noqa: PLR2004 - the two ends
        return float(number)
    at, part, number = 0.0, 0.5, number - 1
    while number:
        at += part * (number % 2)
        number, part = number // 2, part / 2
    return at


class _Likeness:
    """How much more alike tracks are than is usual here: from 0 to 1, the very same."""

    def __init__(self, portraits: FloatMatrix) -> None:
        """Take one row of length 1 for each track."""
        self._rows = portraits
        self._usual = float(np.median(portraits[:_SAMPLE] @ portraits.T))

    @classmethod
    def of(cls, pool: Sequence[Choice]) -> _Likeness | None:
        """Return it for tracks that all have portraits, else None."""
        portraits = [choice.portrait for choice in pool if choice.portrait is not None]
        return cls(np.stack(portraits)) if portraits and len(portraits) == len(pool) else None

    def to(self, place: int) -> FloatVector:
        """Return how alike every track is to one, shape (n,)."""
        near = self._rows @ self._rows[place]
        alike: FloatVector = np.clip((near - self._usual) / max(1.0 - self._usual, 1e-3), 0.0, 1.0)
        return alike


def _numbered(keys: Iterable[Hashable]) -> NDArray[np.int64]:
    """Return a number below their count for each key, the same for the same."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
