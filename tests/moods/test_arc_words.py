"""How a queue should begin and end."""

import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.moods.request import parse


@pytest.mark.parametrize(
    ("text", "arc", "mood"),
    [
        ("start quiet and build up", ("quiet", "energetic"), ""),
        ("wind down", ("", "calm"), ""),
        ("jazz to wind down after work", ("", "calm"), "jazz, after work"),
        ("from sad to happy", ("sad", "happy"), ""),
        ("calm to energetic", ("calm", "energetic"), ""),
        ("begin slow and get faster", ("slow", "fast"), ""),
        ("jazz, gradually calmer", ("", "calm"), "jazz"),
        ("rock that gets louder and louder", ("", "loud"), "rock"),
        ("party, end on a high", ("", "energetic"), "party"),
        ("dinner, finish with something romantic", ("", "romantic"), "dinner"),
        ("slowly build up to something epic", ("", "epic"), ""),
        ("first sad then hopeful", ("sad", "hopeful"), ""),
        ("energetic at the beginning and calm at the end", ("energetic", "calm"), ""),
        ("from jazz to techno", ("jazz", "techno"), ""),
        ("starts dark, becomes hopeful", ("dark", "hopeful"), ""),
        ("house, then slow down at the end", ("", "slow"), "house"),
    ],
)
def test_beginning_and_end_are_understood(text: str, arc: tuple[str, str], mood: str) -> None:
    request = parse(text, load_vocabulary())
    assert (request.arc, request.mood) == (arc, mood)


@pytest.mark.parametrize(
    "text",
    [
        "piano from Berlin to Paris",
        "music to relax",
        "happy ending",
        "never ending party",
        "calm down",
        "my first dance",
        "from the heart to the soul",
        "getting motivated",
        "the end of summer",
    ],
)
def test_other_ways_and_ends_are_no_arc(text: str) -> None:
    request = parse(text, load_vocabulary())
    assert (request.arc, request.mood) == (None, text)


def test_there_and_back_again_is_no_arc() -> None:
    request = parse("start calm, then get louder, then calm again", load_vocabulary())
    assert request.arc is None
    assert "calm" in request.mood
