"""The arithmetic of the evaluations: worked out by hand, so that figures can be trusted."""

from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def measures(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import evaluation_measures

    return evaluation_measures


def test_ndcg_is_the_discounted_gain_over_the_best_possible(measures: ModuleType) -> None:
    score = measures.judge("q", [True, False, True], relevant=2, library=8, top=4)
    assert score.precision == 2 / 4
    assert score.ndcg == pytest.approx((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))
    assert (score.base, score.lift) == (0.25, 2.0)


def test_the_best_possible_ends_with_the_places(measures: ModuleType) -> None:
    assert measures.judge("q", [True, True], relevant=5, library=10, top=2).ndcg == pytest.approx(1.0)


def test_empty_places_are_misses_and_nothing_to_find_is_no_merit(measures: ModuleType) -> None:
    assert measures.judge("q", [True], relevant=1, library=10, top=10).precision == 0.1
    nothing = measures.judge("q", [False], relevant=0, library=10, top=10)
    assert (nothing.ndcg, nothing.lift) == (0.0, 0.0)


def test_a_summary_hides_neither_the_worst_nor_the_crowding(measures: ModuleType) -> None:
    scores = [measures.Score(name, p, p, 0.25) for name, p in (("a", 0.5), ("b", 0.25), ("c", 0.0))]
    summary = measures.summarise(scores, [[1, 2], [1, 3], [4, 5]])
    assert summary.named(10) == {
        "p10": 0.25,
        "ndcg10": 0.25,
        "lift": 1.0,
        "worst_lift": 0.0,
        "below_chance": 0.333,
        "hub_share": 0.667,
    }


def test_every_win_and_loss_is_told(measures: ModuleType) -> None:
    ours = [measures.Score(name, 0.5, ndcg, 0.1) for name, ndcg in (("a", 0.9), ("b", 0.2), ("c", 0.5))]
    other = [measures.Score(name, 0.5, 0.5, 0.1) for name in "abc"]
    assert [measures.outcome(*pair) for pair in zip(ours, other, strict=True)] == ["+", "-", "="]
    table = measures.query_table({"ours": ours, "other": other}, "ours", 10)
    assert "ours against other: 1 won, 1 lost, 1 even" in table
    assert [line.split()[-1] for line in table.splitlines()[1:4]] == ["a", "b", "c"]


def test_a_page_shows_the_same_figures(measures: ModuleType) -> None:
    summary = measures.summarise([measures.Score("a", 0.5, 0.75, 0.25)], [[1]])
    head, _, row = measures.markdown_table({"ours": summary}, 10).splitlines()
    assert head == "| | p10 | ndcg10 | lift | worst_lift | below_chance | hub_share |"
    assert row == "| ours | 0.500 | 0.750 | 2.000 | 2.000 | 0.000 | 1.000 |"
