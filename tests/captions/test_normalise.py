"""Tag values as words of the vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.normalise import normalise
from vibe_desktop.captions.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Rock; Indie / Folk"], ["rock", "indie", "folk"]),
        (["Rock", "rock", "ROCK "], ["rock"]),
        (["Pop/Rock"], ["pop rock"]),
        (["Pop/Techno"], ["pop", "techno"]),
        (["Swedish Death Metal"], ["death metal"]),
        (["R&B/Soul"], ["r&b", "soul"]),
        (["(17)Rock"], ["rock"]),
        (["Electronic---House"], ["electronic", "house"]),
        (["Folk, World, & Country"], ["folk", "world", "country"]),
        (["xmas", "synths"], ["christmas", "synthesizer"]),
        (["Zouks"], ["zouk"]),
        (["\u30ed\u30c3\u30af"], ["\u30ed\u30c3\u30af"]),
        (["Unknown", "Other", "17", "", "\U0001f525", "<none>"], []),
        (["downloaded from a site with a very long name of its own"], []),
    ],
)
def test_normalise(values: list[str], expected: list[str]) -> None:
    assert [term.name for term in normalise(values, load_vocabulary())] == expected


def test_enormous_values_are_bounded() -> None:
    values = [f"Rock{number} " * 100_000 for number in range(1000)]
    assert len(normalise(values, load_vocabulary())) <= 50


@given(st.lists(st.text()))
def test_each_term_once_and_normalising_twice_changes_nothing(values: list[str]) -> None:
    vocabulary = load_vocabulary()
    names = [term.name for term in normalise(values, vocabulary)]
    assert len(set(names)) == len(names)
    assert all(name and name == name.strip() for name in names)
    known = [term.name for term in normalise(values, vocabulary) if term.entry]
    assert [term.name for term in normalise(known, vocabulary)] == known
