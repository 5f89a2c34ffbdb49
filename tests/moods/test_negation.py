"""What is not wanted, in all its clothes, and what a denial reaches."""

import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest
from vibe_desktop.moods.request import parse


def read(text: str) -> MoodRequest:
    return parse(text, load_vocabulary())


@pytest.mark.parametrize(
    ("text", "mood", "avoid"),
    [
        ("funk, skip the rap", "funk", ("rap",)),
        ("soul, hold the drums", "soul", ("drums",)),
        ("lounge, keep out the guitars", "lounge", ("guitars",)),
        ("keep the guitars out, lounge", "lounge", ("guitars",)),
        ("leave out the choir, epic", "epic", ("choir",)),
        ("trance free of vocals", "trance, instrumental", ("vocals",)),
        ("songs that aren't sad", "", ("sad",)),
        ("songs that are not sad, dancing", "dancing", ("sad",)),
        ("calm music that doesn't have drums", "calm music", ("drums",)),
        ("something dreamy that has no bass", "dreamy", ("bass",)),
        ("I'm tired of pop, jazz", "jazz", ("pop",)),
        ("fed up with techno, blues", "blues", ("techno",)),
        ("bored of ballads, ska", "ska", ("ballads",)),
        ("enough of christmas, house", "house", ("christmas",)),
        ("i can't stand banjo, country", "country", ("banjo",)),
        ("folk instead of rock", "folk", ("rock",)),
        ("rather than metal, punk", "punk", ("metal",)),
        ("dub w/o singing", "dub, instrumental", ("vocals",)),
        ("zero drums, ambient", "ambient", ("drums",)),
        ("non-electronic dance", "dance", ("electronic",)),
        ("not in the mood for opera, folk", "folk", ("opera",)),
        ("no songs with drums, calm", "calm", ("drums",)),
        ("not another love song, happy", "happy", ("love",)),
        ("no drums, guitars or rap, floating", "floating", ("drums", "guitars", "rap")),
        ("indie not in english", "indie", ("in english",)),
        ("I'm not looking for metal, folk", "folk", ("metal",)),
        ("we are not sad, dancing", "dancing", ("sad",)),
    ],
)
def test_strong_words_refuse(text: str, mood: str, avoid: tuple[str, ...]) -> None:
    request = read(text)
    assert (request.mood, request.avoid, request.less) == (mood, avoid, ())


@pytest.mark.parametrize(
    ("text", "mood", "less"),
    [
        ("rock, not too loud", "rock", ("loud",)),
        ("nothing too loud", "", ("loud",)),
        ("nothing too loud or heavy for dinner", "dinner", ("loud", "heavy")),
        ("less drums, calm", "calm", ("drums",)),
        ("folk, a bit less sad", "folk", ("sad",)),
        ("fewer guitars, funk", "funk", ("guitars",)),
        ("not so fast, happy", "happy", ("fast",)),
        ("happy, not very loud", "happy", ("loud",)),
        ("house that isn't too aggressive", "house", ("aggressive",)),
        ("don't make it too sad, soul", "soul", ("sad",)),
        ("it shouldn't be too slow", "", ("slow",)),
        ("without too much guitar, indie", "indie", ("guitar",)),
        ("go easy on the drums, dreamy", "dreamy", ("drums",)),
        ("hardly any drums, quiet", "quiet", ("drums",)),
        ("never too loud, cocktails", "cocktails", ("loud",)),
        ("not too slow piano", "piano", ("slow",)),
        ("I'm not too sad, folk", "folk", ("sad",)),
    ],
)
def test_soft_words_ask_for_less(text: str, mood: str, less: tuple[str, ...]) -> None:
    request = read(text)
    assert (request.mood, request.less, request.avoid) == (mood, less, ())


@pytest.mark.parametrize(
    ("text", "mood", "avoid", "less"),
    [
        ("no drums and calm", "calm", ("drums",), ()),
        ("not sad but not happy either", "", ("sad", "happy"), ()),
        ("not sad and happy", "happy", ("sad",), ()),
        ("not too loud and aggressive, rock", "rock", (), ("loud", "aggressive")),
        ("not too fast, not metal, jazz", "jazz", ("metal",), ("fast",)),
        ("no metal calm piano", "calm piano", ("metal",), ()),
        ("no jazz piano, calm", "calm", ("jazz piano",), ()),
        ("not loud, not too loud", "", ("loud",), ()),
    ],
)
def test_a_denial_reaches_so_far_and_no_further(
    text: str, mood: str, avoid: tuple[str, ...], less: tuple[str, ...]
) -> None:
    request = read(text)
    assert (request.mood, request.avoid, request.less) == (mood, avoid, less)


@pytest.mark.parametrize(
    ("text", "mood", "avoid"),
    [
        ("without lyrics but with choir", "choir", ("lyrics",)),
        ("no vocals except choir", "choir", ("vocals",)),
        ("no lyrics, humming", "humming", ("lyrics",)),
        ("instrumental with choir", "instrumental with choir", ()),
        ("no lyrics, strings", "strings, instrumental", ("vocals",)),
    ],
)
def test_singing_that_is_wanted_is_not_denied_with_its_words(
    text: str, mood: str, avoid: tuple[str, ...]
) -> None:
    request = read(text)
    assert (request.mood, request.avoid) == (mood, avoid)


@pytest.mark.parametrize(
    "text",
    [
        "tired of waiting",
        "drop it like it's hot",
        "hold the line",
        "hold me",
        "without me",
        "not necessarily happy",
        "a few good men",
        "sugar free gum",
        "love isn't easy",
        "far from home",
        "cut to the feeling",
        "I'm not okay",
        "I'm not feeling great today",
        "without a doubt the saddest songs",
    ],
)
def test_turns_of_phrase_deny_nothing(text: str) -> None:
    request = read(text)
    assert (request.mood, request.avoid, request.less) == (text, (), ())
