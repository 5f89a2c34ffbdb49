"""Names for playlists."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest
from vibe_desktop.moods.naming import LONGEST, title_for
from vibe_desktop.moods.request import parse


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("rainy walk, no vocals, 45 minutes", "Rainy walk, no vocals"),
        ("synthpop from the 80s", "Synthpop, 1980s"),
        ("20 songs", "A bit of everything"),
        ("not metal", "No metal"),
        ('"AC/DC: live?"', "AC DC live"),
        ("con", "Con music"),
        (
            "something for a very long evening at home with old friends, calm",
            "A very long evening at home with old",
        ),
    ],
)
def test_the_mood_makes_the_name(text: str, title: str) -> None:
    assert title_for(parse(text, load_vocabulary())) == title


def test_likes_are_named_where_their_names_are_known() -> None:
    request = MoodRequest("", "calm", like=(1, 2), genres=("jazz",))
    assert title_for(request, {1: "Nebula"}) == "Calm, jazz, like Nebula"
    assert title_for(MoodRequest("", "", like=(1,))) == "A bit of everything"


@pytest.mark.parametrize(
    ("arc", "title"),
    [
        (("sad", "happy"), "Folk, sad to happy"),
        (("", "calm"), "Folk, ending calm"),
        (("quiet", ""), "Folk, starting quiet"),
    ],
)
def test_a_way_is_named(arc: tuple[str, str], title: str) -> None:
    assert title_for(MoodRequest("", "folk", arc=arc)) == title


def test_artists_languages_and_lessenings_are_named() -> None:
    request = MoodRequest("", "", by=(1, 2), languages=("fr",), less=("loud",))
    assert title_for(request, {1: "Sad", 2: "Sad"}) == "By Sad, in French, less loud"


@given(st.text(max_size=120))
def test_any_name_is_short_and_a_file_may_have_it(mood: str) -> None:
    title = title_for(MoodRequest(mood, mood))
    assert 0 < len(title) <= LONGEST + len(" music")
    assert not re.search(r'[\x00-\x1f<>:"/\\|?*]', title)
    assert title == title.strip(" .")
