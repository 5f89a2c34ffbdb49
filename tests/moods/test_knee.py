"""Where relevance falls, on rankings as requests give them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vibe_desktop.domain import FloatVector
from vibe_desktop.moods.knee import knee


def ranked(*groups: NDArray[np.floating]) -> FloatVector:
    return np.sort(np.concatenate(groups))[::-1].astype(np.float32)


def chance(count: int, *, of: int | None = None, spread: float = 1.0, seed: int = 1) -> FloatVector:
    """Return the best `count` of `of` scores that are all by chance."""
    scores = np.random.default_rng(seed).standard_normal(of or count) * spread
    return np.sort(scores)[-count:].astype(np.float32)


@pytest.mark.parametrize("hits", [3, 7, 20, 60])
@pytest.mark.parametrize("seed", range(5))
def test_clear_hits_end_where_chance_begins(hits: int, seed: int) -> None:
    clear = 6.0 + 0.5 * np.random.default_rng(seed).standard_normal(hits)
    assert knee(ranked(clear, chance(600, of=20_000, spread=0.5, seed=seed))) == hits
    assert knee(ranked(clear, chance(40, spread=0.5, seed=seed))) == hits


def test_one_hit_among_a_few_that_are_alike_is_alone() -> None:
    assert knee(ranked(np.full(1, 5.0), np.full(30, 0.2) + np.linspace(0, 0.05, 30))) == 1


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.3])
def test_many_that_fit_alike_are_not_cut(spread: float) -> None:
    fitting = 3.0 + spread * np.random.default_rng(2).standard_normal(2000)
    assert knee(ranked(fitting)) == 2000
    assert knee(ranked(fitting, chance(2000, spread=0.3))) == 2000


def test_a_few_a_little_ahead_of_many_that_fit_do_not_cut_them_off() -> None:
    assert knee(ranked(np.full(5, 3.5), np.linspace(2.9, 3.0, 1995))) == 2000


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("of", [2000, 20_000])
def test_chance_alone_has_no_knee(seed: int, of: int) -> None:
    assert knee(ranked(chance(600, of=of, seed=seed))) == 600


def test_an_even_fall_has_no_knee() -> None:
    assert knee(ranked(np.linspace(0.01, 4.0, 600))) == 600


def test_what_lies_below_the_middle_of_the_library_is_behind_any_fall() -> None:
    assert knee(ranked(np.full(8, 3.0), np.full(92, -0.2))) == 8
    assert knee(ranked(np.full(8, 1.0), np.full(4, -1.0))) == 8


def test_nothing_is_cut_where_nothing_differs_or_nothing_is_there() -> None:
    assert knee(ranked(np.full(50, 2.0))) == 50
    assert knee(ranked(np.full(10, -1.0))) == 10
    assert knee(np.empty(0, dtype=np.float32)) == 0


def test_the_knee_does_not_depend_on_how_many_poor_candidates_follow() -> None:
    clear = np.linspace(5.0, 6.0, 9)
    counts = {knee(ranked(clear, chance(count, of=20_000, spread=0.5))) for count in (100, 600, 3000)}
    assert counts == {9}


def test_the_scale_of_the_scores_decides_nothing() -> None:
    scores = ranked(np.linspace(5.0, 6.0, 9), chance(300, spread=0.5))
    assert knee(scores) == knee(scores * np.float32(0.01)) == knee(scores * np.float32(100)) == 9
