"""Cleaning: whatever comes in, valid bounded text or a believable number goes out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.library import tag_values

anything = st.text(st.characters(), max_size=400)


@given(anything)
def test_a_line_is_one_clean_line(text: str) -> None:
    line = tag_values.line(text)
    line.encode("utf-8")
    assert line == tag_values.line(line)
    assert not any(unicodedata.category(mark) in ("Cc", "Zl", "Zp") for mark in line)
    assert not any(
        unicodedata.bidirectional(mark) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI") for mark in line
    )


@given(anything)
def test_a_block_keeps_its_lines_and_no_other_controls(text: str) -> None:
    block = tag_values.block(text, 200)
    block.encode("utf-8")
    assert len(block) <= 200
    assert not any(unicodedata.category(mark) == "Cc" and mark not in "\n\t\x0b" for mark in block)


@given(st.lists(anything, max_size=50))
def test_words_are_distinct_clean_and_few(values: list[str]) -> None:
    words = tag_values.words(values)
    assert len(words) <= 32
    assert len({word.casefold() for word in words}) == len(words)
    assert all(word and len(word) <= 100 for word in words)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3/12", 3),
        (" 07", 7),
        ("3/12/x", 3),
        ("0", None),
        ("-1", None),
        ("A1", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_whole(text: str, number: int | None) -> None:
    assert tag_values.whole(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-6.52 dB", -6.52),
        ("+1,5", 1.5),
        ("nan", None),
        ("1e999", None),
        ("2.5e1", 25.0),
        ("99999", None),
        ("", None),
        ("x" * 999, None),
    ],
)
def test_number(text: str, number: float | None) -> None:
    assert tag_values.number(text, -60, 60) == number


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1987-03-02", 1987),
        ("02.03.1987", 1987),
        ("1987", 1987),
        ("99999", None),
        ("0000", None),
        ("87", None),
    ],
)
def test_year(date: str, year: int | None) -> None:
    assert tag_values.year(date) == year


def test_lists_are_parted_but_names_with_an_ampersand_are_not() -> None:
    assert tag_values.words(["Rock; Indie / Folk", "rock", "Drum & Bass"]) == (
        "Rock",
        "Indie",
        "Folk",
        "Drum & Bass",
    )
    assert tag_values.words(["Folk, World, & Country"]) == ("Folk", "World", "Country")
