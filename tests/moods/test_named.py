"""Finding in the library what a request names."""

from pathlib import Path

import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest, Tags
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.moods.named import Names, names_of
from vibe_desktop.moods.request import LONGEST_TEXT, parse

SONGS = [
    ("Nebula", "Northern Lamp"),
    ("Quiet Harbour", "Northern Lamp"),
    ("Jazz", "311"),
    ("Rain", "Élan Vital"),
    ("Window", "Sad"),
]


@pytest.fixture
def tracks(tmp_path: Path) -> TrackStore:
    songs = [Song("calm", Tags(title=title, artist=artist)) for title, artist in SONGS]
    songs += [Song("calm", Tags(title=f"Number {n}", artist="The Many")) for n in range(60)]
    return make_engine(tmp_path, songs, load_vocabulary())._tracks


def read(text: str, tracks: TrackStore) -> MoodRequest:
    return parse(text, load_vocabulary(), Names(tracks))


@pytest.mark.parametrize(
    ("text", "like", "unlike", "mood"),
    [
        ("like Nebula", (1,), (), ""),
        ("like nebula by northern lamp, slow", (1,), (), "slow"),
        ("something like Northern Lamp but slower", (1, 2), (), "slower"),
        ("calm music that sounds just like “Quiet Harbour”", (2,), (), "calm"),
        ("rainy, similar to elan vital, 10 songs", (4,), (), "rainy"),
        ("like 311", (3,), (), ""),
        ("calm, but not like Northern Lamp", (), (1, 2), "calm"),
        ("unlike Nebula, calm", (), (1,), "calm"),
        ("like Nebula and Quiet Harbour", (1, 2), (), ""),
        ("like Jazz", (3,), (), ""),
        ("I feel like Nebula", (), (), "Nebula"),
        ("like jazz", (), (), "like jazz"),
        ("sounds like nobody here knows", (), (), "sounds like nobody here knows"),
        ("like Neb", (), (), "like Neb"),
    ],
)
def test_names_of_the_library_become_wishes(
    text: str, like: tuple[int, ...], unlike: tuple[int, ...], mood: str, tracks: TrackStore
) -> None:
    request = read(text, tracks)
    assert (sorted(request.like), sorted(request.unlike)) == (list(like), list(unlike))
    assert request.mood == mood


@pytest.mark.parametrize(
    ("text", "by", "mood"),
    [
        ("songs by Sad", (5,), ""),
        ("something by sad, slow", (5,), "slow"),
        ("calm music from Northern Lamp", (1, 2), "calm"),
        ("by Northern Lamp or Sad", (1, 2, 5), ""),
        ("“Sad”, 10 songs", (5,), ""),
        ("play Northern Lamp", (1, 2), ""),
        ("northern lamp", (1, 2), ""),
        ("sad", (), "sad"),
        ("from sad to happy", (), ""),
        ("by the sea", (), "by the sea"),
        ("“Nebula”", (), "Nebula"),
    ],
)
def test_artists_are_wanted_themselves(text: str, by: tuple[int, ...], mood: str, tracks: TrackStore) -> None:
    request = read(text, tracks)
    assert (tuple(sorted(request.by)), request.mood, request.like) == (by, mood, ())


def test_a_name_after_like_is_no_feeling(tracks: TrackStore) -> None:
    for text in ("songs like Sad", "like sad", "like “Sad”"):
        request = read(text, tracks)
        assert (request.like, request.mood) == ((5,), ""), text


def test_whom_it_is_to_be_like_is_no_mere_refusal(tracks: TrackStore) -> None:
    for text in ("like Northern Lamp but without drums", "songs by Northern Lamp, nothing sad"):
        request = read(text, tracks)
        assert request.avoid, text
        assert request.notes == (), text


def test_artists_can_be_refused(tracks: TrackStore) -> None:
    request = read("calm, nothing by Northern Lamp", tracks)
    assert (sorted(request.refused), request.by, request.mood) == ([1, 2], (), "calm")


def test_all_tracks_of_an_artist_are_meant(tracks: TrackStore) -> None:
    assert len(read("by The Many", tracks).by) == 60
    assert set(names_of(read("by The Many", tracks), tracks).values()) == {"The Many"}


def test_words_of_names_are_known(tracks: TrackStore) -> None:
    names = Names(tracks)
    assert names.holds("harbour")
    assert names.holds("VITAL")
    assert not names.holds("harb")
    assert not names.holds("calm")


def test_names_in_a_folder_that_was_removed_are_unknown(tracks: TrackStore) -> None:
    tracks.db.run("UPDATE root SET forgotten_at = 1.0")
    names = Names(tracks)
    assert not names.holds("harbour")
    assert (names("Nebula"), names.by("Northern Lamp")) == ((), ())


def test_an_article_alone_is_no_name(tracks: TrackStore) -> None:
    assert read("songs by the sea", tracks).by == ()
    assert read("songs by the many, calm", tracks).by == tuple(range(6, 66))


def test_a_long_title_is_found_among_many_that_hold_its_words(tmp_path: Path) -> None:
    songs = [Song("calm", Tags(title=f"Sun, the {n} sun", artist="The Suns")) for n in range(80)]
    songs += [Song("calm", Tags(title="The Sun", artist="Élan Vital"))]
    tracks = make_engine(tmp_path, songs, load_vocabulary())._tracks
    assert read("like the sun", tracks).like == (81,)
    assert read("like the sun by élan vital", tracks).like == (81,)


def test_a_few_tracks_stand_for_an_artist(tracks: TrackStore) -> None:
    assert 4 <= len(read("like The Many", tracks).like) <= 8


def test_tracks_are_called_as_the_person_called_them(tracks: TrackStore) -> None:
    for text, name in (("like Northern Lamp", "Northern Lamp"), ("like Nebula by Northern Lamp", "Nebula")):
        assert set(names_of(read(text, tracks), tracks).values()) == {name}
    assert names_of(MoodRequest("", "", refused=(2, 999)), tracks) == {2: "Quiet Harbour"}


@pytest.mark.parametrize(
    "piece", ["like ", "like Nebula and ", "sounds  ", "not like a, ", "that sounds just "]
)
def test_any_text_is_read(piece: str, tracks: TrackStore) -> None:
    assert isinstance(read("calm " + piece * (LONGEST_TEXT // len(piece)), tracks), MoodRequest)
