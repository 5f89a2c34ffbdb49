"""Why a track is there."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mood_library import make_track
from vibe_desktop.domain import Caption, Label, MoodRequest
from vibe_desktop.moods.modes import Mode
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


def test_that_both_say_after_is_no_reason() -> None:
    sentence = why("A sad song. Good for after work.", mood="sad, after years of wandering", places=(4, None))
    assert sentence == "Its description says “sad”; 4th by words."


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


def test_a_row_says_it_in_a_few_words() -> None:
    track = replace(
        make_track(1, title="Nebula"),
        caption=Caption("A sad, slow song.", ("nebula", "sad", "2010s", "walk", "rain")),
        labels=(Label("guitar", 0.9), Label("piano", 0.8)),
    )
    request = MoodRequest("slow piano", "slow piano")
    found = [str(part) for part in parts(Why(track, request, 120, 2))]
    assert found == ["heard piano, guitar", "caption slow", "2nd by sound"]
    found = [str(part) for part in parts(Why(track, request, 3, 1, sounds_right=False))]
    assert found == ["heard piano", "caption slow, sad", "1st by sound, 3rd by words"]


@pytest.mark.parametrize(
    ("request_", "line", "sentence"),
    [
        (MoodRequest("", ""), "within your limits", "It is within the limits you set."),
        (MoodRequest("", "", steer=(("energy", 1.0),)), "leans your way", "It leans the way you set."),
        (MoodRequest("", "", like=(7,)), "like what you named", "It is like what you named."),
        (MoodRequest("odd", "odd"), "near your words", "Its description comes near your words."),
    ],
)
def test_where_little_is_known_little_is_said(request_: MoodRequest, line: str, sentence: str) -> None:
    why = Why(make_track(1), request_, None, None)
    assert [str(part) for part in parts(why)] == [line]
    assert reason(why) == sentence


def test_what_a_mood_suggests_is_named_where_the_description_holds_it() -> None:
    track = replace(make_track(1), caption=Caption("Calm and soft music, with piano.", ("piano",)))
    why = Why(track, MoodRequest("rain", "rain"), 180, None, hints=("soft", "trip hop", "calm"))
    assert reason(why) == "“soft” and “calm” in its description suit your words."
    assert str(parts(why)[0]) == "caption soft, calm"
    assert reason(replace(why, hints=())) == "180th by words."
    assert "suit" not in reason(replace(why, mode=Mode.EAR))
    asked = replace(why, request=MoodRequest("soft rain", "soft rain"))
    assert "“calm” in its description suits your words" in reason(asked)
