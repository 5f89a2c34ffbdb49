"""Where relevance falls: how many of the ranked tracks fit before the rest is filler.

By chance alone scores thin out towards the top. In an exponential tail the drop
behind the k-th best, times k, is the same on average for every k (Rényi, "On the
theory of order statistics", 1953). So a drop that is many times what the others
of this request are, and behind which tracks fit clearly worse, is no chance: there
the music that was meant ends. Nothing is compared with a fixed score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vibe_desktop.domain import FloatVector

_SURE = 4.0
"""Added to the log of the number of drops looked at: the largest of them by chance alone exceeds
the usual by more in about one list of fifty (the maximum of exponential values is Gumbel's)."""
_CLEARLY_WORSE = 0.65
"""Share of the fit of those before a fall that those right behind it reach at most."""
_A_STEP = 0.03
"""Share of the best's fit below which a drop is no step, however even the others are."""
_FEW = 5


def knee(ranked: FloatVector) -> int:
    """Return how many of `ranked` come before relevance falls; all of them where it does not.

    `ranked` has shape (n,), descending, in spreads above the library's middle (0).
    What lies below the middle is behind any fall, unless nothing lies above it.
    """
    above = ranked[ranked > 0].astype(np.float64)
    if not len(above):
        return len(ranked)
    if len(above) <= _FEW:
        return len(above)
    drops = above[:-1] - above[1:]
    worth = drops * np.arange(1, len(above))
    usual = max(float(np.median(worth)) / np.log(2), 1e-9)
    falls = (worth >= usual * (np.log(len(worth)) + _SURE)) & (drops >= _A_STEP * above[0])
    falls &= _behind(above) <= _CLEARLY_WORSE
    return int(np.where(falls, worth, 0.0).argmax()) + 1 if falls.any() else len(above)


def _behind(above: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each drop the middle of the few behind it as a share of the middle of those before it."""
    count = len(above)
    sums = np.concatenate([[0.0], np.cumsum(above)])
    ends = np.arange(1, count)
    first, last = np.maximum(ends - _FEW, 0), np.minimum(ends + _FEW, count)
    before, behind = (sums[ends] - sums[first]) / (ends - first), (sums[last] - sums[ends]) / (last - ends)
    share: NDArray[np.float64] = behind / before
    return share
