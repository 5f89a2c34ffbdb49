"""Why a track is there."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mood_library import make_track
from vibe_desktop.domain import Caption, Label, MoodRequest
from vibe_desktop.moods.reasons import Why, ordinal, parts, reason


def why(
    caption: str, *labels: str, mood: str = "slow sad piano", places: tuple[int | None, int | None] = (3, 1)
) -> str:
    track = replace(
        make_track(1), caption=Caption(caption), labels=tuple(Label(name, 0.9) for name in labels)
    )
    return reason(Why(track, MoodRequest(mood, mood), *places))


def test_evidence_is_named_what_was_asked_for_first() -> None:
    sentence = why("A sad, slow song.", "guitar", "drums", "strings", "piano")
    assert sentence == (
        "Heard piano, guitar and drums; its description says \u201cslow\u201d and \u201csad\u201d;"
        " 3rd by words and 1st by sound."
    )


def test_what_was_heard_but_does_not_sound_right_is_no_reason() -> None:
    track = replace(make_track(1), caption=Caption(""), labels=(Label("opera", 0.9), Label("piano", 0.8)))
    request = MoodRequest("piano", "piano")
    assert reason(Why(track, request, None, 90, sounds_right=False)) == "Heard piano; 90th by sound."
    assert reason(Why(track, request, None, 1, sounds_right=True)) == "Heard piano and opera; 1st by sound."


@pytest.mark.parametrize(
    ("places", "ending"),
    [
        ((2, None), "2nd by words."),
        ((None, 11), "11th by sound."),
        ((None, None), "Its description comes near your words."),
    ],
)
def test_only_what_is_known_is_said(places: tuple[int | None, int | None], ending: str) -> None:
    assert why("Loud.", places=places) == ending


def test_a_word_of_the_title_is_not_said_to_be_in_the_description() -> None:
    track = replace(make_track(1, title="Sad Piano"), caption=Caption("A sad song."))
    assert reason(Why(track, MoodRequest("sad piano", "sad piano"), 2, None)) == (
        "Its description says “sad”; its title says “piano”; 2nd by words."
    )


def test_without_a_mood_there_is_nothing_to_explain() -> None:
    assert why("Loud.", mood="") == "It is within the limits you set."


@given(st.text(), st.text(min_size=1), st.integers(1, 10**6) | st.none())
def test_a_reason_is_one_sentence_without_a_score(caption: str, mood: str, place: int | None) -> None:
    sentence = why(caption, mood=mood, places=(place, None))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not re.search(r"\d%|\d\.\d", sentence)


@pytest.mark.parametrize(
    ("place", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (113, "113th"), (1021, "1,021st")],
)
def test_places_are_said_as_people_do(place: int, said: str) -> None:
    assert ordinal(place) == said
