"""What a request is taken to mean."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest, VibeError
from vibe_desktop.moods.request import LONGEST_MOOD, LONGEST_TEXT, limited, parse

A_TITLE = " If it is a title, put it in quotation marks to search for it as it is."


def read(text: str) -> MoodRequest:
    return parse(text, load_vocabulary())


@pytest.mark.parametrize(
    ("text", "mood", "avoid"),
    [
        ("calm piano, no vocals", "calm piano, instrumental", ("vocals",)),
        ("no vocals calm piano", "calm piano, instrumental", ("vocals",)),
        ("no vocals", "instrumental", ("vocals",)),
        ("without any singing, dreamy", "dreamy, instrumental", ("vocals",)),
        ("instrumental hip hop for coding", "instrumental hip hop for coding", ("vocals",)),
        ("dark but not metal, slow", "dark, slow", ("metal",)),
        ("not metal or rap", "", ("metal", "rap")),
        ("without drums for studying", "studying", ("drums",)),
        (
            "female Gaelic-like voices but not Gaelic music, harmonies",
            "female Gaelic-like voices, harmonies",
            ("gaelic",),
        ),
        ("nothing aggressive", "", ("aggressive",)),
        ("slow and sad but nothing with drums", "slow and sad", ("drums",)),
        ("happy, without any guitar solos or drums", "happy", ("guitar", "drums")),
        ("party music, anything but christmas songs", "party music", ("christmas",)),
        ("don't play heavy metal", "", ("heavy metal",)),
        ("no female vocals, folk", "folk", ("female vocals",)),
        ("i hate metal, rock", "rock", ("metal",)),
        ("non-vocal techno", "techno, instrumental", ("vocals",)),
        ("no-vocal techno", "techno, instrumental", ("vocals",)),
        ("vocal-free techno", "techno, instrumental", ("vocals",)),
        ("neither drums nor guitar, calm", "calm", ("drums", "guitar")),
    ],
)
def test_what_is_denied_is_avoided_and_leaves_the_mood(text: str, mood: str, avoid: tuple[str, ...]) -> None:
    request = read(text)
    assert (request.mood, request.avoid) == (mood, avoid)


@pytest.mark.parametrize(
    ("text", "mood", "avoid"),
    [
        ("avoid metal and rap", "", ("metal", "rap")),
        ("without drums and vocals, calm", "calm, instrumental", ("drums", "vocals")),
        ("no vocals and drums", "instrumental", ("drums", "vocals")),
        ("no drums and bass", "", ("drums", "bass")),
        ("no drums & guitar solos + rap, calm", "calm", ("drums", "guitar", "rap")),
        ("no drums and calm", "calm", ("drums",)),
        ("no vocals and calm piano", "calm piano, instrumental", ("vocals",)),
        ("no vocals calm piano and drums", "calm piano and drums, instrumental", ("vocals",)),
        ("not fast and piano", "piano", ("fast",)),
        ("no rock & roll, calm", "calm", ("rock & roll",)),
        ("no metal and drum and bass, calm", "calm", ("metal", "drum and bass")),
        ("no r&b, calm", "calm", ("r&b",)),
    ],
)
def test_and_continues_a_denial_only_with_another_thing(text: str, mood: str, avoid: tuple[str, ...]) -> None:
    request = read(text)
    assert (request.mood, request.avoid) == (mood, avoid)


@pytest.mark.parametrize(
    ("text", "mood", "avoid"),
    [
        ("nothing from the 80s", "", ("from the 80s",)),
        ("not from 1995", "", ("from 1995",)),
        ("not from the 90s, rock", "rock", ("from the 90s",)),
        ("no songs from the 90s", "", ("from the 90s",)),
        ("without songs from before 1990", "", ("from before 1990",)),
        ("rock without anything from 1980-1989", "rock", ("from 1980-1989",)),
        ("rock, nothing older than 1990", "rock", ("older than 1990",)),
        ("rock, not from the 60s or the 80s and calm", "rock, calm", ("from the 60s", "the 80s")),
    ],
)
def test_denied_years_are_avoided_and_not_wanted(text: str, mood: str, avoid: tuple[str, ...]) -> None:
    request = read(text)
    assert (request.mood, request.avoid, request.years) == (mood, avoid, None)


@pytest.mark.parametrize("text", ["rock, no ***", "rock, no $$$", "rock, without -"])
def test_a_denial_without_a_word_denies_nothing(text: str) -> None:
    assert (read(text).mood, read(text).avoid) == ("rock", ())


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (
            "never gonna give you up",
            ("Read as: anything but “gonna give you up”." + A_TITLE,),
        ),
        ("avoid metal and rap", ("Read as: anything but “metal” or “rap”.",)),
        ("nothing from the 80s", ("Read as: anything but “from the 80s”.",)),
        ("no vocals", ()),
        ("80s without metal", ()),
    ],
)
def test_when_only_refusals_are_left_that_is_said(text: str, notes: tuple[str, ...]) -> None:
    assert read(text).notes == notes


@pytest.mark.parametrize("quotes", ['""', "“”", "„“", "«»"])
def test_what_is_quoted_is_taken_literally(quotes: str) -> None:
    request = read(f"{quotes[0]}no woman no cry from 1974{quotes[1]}, no vocals, 10 songs")
    assert request.mood == "no woman no cry from 1974, instrumental"
    assert (request.avoid, request.length, request.years) == (("vocals",), 10, None)


def test_a_quotation_after_a_no_is_denied() -> None:
    assert read('no "heavy metal", calm').avoid == ("heavy metal",)
    assert read('12" and 7" mixes').mood == '12" and 7" mixes'


@pytest.mark.parametrize(
    "text",
    [
        "nothing else matters",
        "no one loves me",
        "not only rock",
        "whether or not you love me",
        "I don't want to sleep",
        "rock & roll",
        "non-stop party",
        "less is more",
        "I hate myself",
        "stress-free evening",
        "without you",
    ],
)
def test_a_no_that_denies_nothing_in_the_music_stays_in_the_mood(text: str) -> None:
    request = read(text)
    assert request.avoid == ()
    assert request.mood == text


@pytest.mark.parametrize(
    ("text", "tracks", "minutes"),
    [
        ("calm, 45 minutes", None, 45),
        ("calm, forty-five min", None, 45),
        ("an hour and a half of calm", None, 90),
        ("calm for half an hour", None, 30),
        ("calm, three quarters of an hour", None, 45),
        ("1.5 hours calm", None, 90),
        ("1½ hours calm", None, 90),
        ("½ hour calm", None, 30),
        ("calm, 1 ¼ hours", None, 75),
        ("calm, .5 hours", None, 30),
        ("calm 1h30", None, 90),
        ("calm 2 hours and 15 minutes", None, 135),
        ("calm 90m", None, 90),
        ("calm, no more than 40 minutes", None, 40),
        ("20 songs calm", 20, None),
        ("twenty-five calm tracks", 25, None),
        ("a dozen calm songs", 12, None),
        ("top ten calm", 10, None),
        ("calm, ten tracks or 30 minutes", 10, 30),
    ],
)
def test_lengths_are_taken_out_of_the_mood(text: str, tracks: int | None, minutes: float | None) -> None:
    request = read(text)
    assert (request.length, request.minutes, request.mood) == (tracks, minutes, "calm")


@pytest.mark.parametrize(
    "text", ["rush hour", "golden hour in the park", "five years of love songs", "zero gravity"]
)
def test_other_numbers_and_hours_are_part_of_the_mood(text: str) -> None:
    request = read(text)
    assert (request.length, request.minutes, request.mood) == (None, None, text)


@pytest.mark.parametrize(("text", "length"), [("0 songs", 1), ("999999 songs", 500)])
def test_an_impossible_length_is_bounded_and_said(text: str, length: int) -> None:
    request = read(text)
    assert request.length == length
    assert f"made for {length}" in request.notes[0]


def test_the_length_of_single_songs_is_not_mistaken_for_that_of_the_queue() -> None:
    request = read("happy songs under 3 minutes")
    assert (request.minutes, request.mood) == (None, "happy")
    assert "each single track" in request.notes[0]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("80s synth", (1980, 1989)),
        ("synth from the 1990s", (1990, 1999)),
        ("synth from the '70s and 80s", (1970, 1989)),
        ("synth of the sixties", (1960, 1969)),
        ("synth from 1975 to 1979", (1975, 1979)),
        ("synth 1989-1980", (1980, 1989)),
        ("synth before 1990", (1900, 1989)),
        ("synth since 2010", (2010, 2099)),
        ("synth from 1994", (1994, 1994)),
        ("2010s synth", (2010, 2019)),
        ("00s synth", (2000, 2009)),
    ],
)
def test_years_become_a_filter(text: str, years: tuple[int, int]) -> None:
    request = read(text)
    assert (request.years, request.mood) == (years, "synth")


@pytest.mark.parametrize(
    "text", ["80s style synth", "party in my 30s", "sounds like the 80s", "party like it's 1999"]
)
def test_a_sound_or_an_age_is_not_a_filter(text: str) -> None:
    request = read(text)
    assert (request.years, request.mood) == (None, text)


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Play me some music for falling asleep please", "falling asleep"),
        ("I want something slow and sad", "slow and sad"),
        ("can you make me a playlist of rainy jazz", "rainy jazz"),
        ("I feel happy and it's a sunny day", "I feel happy and it's a sunny day"),
        ("🔥🎸", "fire guitar"),
    ],
)
def test_fillers_go_and_pictures_are_named(text: str, mood: str) -> None:
    assert read(text).mood == mood


@pytest.mark.parametrize(("text", "years"), [("songs from 1999", 1999), ("music from before 2000", 1999)])
def test_songs_are_no_mood(text: str, years: int) -> None:
    request = read(text)
    assert request.mood == ""
    assert request.years is not None
    assert request.years[1] == years


def test_lengths_from_elsewhere_replace_those_of_the_text_and_what_was_said_of_them() -> None:
    request = read("happy songs under 3 minutes, 9999 songs")
    changed = limited(request, 5, None)
    assert (changed.length, changed.minutes) == (5, None)
    assert len(request.notes) == 2
    assert changed.notes == request.notes[:1]
    assert limited(request, None, None) == request


@pytest.mark.parametrize(
    "text",
    ["", "   ", " .,;!? ", "\0\0", "___", "\ud800", "no", "not", "no music", "nothing", '"."'],
)
def test_an_empty_request_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(VibeError) as caught:
        read(text)
    assert "for example" in caught.value.remedy


@pytest.mark.parametrize("text", ["music", "some music", "play me some songs"])
def test_whoever_asks_for_just_music_gets_any(text: str) -> None:
    request = read(text)

    assert (request.mood, request.avoid, request.years) == ("", (), None)


def test_a_long_text_is_cut_between_words_and_said() -> None:
    request = read("lonely " * 2000)
    assert len(request.mood) <= LONGEST_MOOD
    assert set(request.mood.split()) == {"lonely"}
    assert request.notes == ("That is a long text, so only its beginning was used.",)


@pytest.mark.parametrize(
    "piece",
    [
        "no ",
        "not a ",
        "1 ",
        "an hour and ",
        "for about ",
        "or ",
        "- ",
        "a b ",
        "((",
        "twenty-",
        "hate and ",
        "no from ",
        '"a ',
        "or the 80s ",
    ],
)
def test_no_text_takes_long_to_read(piece: str) -> None:
    began = time.thread_time()
    read("calm " + piece * (LONGEST_TEXT // len(piece)))
    assert time.thread_time() - began < 2


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "no",
                "not",
                "but",
                "or",
                "and",
                ",",
                "vocals",
                "metal",
                "20",
                "songs",
                "an hour",
                "80s",
                "without",
                "🔥",
                "\ud83d",
                "half",
            ]
        )
    ).map(" ".join)
)
def test_any_text_is_read_or_politely_refused(text: str) -> None:
    try:
        request = read(text)
    except VibeError:
        return
    assert request.text == text
    assert len(request.mood) <= LONGEST_MOOD
    request.mood.encode()
    assert all(phrase.strip() and phrase == phrase.lower() for phrase in request.avoid)
