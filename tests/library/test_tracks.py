"""Tags stored and read back, tracks looked up, everything counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelf import Shelf
from vibe_desktop.domain import Hearing, Label, Tags
from vibe_desktop.library.codec import dump_tags, load_tags


@pytest.fixture(scope="module")
def lasting_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.put("song.mp3")
    shelf.scan()
    yield shelf
    shelf.db.close()


_text = st.text(st.characters(exclude_categories=()), max_size=20)
_tags = st.builds(
    Tags,
    title=_text,
    artist=_text,
    genres=st.lists(_text, max_size=3).map(tuple),
    lyrics=_text,
    year=st.none() | st.integers(),
    bpm=st.none() | st.floats(),
    seconds=st.none() | st.floats(),
    has_cover=st.booleans(),
)


def _within_reach(tags: Tags) -> Tags:
    """Return tags without the numbers that no column holds."""
    year = tags.year if tags.year is not None and abs(tags.year) < 2**63 else None
    bpm, seconds = (n if n is not None and np.isfinite(n) else None for n in (tags.bpm, tags.seconds))
    return replace(tags, year=year, bpm=bpm, seconds=seconds)


@given(_tags)
def test_whatever_a_file_says_can_be_stored_and_comes_back_as_it_was(
    lasting_shelf: Shelf, tags: Tags
) -> None:
    lasting_shelf.tracks.store_tags([(1, tags, b"key")], lambda tags: tags.genres)
    assert lasting_shelf.tracks.tracks([1])[0].tags == _within_reach(tags)


@given(_tags)
def test_equal_tags_are_written_alike_and_defaults_take_no_room(tags: Tags) -> None:
    assert load_tags(dump_tags(tags)) == _within_reach(tags)
    assert dump_tags(tags) == dump_tags(replace(tags))
    assert dump_tags(Tags()) == "{}"


def test_tracks_come_in_the_order_asked_and_unknown_ids_are_left_out(shelf: Shelf) -> None:
    for name in "abcd":
        shelf.put(f"{name}.mp3")
    shelf.scan()
    wanted = np.array([3, 1, 99, 4, 1])
    assert [track.id for track in shelf.tracks.tracks(wanted.tolist())] == [3, 1, 4, 1]
    assert shelf.tracks.tracks([]) == []


def test_a_track_shows_the_labels_of_the_newest_ear_that_heard_it(shelf: Shelf) -> None:
    one, two = shelf.put("a.mp3"), shelf.put("b.mp3")
    shelf.scan()
    ids = shelf.ids()
    for space_id, name in ((1, "old"), (2, "new")):
        shelf.db.run(
            "INSERT INTO space (id, name, kind, dimensions, fingerprint) VALUES (?, 'e', 'ear', 2, ?)",
            (space_id, name),
        )
    vector = np.ones(2, np.float32)
    for space_id, path, label in ((1, one, "piano"), (1, two, "drums"), (2, one, "grand piano")):
        shelf.descriptions.store_hearings(
            space_id, [(ids[path], Hearing(vector, vector, (Label(label, 0.5),)))]
        )
    labels = [track.labels[0].name for track in shelf.tracks.tracks([ids[one], ids[two]])]
    assert labels == ["grand piano", "drums"]
    assert shelf.tracks.counts().heard == {"old": 2, "new": 1}


def test_a_track_is_found_by_id_by_path_or_by_words_of_title_and_artist(shelf: Shelf) -> None:
    moon, sun = shelf.put("x/moon.mp3"), shelf.put("x/1.mp3")
    shelf.scan()
    moon_id = shelf.tag(moon, title="Blue Moon", artist="Béla", album="Nights")
    sun_id = shelf.tag(sun, title="Sun 1984", artist="Ana")

    def find(text: str) -> list[int]:
        return [track.id for track in shelf.tracks.find(text)]

    assert find(str(moon_id)) == [moon_id]
    assert find(str(sun)) == [sun_id]
    assert find("BEL moo") == [moon_id]
    assert find("1984") == [sun_id]
    assert find("nights") == []
    assert find("moon sun") == []


@given(st.text(st.characters(exclude_categories=())))
def test_no_search_text_is_an_error(lasting_shelf: Shelf, text: str) -> None:
    assert len(lasting_shelf.tracks.find(text)) <= 1


def test_filters_take_any_of_the_genres_and_both_ends_of_the_years(shelf: Shelf) -> None:
    wanted = {
        "a": (("folk", "pop"), 1980),
        "b": (("folk",), 1989),
        "c": (("jazz",), 1990),
        "d": ((), None),
    }
    ids = {}
    paths = {name: shelf.put(f"{name}.mp3") for name in wanted}
    shelf.scan()
    for name, (genres, year) in wanted.items():
        ids[name] = shelf.tag(paths[name], genres=genres, year=year)

    def names(**filters: object) -> str:
        found = shelf.tracks.ids(**filters)  # type: ignore[arg-type]
        assert found.dtype == np.int64
        return "".join(name for name in ids if ids[name] in found.tolist())

    assert names() == "abcd"
    assert names(genres=["folk"]) == "ab"
    assert names(genres=["pop", "jazz"]) == "ac"
    assert names(years=(1980, 1989)) == "ab"
    assert names(genres=["folk"], years=(1989, 2000)) == "b"
    assert names(genres=["polka"]) == ""


def test_new_tags_replace_the_old_genres_and_words(shelf: Shelf) -> None:
    path = shelf.put("a.mp3")
    shelf.scan()
    track_id = shelf.tag(path, title="Wrong", genres=("polka",))
    shelf.tag(path, title="Right", genres=("folk",))
    assert shelf.tracks.ids(genres=["polka"]).tolist() == []
    assert shelf.tracks.ids(genres=["folk"]).tolist() == [track_id]
    assert shelf.tracks.find("wrong") == []
    assert [track.id for track in shelf.tracks.find("right")] == [track_id]


def test_counts_of_an_empty_library_are_all_zero(shelf: Shelf) -> None:
    counts = shelf.tracks.counts()
    assert (counts.tracks, counts.present, counts.missing, counts.offline) == (0, 0, 0, 0)
    assert (counts.tags_read, counts.captioned, counts.failed) == (0, 0, 0)
    assert (counts.embedded, counts.heard) == ({}, {})


def test_counts_tell_present_missing_read_captioned_and_failed(shelf: Shelf) -> None:
    paths = [shelf.put(f"{name}.mp3") for name in "abcd"]
    shelf.scan()
    for path in paths[:3]:
        shelf.descriptions.store_captions([(shelf.tag(path), "a song", (), b"")])
    shelf.journal.fail(shelf.ids()[paths[3]], "read", "broken")
    shelf.journal.fail(shelf.ids()[paths[3]], "hear:x", "broken")
    paths[0].unlink()
    shelf.scan()
    counts = shelf.tracks.counts()
    assert (counts.tracks, counts.present, counts.missing, counts.offline) == (4, 3, 1, 0)
    assert (counts.tags_read, counts.captioned, counts.failed) == (2, 2, 1)


def test_storing_tags_of_a_track_that_was_removed_meanwhile_is_harmless(shelf: Shelf) -> None:
    shelf.tracks.store_tags([(7, Tags(title="x", genres=("folk",)), b"key")], lambda tags: tags.genres)
    assert shelf.db.run("SELECT count(*) FROM track_genre") == [(0,)]
    assert shelf.tracks.find("x") == []
