"""Slips of the fingers."""

import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.moods.request import parse
from vibe_desktop.moods.typos import about_typo, mended


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mellancholic pinao", "melancholic piano"),
        ("akoustic gitar", "acoustic guitar"),
        ("reggea", "reggae"),
        ("jazzz", "jazz"),
        ("hapy", "happy"),
        ("peacefull", "peaceful"),
        ("withuot drumms", "without drums"),
        ("somthing calm", "something calm"),
        ("PINAO", "piano"),
        ("relaxng pinao for a rainny evning", "relaxing piano for a rainy evening"),  # most words are slips
    ],
)
def test_known_words_are_put_right(text: str, meant: str) -> None:
    assert mended(text, load_vocabulary())[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "clam evening",  # a word of English
        "harbour mist and gulls",
        "a night in Pianola",  # written like a name
        "etwas ruhiges zum einschlafen bitte",  # another language
        "lofi dnb w/o vox",
        "musica tranquila para estudiar",
        "musik",
        "bella ciao",
        "notte",
        "rustig",
        "wonderwall",
        "the smiths",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert mended(text, load_vocabulary()) == (text, ())


def test_it_is_said_and_only_once_for_a_word() -> None:
    request = parse("pinao, more pinao", load_vocabulary())
    assert request.mood == "piano, piano"
    assert request.notes == ("Read “pinao” as “piano”.",)
    assert about_typo(request.notes[0])


def test_names_and_quotations_stay_as_they_are() -> None:
    assert mended("gitar", load_vocabulary(), lambda word: word == "gitar") == ("gitar", ())
    assert parse('"pinao" and drums', load_vocabulary()).mood.startswith("pinao")
