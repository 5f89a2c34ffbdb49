"""How tracks are described."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.describe import LONGEST, describe, genres_of, recipe
from vibe_desktop.captions.vocabulary import Kind, load_vocabulary
from vibe_desktop.domain import Label, Tags


def sentence(tags: Tags, *labels: str, path: str = "/music/x.ogg") -> str:
    heard = [Label(name, 0.9 - 0.05 * place) for place, name in enumerate(labels)]
    return describe(tags, heard, path, load_vocabulary()).sentence


def test_everything_known_is_said() -> None:
    tags = Tags(
        title="Window",
        artist="Somebody",
        genres=("Trip-Hop",),
        moods=("Dreamy", "melancholy"),
        grouping="Piano; Female Vocals",
        bpm=72.4,
        year=1997,
    )
    said = sentence(tags)
    for part in (
        "dreamy",
        "melancholic",
        "trip hop",
        "piano",
        "female vocals",
        "slow tempo (72 BPM)",
        "from the 1990s",
        "Good for",
    ):
        assert part.casefold() in said.casefold()
    assert "Somebody" not in said


def test_terms_are_what_is_known() -> None:
    tags = Tags(title="Sad", genres=("Zouk", "House", "guitars"), bpm=128.0, year=1987)
    terms = describe(tags, (), "x.mp3", load_vocabulary()).terms
    assert terms == ("sad", "house", "zouk", "guitar", "brisk", "1980s")


@pytest.mark.parametrize(
    ("title", "word"), [("Sad", "sad"), ("Victory March", "triumphant"), ("Love Theme", "love")]
)
def test_titles_carry_feelings(title: str, word: str) -> None:
    assert word in sentence(Tags(title=title, genres=("Classical",))).casefold()


def test_albums_speak_only_where_nothing_else_does() -> None:
    album = "The Battle for Somewhere"
    assert "battle" in sentence(Tags(album=album, genres=("Classical",)))
    assert "battle" not in sentence(Tags(album=album, title="Sad", genres=("Classical",)))
    assert "battle" not in sentence(Tags(album=album, genres=("Classical",)), "mellow")


def test_titles_carry_nothing_else() -> None:
    said = sentence(Tags(title="Heavy Metal Drummer in the 80s", genres=("Country",)))
    assert "metal" not in said
    assert "drums" not in said
    assert "1980s" not in said


def test_comments_give_known_words_only() -> None:
    tags = Tags(
        genres=("Pop",),
        comment="Cover (front) https://rock.example.com/jazz harp and http://x LAME3.97 blurb",
    )
    said = sentence(tags)
    assert "harp" in said
    for junk in ("rock", "jazz", "LAME", "blurb", "http", "Cover"):
        assert junk not in said


def test_lyrics_never_enter() -> None:
    tags = Tags(genres=("Pop",), lyrics="sad harp in the rain")
    assert sentence(tags) == sentence(replace(tags, lyrics=""))


def test_tags_win_over_the_ear() -> None:
    tags = Tags(genres=("Jazz", "Instrumental"), moods=("sad",), bpm=70.0)
    said = sentence(tags, "female vocals", "happy", "fast", "rock", "piano")
    assert "instrumental" in said
    assert "piano" in said
    for denied in ("vocals", "happy", "fast", "rock"):
        assert denied not in said


def test_the_surest_label_wins_over_its_opposite() -> None:
    said = sentence(Tags(), "no vocals", "female vocals", "slow", "fast")
    assert "instrumental" in said
    assert "slow" in said
    assert "vocals" not in said
    assert "fast" not in said


def test_faint_labels_are_left_out() -> None:
    assert "harp" not in describe(Tags(), [Label("harp", 0.02)], "x.ogg", load_vocabulary()).sentence


def test_untagged_tracks_are_described_by_ear_and_by_name() -> None:
    said = sentence(Tags(), "ambient", "synth", path="/home/a/Music/Dark Caves/03_-_frozen_lake_320kbps.mp3")
    for part in ("ambient", "synthesizer", "cold", "frozen lake", "Dark Caves"):
        assert part in said.replace("Ambient", "ambient").replace("Cold", "cold")
    assert "320" not in said


def test_names_of_tagged_tracks_are_not_used() -> None:
    assert "harp" not in sentence(Tags(genres=("Rock",)), path="/music/harp/sad harp.mp3")


def test_meaningless_names_are_ignored() -> None:
    assert sentence(Tags(), path="/home/music/Track 01.mp3") == "Music."


def test_genres_imply_feelings_only_where_none_is_known() -> None:
    assert "calm" in sentence(Tags(genres=("Ambient",))).casefold()
    assert "calm" not in sentence(Tags(genres=("Ambient",), moods=("dark",))).casefold()
    assert "calm" not in describe(Tags(genres=("Ambient",)), (), "x", load_vocabulary()).terms


def test_genres_imply_nothing_that_contradicts_what_was_heard() -> None:
    said = sentence(Tags(), "techno", "ambient", "fast").casefold()
    assert "energetic" in said
    assert "calm" not in said
    loud = sentence(Tags(genres=("Death Metal",)), "loud").casefold()
    assert loud.startswith("loud, aggressive")


def test_situations_follow_feelings_before_genres() -> None:
    assert "road trip" in sentence(Tags(genres=("Classic Rock",)))
    sad = sentence(Tags(genres=("Classic Rock",), moods=("sad",)))
    assert "a good cry" in sad
    assert "road trip" not in sad


def test_captions_vary_but_stay() -> None:
    album = [
        Tags(title=f"Piece {number}", genres=("Ambient", "Harp"), moods=("space",)) for number in range(20)
    ]
    first = [sentence(tags) for tags in album]
    assert len(set(first)) > 1
    assert first == [sentence(tags) for tags in album]


@pytest.mark.parametrize(
    "tags",
    [
        Tags(),
        Tags(
            title="x" * 1_000_000, album="y " * 500_000, comment="rock " * 200_000, genres=("z" * 1_000_000,)
        ),
        Tags(title="\u202eevil\u202c", genres=("\U0001f525",), moods=("\0",), comment="\ud800"),
        Tags(bpm=float("nan"), year=-5),
        Tags(bpm=float("inf"), year=10**9),
        Tags(
            genres=tuple(f"genre{n} of{n} my{n}" for n in range(500)),
            moods=tuple(f"mood{n}" for n in range(500)),
        ),
    ],
)
def test_hostile_tags(tags: Tags) -> None:
    said = sentence(tags, path="/\udcff/\u0000" + "a" * 5000)
    assert 0 < len(said.split()) <= LONGEST
    assert len(said) < 1000
    said.encode("utf-8")


ENTRIES = sorted(load_vocabulary().entries)


@given(
    st.lists(st.sampled_from(ENTRIES) | st.text(max_size=40)),
    st.lists(st.sampled_from(ENTRIES)),
    st.lists(st.builds(Label, st.sampled_from(ENTRIES), st.floats(0, 1))),
    st.text(),
    st.text(),
)
def test_any_track_has_a_caption(
    genres: list[str], moods: list[str], labels: list[Label], title: str, path: str
) -> None:
    vocabulary = load_vocabulary()
    tags = Tags(title=title, genres=tuple(genres), moods=tuple(moods), year=1999)
    found = describe(tags, labels, path, vocabulary)
    assert 0 < len(found.sentence.split()) <= LONGEST
    assert found.sentence.isprintable()
    assert found.sentence.endswith(".")
    assert len(set(found.terms)) == len(found.terms)
    voices = {name for name in found.terms if name in vocabulary.entries} & {
        voice.name for voice in vocabulary.of_kind(Kind.VOICE)
    }
    assert "instrumental" not in voices or len(voices) == 1


@pytest.mark.parametrize(
    ("genres", "expected"),
    [
        (("Death Metal", "Grunge"), ("death metal", "grunge", "metal", "alternative rock", "rock")),
        (("piano", "sad", "Zouk"), ("zouk",)),
        ((), ()),
    ],
)
def test_genres_of(genres: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert genres_of(Tags(genres=genres), load_vocabulary()) == expected


def test_the_recipe_follows_the_vocabulary() -> None:
    vocabulary = load_vocabulary()
    assert vocabulary.digest in recipe(vocabulary)
