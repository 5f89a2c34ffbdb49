"""How words compare."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.words import fold, key, lemma, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drum & Bass", "drum and bass"),
        ("Hip-Hop", "hip hop"),
        ("drum'n'bass", "drumnbass"),
        ("women\u2019s choir", "womens choir"),
        ("late_night", "late night"),
        ("Chanson Fran\u00e7aise", "chanson francaise"),
        ("STRASSE Stra\u00dfe", "strasse strasse"),
        ("\u30d5\u30a9\u30fc\u30af\u30c9", "\u30d5\u30a9\u30fc\u30af\u30c9"),
        ("\U0001f525 ... !", ""),
    ],
)
def test_key(text: str, expected: str) -> None:
    assert key(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("guitars", "guitar"), ("melodies", "melody"), ("blues", "blues"), ("xyzzy", "xyzzy")],
)
def test_lemma(word: str, expected: str) -> None:
    assert lemma(word) == expected


@given(st.text())
def test_words_say_where_they_stand(text: str) -> None:
    found = words(text)
    assert key(text) == " ".join(word.key for word in found)
    assert all(fold(text[word.start : word.end]) == word.key for word in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
