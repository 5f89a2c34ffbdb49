"""Versions of a song are one song; different songs are not."""

from dataclasses import replace

import pytest

from mood_library import make_track
from vibe_desktop.domain import Track
from vibe_desktop.moods.versions import one_of_each, song_key


@pytest.mark.parametrize(
    "title",
    [
        "Harbour Lights (Live)",
        "Harbour Lights [Demo]",
        "Harbour Lights (2011 Remaster)",
        "Harbour Lights - Remastered 2011",
        "Harbour Lights - Live at the Pier",
        "Harbour Lights (feat. Somebody)",
        "Harbour Lights feat. Somebody",
        "Harbour Lights - Demo",
        "Harbour Lights (Instrumental)",
        "Harbour Lights - Instrumental Version",
        "Harbour Lights (Drum Stem)",
        "Harbour Lights (Vocals Only)",
        "Harbour Lights [A Cappella]",
        "Harbour Lights (Take 2)",
        "HARBOUR LIGHTS",
        "Härbour Lights (Radio Edit) [Bonus Track]",
    ],
)
def test_versions_share_a_key(title: str) -> None:
    original = make_track(1, title="Harbour Lights", artist="The Ferry")
    assert song_key(make_track(2, title=title, artist="The Ferry feat. Guest")) == song_key(original)


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("Harbour Lights (Part 2)", "The Ferry"),
        ("Harbour Lights", "Someone Else"),
        ("Harbour Lights II", "The Ferry"),
        ("Live", "The Ferry"),
    ],
)
def test_other_songs_do_not(title: str, artist: str) -> None:
    original = make_track(1, title="Harbour Lights", artist="The Ferry")
    assert song_key(make_track(2, title=title, artist=artist)) != song_key(original)


def test_a_title_of_version_words_alone_is_still_a_title() -> None:
    assert song_key(make_track(1, title="(Live)", artist="A")) != song_key(
        make_track(2, title="(Demo)", artist="A")
    )


def test_the_first_version_is_kept() -> None:
    tracks = [make_track(n, title=title, artist="A") for n, title in enumerate(["X (Live)", "Y", "X"], 1)]
    assert [track.id for track in one_of_each(tracks)] == [1, 2]


def test_a_whole_song_takes_the_place_of_its_stem() -> None:
    stem = make_track(1, title="X", artist="A", path="/m/x/guitar.ogg")
    other = make_track(2, title="Y", artist="A")
    whole = make_track(3, title="X", artist="A", path="/m/x/song.ogg")
    assert one_of_each([stem, other, whole]) == [whole, other]
    assert one_of_each([whole, stem]) == [whole]


def test_without_an_artist_only_the_same_folder_makes_the_same_song() -> None:
    here, there = (make_track(n, title="Intro", path=f"/m/{n}/a.ogg") for n in (1, 2))
    beside = make_track(3, title="Intro", path="/m/1/b.ogg")
    assert one_of_each([here, there, beside]) == [here, there]


def untitled(track_id: int, path: str) -> Track:
    track = make_track(track_id, path=path)
    return replace(track, tags=replace(track.tags, title=""))


def test_without_a_title_the_name_of_the_file_tells() -> None:
    names = ["01 - Harbour Lights.ogg", "12 Harbour Lights (Live).mp3", "02 Kettle.ogg", "03.ogg", "04.ogg"]
    tracks = [untitled(n, f"/m/a/{name}") for n, name in enumerate(names)]
    assert one_of_each(tracks) == [tracks[0], *tracks[2:]]
    elsewhere = untitled(9, "/m/b/Harbour Lights.ogg")
    assert song_key(elsewhere) != song_key(tracks[0])


def test_parts_of_a_song_without_titles_are_one_song() -> None:
    parts = [untitled(n, f"/m/{name}") for n, name in enumerate(["x/drums.ogg", "x/bass.ogg", "x/song.ogg"])]
    other = untitled(9, "/m/y/song.ogg")
    assert one_of_each([*parts, other]) == [parts[2], other]
