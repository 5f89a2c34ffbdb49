"""Words of many scripts, as they are compared."""

import unicodedata

import pytest

from vibe_desktop.moods.words import plain, telling_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("방탄소년단", "방탄소년단"),
        ("ガゼット", "ガゼット"),
        ("हिन्दी गाना", "हिन्दी गाना"),
        ("Björk", "bjork"),
        ("naïve", "naive"),
        ("Destiny's Child (Live)_2", "destiny s child live 2"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_word_stays_whole_however_it_is_encoded(text: str, words: str, form: str) -> None:
    assert plain(unicodedata.normalize(form, text)) == unicodedata.normalize("NFC", words)  # type: ignore[arg-type]


def test_scripts_that_differ_only_in_marks_are_told_apart() -> None:
    assert plain("カ") != plain("ガ")
    assert telling_words("the हिन्दी song") == {"हिन्दी"}
