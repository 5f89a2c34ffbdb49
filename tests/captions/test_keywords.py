"""Keywords by TF-IDF."""

from __future__ import annotations

import math

import pytest

from vibe_desktop.captions.keywords import KeywordModel


def test_rare_terms_come_first() -> None:
    model = KeywordModel.fit([("rock", "happy"), ("rock", "sad"), ("rock", "happy", "harp")])
    assert model.keywords(("rock", "happy", "harp")) == ("harp", "happy", "rock")


def test_terms_said_twice_count_twice() -> None:
    model = KeywordModel.fit([("a", "a", "b"), ("a",), ("b",)])
    assert model.keywords(("b", "a", "a")) == ("a", "b")


def test_equals_keep_their_order_and_the_limit_holds() -> None:
    model = KeywordModel.fit([tuple("abcdefgh")])
    assert model.keywords(tuple("hgfedcba"), limit=3) == ("h", "g", "f")


def test_terms_never_seen_are_the_rarest_and_nothing_is_nothing() -> None:
    assert KeywordModel.fit([("a",)]).keywords(("a", "new")) == ("new", "a")
    assert KeywordModel.fit([]).keywords(("a",)) == ("a",)
    assert KeywordModel.fit([]).keywords(()) == ()


def test_the_weight_is_the_smoothed_one() -> None:
    model = KeywordModel.fit([("a",), ("a",), ("b",)])
    assert model._rarity("b") == pytest.approx(math.log(4 / 2) + 1)
