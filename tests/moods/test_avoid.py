"""What tags and heard labels prove."""

from dataclasses import replace

import pytest

from mood_library import make_track
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Label, Tags
from vibe_desktop.moods.avoid import Refusals


def refused(phrase: str, mood: str, *labels: Label) -> bool:
    track = replace(make_track(1), labels=labels)
    return Refusals([phrase], load_vocabulary(), mood).proven(track) == phrase


def proven(phrase: str, tags: Tags | None = None, *labels: Label) -> bool:
    track = replace(make_track(1), tags=tags or Tags(), labels=labels)
    return Refusals([phrase], load_vocabulary()).proven(track) == phrase


@pytest.mark.parametrize(
    ("phrase", "tags"),
    [
        ("metal", Tags(genres=("Death Metal",))),
        ("christmas", Tags(moods=("Xmas",))),
        ("gaelic", Tags(genres=("Gaelic Folk",))),
        ("sad songs", Tags(moods=("sad songs",))),
        ("80s", Tags(year=1984)),
        ("from before 1990", Tags(year=1984)),
        ("from 1995", Tags(year=1995)),
    ],
)
def test_tags_prove_it(phrase: str, tags: Tags) -> None:
    assert proven(phrase, tags)


@pytest.mark.parametrize(
    ("phrase", "tags"),
    [
        ("metal", Tags(genres=("Folk",), title="Heavy metal")),
        ("80s", Tags(year=1994)),
        ("80s", Tags()),
        ("***", Tags(genres=("Folk",))),
        ("guitar", Tags(genres=("No Guitar",))),
        ("death metal", Tags(genres=("Metal",))),
    ],
)
def test_other_tags_do_not(phrase: str, tags: Tags) -> None:
    assert not proven(phrase, tags)


def test_what_was_heard_is_proof() -> None:
    assert proven("drums", None, Label("drums", 0.5))
    assert not proven("drums", None, Label("guitar", 0.9))


@pytest.mark.parametrize("label", ["female voice", "male vocal", "choir", "singing", "vocals", "opera"])
def test_everything_that_sings_is_vocals(label: str) -> None:
    assert proven("vocals", None, Label(label, 0.9)) == (label != "opera")


@pytest.mark.parametrize("label", ["no vocals", "no voice", "instrumental", "guitar"])
def test_what_does_not_sing_is_not(label: str) -> None:
    assert not proven("vocals", None, Label(label, 0.9))


@pytest.mark.parametrize("phrase", ["in german", "german lyrics", "german"])
def test_the_tag_of_a_language_is_proof(phrase: str) -> None:
    assert proven(phrase, Tags(language="deu"))
    assert not proven(phrase, Tags(language="fre"))
    assert not proven(phrase, Tags())


def test_what_is_wanted_is_no_proof() -> None:
    assert refused("vocals", "calm", Label("choir", 0.9))
    assert not refused("vocals", "calm choir", Label("choir", 0.9))
    assert refused("vocals", "calm choir", Label("choir", 0.9), Label("male voice", 0.9))


def test_singing_is_no_proof_of_words() -> None:
    assert not proven("lyrics", None, Label("choir", 0.9))
    assert proven("vocals", None, Label("lyrics", 0.9))
