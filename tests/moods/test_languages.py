"""What is sung in which language."""

import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.moods.languages import language_code, language_name, languages_in
from vibe_desktop.moods.request import parse


@pytest.mark.parametrize(
    ("text", "mood", "languages"),
    [
        ("sad songs in French", "sad songs", ("fr",)),
        ("french songs", "", ("fr",)),
        ("sung in Spanish, summer", "summer", ("es",)),
        ("German lyrics, punk", "punk", ("de",)),
        ("pop in japanese or korean", "pop", ("ja", "ko")),
        ("calm portuguese vocals", "calm vocals", ("pt",)),
        ("15 french songs, romantic", "romantic", ("fr",)),
        ("french love songs", "love songs", ("fr",)),
        ("a german-language ballad", "a ballad", ("de",)),
    ],
)
def test_a_language_is_understood(text: str, mood: str, languages: tuple[str, ...]) -> None:
    request = parse(text, load_vocabulary())
    assert (request.mood, request.languages) == (mood, languages)


@pytest.mark.parametrize(
    "text", ["french house", "spanish guitar", "a walk in French gardens", "irish songs", "latin", "in italy"]
)
def test_places_and_styles_are_none(text: str) -> None:
    request = parse(text, load_vocabulary())
    assert (request.mood, request.languages) == (text, ())


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("fre", "fr"),
        ("French", "fr"),
        ("fr-CA", "fr"),
        ("deu", "de"),
        ("EN", "en"),
        ("zxx", None),
        ("", None),
    ],
)
def test_tags_name_languages_in_many_ways(tag: str, code: str | None) -> None:
    assert language_code(tag) == code


def test_codes_have_names() -> None:
    assert [language_name(code) for code in ("fr", "el", "xx")] == ["French", "Greek", "xx"]


@pytest.mark.parametrize("phrase", ["in german", "german lyrics", "german"])
def test_phrases_to_avoid_name_languages(phrase: str) -> None:
    assert languages_in(phrase) == ("de",)
