"""What holds for every request, whatever it says."""

import tomllib
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.vocabulary import Kind, Vocabulary, load_vocabulary
from vibe_desktop.domain import MoodRequest, VibeError
from vibe_desktop.moods.chips import ChipKind, chips, without
from vibe_desktop.moods.request import parse

REQUESTS = Path(__file__).parent.parent.parent / "scripts" / "evaluation" / "requests.toml"
FREE = st.text(max_size=200)
WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "no",
                "not too",
                "less",
                "without",
                "but",
                "or",
                "and",
                ",",
                "neither",
                "nor",
                "except",
                "skip the",
            ),
            *(
                "vocals",
                "metal",
                "piano",
                "pinao",
                "calm",
                "loud",
                "sad",
                "french",
                "in German",
                "songs",
                "choir",
            ),
            *(
                "20",
                "an hour",
                "80s",
                "early",
                "before 1990",
                "120 bpm",
                "over",
                "from",
                "to",
                "start",
                "end",
            ),
            *(
                "wind down",
                "like",
                "this",
                "by",
                "“Sad”",
                "🔥",
                "1:30 h",
                "an album's worth",
                "build up",
                "free of",
            ),
        ]
    ),
    max_size=14,
).map(" ".join)

MOODS = ("calm", "happy", "dreamy", "epic", "romantic", "melancholic")
THINGS = ("jazz", "piano", "cello", "techno", "folk", "flute")
REFUSED = ("drums", "metal", "guitar", "rap", "saxophone", "christmas")
LESSENED = ("loud", "fast", "aggressive", "dark")
LIMITS = (
    ("45 minutes", ChipKind.MINUTES),
    ("20 songs", ChipKind.LENGTH),
    ("from the 80s", ChipKind.YEARS),
    ("around 120 bpm", ChipKind.BPM),
    ("in French", ChipKind.LANGUAGE),
    ("start quiet and build up", ChipKind.ARC),
)
PIECES = [
    *((word, ChipKind.MOOD) for word in (*MOODS, *THINGS)),
    *((f"no {word}", ChipKind.AVOID) for word in REFUSED),
    *((f"not too {word}", ChipKind.LESS) for word in LESSENED),
    *LIMITS,
]


def read(text: str, this: tuple[int, ...] = ()) -> MoodRequest | None:
    try:
        return parse(text, load_vocabulary(), this=this)
    except VibeError:
        return None


def meaning(request: MoodRequest) -> MoodRequest:
    return replace(request, text="", notes=())


@given(FREE | WORDS)
def test_any_text_is_read_or_politely_refused_and_always_alike(text: str) -> None:
    request = read(text, (7,))
    assert request == read(text, (7,))
    if request:
        assert request.text == text
        assert all(phrase.strip() and phrase == phrase.lower() for phrase in (*request.avoid, *request.less))
        assert not set(request.avoid) & set(request.less)
        assert not request.years or request.years[0] <= request.years[1]
        assert not request.bpm or request.bpm[0] <= request.bpm[1]
        assert request.arc != ("", "")


def written() -> list[str]:
    """Return the requests of the evaluation that quote nothing."""
    document = tomllib.loads(REQUESTS.read_text(encoding="utf-8"))
    return [request["text"] for request in document["requests"] if '"' not in request["text"]]


@given(
    st.sampled_from(written())
    | st.lists(st.sampled_from([*MOODS, *THINGS, *REFUSED, "no", "45 minutes"])).map(", ".join)
)
def test_a_mood_that_is_read_again_stays_what_it_is(text: str) -> None:
    request = read(text)
    if request and request.mood:
        again = read(request.mood)
        assert again is not None
        assert again.mood == request.mood


@given(st.sets(st.sampled_from(PIECES), min_size=2, max_size=6), st.data())
def test_taking_a_piece_back_equals_never_having_typed_it(
    pieces: set[tuple[str, ChipKind]], data: st.DataObject
) -> None:
    said = data.draw(st.permutations(sorted(pieces)))
    if len({kind for _, kind in LIMITS for piece, _ in said if (piece, kind) in LIMITS}) != sum(
        each in LIMITS for each in said
    ):
        return
    gone = data.draw(st.sampled_from(said))
    request, fewer = (
        read(", ".join(piece for piece, _ in said)),
        read(", ".join(piece for piece, _ in said if piece != gone[0])),
    )
    assert request is not None
    assert fewer is not None
    [chip] = [chip for chip in chips(request, {}) if chip.kind is gone[1] and _is_of(chip.text, gone)]
    assert meaning(without(request, chip)) == meaning(fewer)


@cache
def deniable(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return names of things that can be refused and are one word, so that a denial is all of them."""
    kinds = (Kind.GENRE, Kind.INSTRUMENT, Kind.MOOD, Kind.THEME)
    return tuple(entry.name for kind in kinds for entry in vocabulary.of_kind(kind) if entry.name.isalpha())


@pytest.mark.parametrize(
    "cue", ["no", "without", "not too", "less", "nothing too", "but not", "free of", "skip the"]
)
def test_what_is_denied_is_never_in_the_mood(cue: str) -> None:
    for name in deniable(load_vocabulary()):
        request = read(f"xyzzy, {cue} {name}")
        assert request is not None
        assert name not in request.mood.split(), name
        assert name in (*request.avoid, *request.less), name


def test_a_request_for_this_names_what_plays() -> None:
    for text in ("something like this", "more like this song", "similar to this one", "like what's playing"):
        assert read(text, (7,)) == MoodRequest(text, "", like=(7,)), text
    request = read("something like this but not this song, slower", (7,))
    assert request is not None
    assert (request.like, request.refused, request.mood) == ((7,), (), "slower")
    refused = read("calm, but not this song", (7,))
    assert refused is not None
    assert (refused.mood, refused.refused) == ("calm", (7,))


def test_this_means_nothing_where_nothing_plays() -> None:
    with pytest.raises(VibeError) as caught:
        parse("something like this", load_vocabulary())
    assert "Play a song first" in caught.value.remedy
    request = read("calm, like this")
    assert request is not None
    assert request.mood == "calm"
    assert "Nothing is playing" in request.notes[0]


@pytest.mark.parametrize("text", ["like this summer", "days like this", "I like this"])
def test_this_may_mean_no_song(text: str) -> None:
    request = read(text, (7,))
    assert request is not None
    assert request.like == ()


def test_every_field_of_a_request_has_a_chip() -> None:
    shown: dict[str, Any] = {
        "avoid": ("x",), "less": ("x",), "genres": ("x",), "years": (1, 2), "length": 1, "minutes": 2.0,
        "steer": (("energy", 1.0),), "like": (1,), "unlike": (1,), "refused": (1,), "by": (1,),
        "bpm": (90.0, 99.0),        "languages": ("fr",), "arc": ("sad", ""), "mood": "sad",
    }  # fmt: skip
    silent = {"text", "seed", "notes", "dropped"}
    assert {field.name for field in fields(MoodRequest)} == shown.keys() | silent
    for name, value in shown.items():
        request = replace(MoodRequest("", ""), **{name: value})
        [chip] = chips(request, {})
        assert meaning(without(request, chip)) == MoodRequest("", ""), name


def _is_of(text: str, piece: tuple[str, ChipKind]) -> bool:
    return piece[1] not in (ChipKind.MOOD, ChipKind.AVOID, ChipKind.LESS) or text == piece[0]
