"""What was understood of a request, and the request without a piece of it."""

from dataclasses import replace

import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest
from vibe_desktop.moods.chips import Chip, ChipKind, chips, without
from vibe_desktop.moods.request import parse


def read(text: str) -> MoodRequest:
    return parse(text, load_vocabulary())


def shown(request: MoodRequest) -> list[tuple[str, str]]:
    return [(chip.kind.value, chip.text) for chip in chips(request, {}, load_vocabulary())]


def the(request: MoodRequest, text: str) -> Chip:
    [chip] = [chip for chip in chips(request, {7: "Silvan Sanctuary"}) if chip.text == text]
    return chip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "slow rainy walk, no vocals, 45 minutes",
            [("mood", "slow"), ("mood", "rainy walk"), ("avoid", "no vocals"), ("minutes", "45 min")],
        ),
        ("80s synthpop, 20 songs", [("mood", "synthpop"), ("years", "1980s"), ("length", "20 songs")]),
        ("calm, one song", [("mood", "calm"), ("length", "1 song")]),
        (
            "something sad for an evening in Lisbon, not aggressive",
            [("mood", "sad"), ("mood", "evening"), ("mood", "Lisbon"), ("avoid", "not aggressive")],
        ),
        ("dark, nothing from the 90s", [("mood", "dark"), ("avoid", "not from the 90s")]),
        (
            "instrumental hip hop for coding",
            [("mood", "instrumental hip hop"), ("mood", "coding"), ("avoid", "no vocals")],
        ),
    ],
)
def test_what_was_understood_is_shown_piece_by_piece(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("calm, not too loud", [("mood", "calm"), ("less", "not too loud")]),
        ("calm, less drums", [("mood", "calm"), ("less", "less drums")]),
        ("techno 120-130 bpm", [("mood", "techno"), ("bpm", "120–130 bpm")]),
        ("sad songs in French", [("mood", "sad"), ("language", "in French")]),
        ("from sad to happy", [("arc", "from sad to happy")]),
        ("jazz, end on a high", [("mood", "jazz"), ("arc", "ending energetic")]),
        ("jazz, start quiet", [("mood", "jazz"), ("arc", "beginning quiet")]),
    ],
)
def test_limits_of_every_kind_are_shown_and_can_be_taken_back(
    text: str, expected: list[tuple[str, str]]
) -> None:
    request = read(text)
    assert shown(request) == expected
    for chip in chips(request, {}):
        assert shown(without(request, chip)) == [each for each in expected if each != (chip.kind, chip.text)]


def test_suggestions_stand_last_in_their_order() -> None:
    request = read("coding, no drums, 45 minutes")
    said = shown(request)
    found = chips(request, {}, load_vocabulary(), ("hypnotic", "deep"))
    assert [(chip.kind, chip.text) for chip in found] == [*said, ("hint", "hypnotic"), ("hint", "deep")]


def test_a_suggestion_that_is_taken_back_is_remembered_once() -> None:
    hint = Chip(ChipKind.HINT, "sounds like: ambient", "ambient")
    request = without(read("coding"), hint)
    assert (request.mood, request.dropped) == ("coding", ("ambient",))
    assert without(request, hint) == request


@pytest.mark.parametrize(
    ("years", "text"),
    [
        ((1980, 1989), "1980s"),
        ((1994, 1994), "1994"),
        ((1900, 1989), "before 1990"),
        ((2010, 2099), "since 2010"),
        ((1975, 1979), "1975–1979"),
    ],
)
def test_years_are_said_as_people_say_them(years: tuple[int, int], text: str) -> None:
    assert shown(MoodRequest("", "", years=years)) == [("years", text)]


def test_tracks_are_named_and_those_of_one_name_are_one_piece() -> None:
    request = MoodRequest("", "", like=(1, 2, 3), unlike=(7,), refused=(9,))
    names = {1: "Boards of Canada", 2: "Boards of Canada", 3: "Nebula", 7: "Silvan Sanctuary"}
    found = chips(request, names)
    assert [(chip.text, chip.value) for chip in found] == [
        ("like Boards of Canada", (1, 2)),
        ("like Nebula", (3,)),
        ("not like Silvan Sanctuary", (7,)),
        ("not a song", (9,)),
    ]
    assert without(request, found[0]).like == (3,)
    assert without(request, found[2]).unlike == ()
    assert without(request, found[3]).refused == ()


def test_leanings_are_said_by_how_far_they_go() -> None:
    request = MoodRequest(
        "", "", steer=(("energy", -0.2), ("brightness", 0.5), ("voice", -1.0), ("electronic", 0.0))
    )
    assert [text for _, text in shown(request)] == ["a little calmer", "brighter", "much more instrumental"]
    assert without(request, the(request, "brighter")).steer == (
        ("energy", -0.2),
        ("voice", -1.0),
        ("electronic", 0.0),
    )


@pytest.mark.parametrize(
    ("text", "piece", "mood"),
    [
        ("slow and sad piano", "slow", "sad piano"),
        ("slow and sad piano", "sad", "slow and piano"),
        ("slow and sad piano", "piano", "slow and sad"),
        ("calm, rainy walk, happy", "rainy walk", "calm, happy"),
        ("I feel like a long walk, sad", "long walk", "sad"),
        ("happy and happy", "happy", "happy"),
        ("I feel happy", "happy", ""),
    ],
)
def test_a_piece_of_the_mood_goes_alone(text: str, piece: str, mood: str) -> None:
    request = read(text)
    first = next(chip for chip in chips(request, {}) if chip.text == piece)
    assert without(request, first).mood == mood


def test_taking_back_no_vocals_takes_back_instrumental() -> None:
    request = read("calm piano, no vocals")
    changed = without(request, the(request, "no vocals"))
    assert (changed.mood, changed.avoid) == ("calm piano", ())


def test_limits_go_with_what_was_said_of_them() -> None:
    request = replace(read("happy from the 80s, 9999 songs"), genres=("pop", "rock"))
    shorter = without(request, the(request, "500 songs"))
    assert (shorter.length, shorter.notes) == (None, ())
    assert without(request, the(request, "1980s")).years is None
    assert without(request, the(request, "pop")).genres == ("rock",)
    timed = read("not metal, 45 minutes")
    assert without(timed, the(timed, "45 min")).minutes is None
    assert without(timed, the(timed, "no metal")).notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "it's a bit rainy, but I feel like a long walk, no vocals, 45 minutes",
        "play me some slow sad piano from the 90s without drums, 10 songs",
        '"no woman no cry", calm & happy – ¡olé! 音楽',
    ],
)
def test_whatever_was_said_everything_can_be_taken_back(text: str) -> None:
    request = replace(read(text), like=(7,), steer=(("energy", 1.0),))
    seen = len(chips(request, {}))
    while found := chips(request, {}):
        request = without(request, found[0])
        assert len(chips(request, {})) < seen
        seen = len(found)
    assert (request.mood, request.avoid, request.years, request.length) == ("", (), None, None)


def test_a_piece_that_is_no_part_changes_nothing() -> None:
    request = read("calm piano")
    for kind in set(ChipKind) - {ChipKind.HINT}:
        assert without(request, Chip(kind, "loud", "loud")) == request


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("it's a bit rainy", ["rainy"]),
        ("it’s raining and I’m tired, let’s relax", ["raining", "I'm tired", "relax"]),
        ("something for when you're sad", ["sad"]),
        ("can't sleep", ["can't sleep"]),
    ],
)
def test_what_an_apostrophe_leaves_is_no_piece_of_a_mood(text: str, moods: list[str]) -> None:
    assert [chip.text for chip in chips(parse(text, load_vocabulary()), {})] == moods
