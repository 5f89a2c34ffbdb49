"""File and folder names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.names import path_names, readable
from vibe_desktop.captions.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("03_-_haunted_forest[FLAC]", "haunted forest"),
        ("03 - Summer Rain", "Summer Rain"),
        ("1-03 Sad Song", "Sad Song"),
        ("battle-epic", "battle epic"),
        ("menuTheme", "menu Theme"),
        ("victory2", "victory"),
        ("Somebody - Night Train (Remastered 2011)", "Night Train"),
        (
            "\u202e\u0639\u0631\u0628\u064a \u0623\u063a\u0646\u064a\u0629 \U0001f3b5",
            "\u0639\u0631\u0628\u064a \u0623\u063a\u0646\u064a\u0629",
        ),
        ("Track 01", ""),
        ("01 song", ""),
        ("music", ""),
        ("007", ""),
        ("d41d8cd98f00b204e9800998ecf8427e", ""),
        ("", ""),
    ],
)
def test_readable(name: str, expected: str) -> None:
    assert readable(name, load_vocabulary()) == expected


def test_path_names() -> None:
    assert path_names("/m/Music/Jazz/Late Night/01 Blue.flac") == ("01 Blue", "Late Night", "Jazz", "Music")
    assert path_names("C:\\Music\\Jazz\\01 Blue.mp3") == ("01 Blue", "Jazz", "Music")
    assert path_names("") == ("",)


@given(st.text())
def test_any_name_gives_a_few_short_words(name: str) -> None:
    kept = readable(name, load_vocabulary()).split()
    assert len(kept) <= 7
    assert all(len(word) <= 24 for word in kept)
