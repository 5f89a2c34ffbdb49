"""The library as a table: every order, every filter, a page of rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libraries import add_tracks
from shelf import Shelf
from vibe_desktop.domain import Hearing, Label, TrackState
from vibe_desktop.library.journal import READ
from vibe_desktop.library.table import Column, TrackTable
from vibe_desktop.library.tastes import TasteStore


class Stocked:
    """A shelf with five songs, called by their titles."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.table = TrackTable(shelf.db)
        self.tastes = TasteStore(shelf.db)
        for name in ("1.mp3", "2.mp3", "3.mp3", "4.mp3", "Loose.mp3"):
            shelf.put(name)
        shelf.scan()
        music = shelf.music
        ann = {"artist": "Ann", "album": "Tides"}
        self.ids = {
            "Élan": shelf.tag(music / "1.mp3", title="Élan", **ann, track_number=2, year=1999, seconds=60.0),
            "anvil": shelf.tag(music / "2.mp3", title="anvil", artist="Ben", genres=("Rock",), bpm=90.0),
            "Zebra": shelf.tag(music / "3.mp3", title="Zebra", **ann, track_number=1, genres=("Ambient",)),
            "dawn": shelf.tag(music / "4.mp3", title="dawn", artist="ändy", year=1972, seconds=30.0),
            "Loose": shelf.tag(music / "Loose.mp3", year=2001, bpm=120.0),
        }

    def titles(self, sort: str, *, descending: bool = False, words: str = "", **more: bool) -> list[str]:
        ids = self.table.ids(sort, descending=descending, words=words, **more)
        assert ids.dtype == np.int64
        return [row.title for row in self.table.rows(ids)]

    def caption(self, **sentences: str) -> None:
        rows = [(self.ids[title], sentence, (), b"") for title, sentence in sentences.items()]
        self.shelf.descriptions.store_captions(rows)


@pytest.fixture
def stocked(shelf: Shelf) -> Stocked:
    return Stocked(shelf)


@pytest.mark.parametrize(
    ("sort", "up", "down"),
    [
        ("title", "anvil dawn Élan Loose Zebra", "Zebra Loose Élan dawn anvil"),
        # The other way round, an album is still heard from its first track on.
        ("artist", "dawn Zebra Élan anvil Loose", "anvil Zebra Élan dawn Loose"),
        ("year", "dawn Élan Loose * *", "Loose Élan dawn * *"),
        ("length", "dawn Élan * * *", "Élan dawn * * *"),
        ("bpm", "anvil Loose * * *", "Loose anvil * * *"),
        ("path", "Élan anvil Zebra dawn Loose", "Loose dawn Zebra anvil Élan"),
        ("added", "Élan anvil Zebra dawn Loose", "Loose dawn Zebra anvil Élan"),
        ("genre", "Zebra anvil * * *", "anvil Zebra * * *"),
    ],
)
def test_every_order_puts_what_is_unknown_last(stocked: Stocked, sort: str, up: str, down: str) -> None:
    ascending, descending = stocked.titles(sort), stocked.titles(sort, descending=True)
    for found, wanted in ((ascending, up.split()), (descending, down.split())):
        assert len(found) == 5
        assert [title for title, each in zip(found, wanted, strict=True) if each != "*"] == [
            each for each in wanted if each != "*"
        ]


def test_what_a_person_did_and_what_was_said_and_heard_can_be_sorted_by(stocked: Stocked) -> None:
    ids = stocked.ids
    stocked.tastes.set_liked([ids["Zebra"]], liked=True)
    for at in (1.0, 2.0):
        stocked.tastes.record_play(ids["anvil"], at, 100.0)
    stocked.tastes.record_play(ids["dawn"], 9.0, 100.0)
    stocked.tastes.record_skip(ids["Loose"], 9.0, 3.0)
    stocked.caption(dawn="A quiet song.", Zebra="A bright song.")
    nothing = np.zeros(2, np.float32)
    stocked.shelf.db.run(
        "INSERT INTO space (id, name, kind, dimensions, fingerprint) VALUES (1, 'ear', 'ear', 2, 'f')"
    )
    stocked.shelf.descriptions.store_hearings(
        1, [(ids["Loose"], Hearing(nothing, nothing, (Label("piano", 0.5),)))]
    )
    assert stocked.titles("liked", descending=True)[0] == "Zebra"
    assert stocked.titles("plays", descending=True)[:2] == ["anvil", "dawn"]
    assert stocked.titles("last played", descending=True)[:2] == ["dawn", "anvil"]
    assert stocked.titles("caption")[:2] == ["Zebra", "dawn"]
    assert stocked.titles("heard")[0] == "Loose"
    assert sorted(stocked.titles("heard")) == sorted(ids)


def test_missing_and_offline_tracks_are_there_and_can_be_looked_at_alone(stocked: Stocked) -> None:
    (stocked.shelf.music / "2.mp3").unlink()
    stocked.shelf.scan()
    assert stocked.titles("state", descending=True)[0] == "anvil"
    assert stocked.titles("title", missing=True) == ["anvil"]
    assert stocked.table.rows([stocked.ids["anvil"]])[0].state is TrackState.MISSING
    stocked.shelf.db.run("UPDATE root SET online = 0")
    assert len(stocked.titles("title", missing=True)) == 5
    assert stocked.table.rows([stocked.ids["dawn"]])[0].state is TrackState.OFFLINE


def test_files_that_are_no_music_are_not_shown(stocked: Stocked) -> None:
    stocked.shelf.journal.fail(stocked.ids["dawn"], READ, "It is a picture.")
    assert "dawn" not in stocked.titles("title")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "anvil dawn Élan Loose Zebra"),
        ("z", "Zebra"),
        ("elan", "Élan"),
        ("ann ti", "Élan Zebra"),
        ("an", "anvil dawn Élan Zebra"),  # one by its artist, whose accent does not count
        ("ann zeb tides", ""),
        ("rain", "dawn"),
        ("ROCK", "anvil"),
        ("  ... ?!", "anvil dawn Élan Loose Zebra"),
    ],
)
def test_words_are_all_to_be_found_and_the_last_may_be_unfinished(
    stocked: Stocked, words: str, found: str
) -> None:
    stocked.caption(dawn="A song for a rainy evening.")
    assert stocked.titles("title", words=words) == found.split()


def test_likes_alone_and_with_words(stocked: Stocked) -> None:
    stocked.tastes.set_liked([stocked.ids["Zebra"], stocked.ids["anvil"]], liked=True)
    assert stocked.titles("title", liked=True) == ["anvil", "Zebra"]
    assert stocked.titles("genre", liked=True, words="tides") == ["Zebra"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    text=st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(['"', "NEAR(a", "a*"])
)
def test_whatever_is_typed_is_no_error(stocked: Stocked, text: str) -> None:
    everything = set(stocked.ids.values())
    assert set(stocked.table.ids(words=text).tolist()) <= everything
    assert set(stocked.shelf.tracks.titles(text, 3)) <= everything


def test_a_row_tells_everything(stocked: Stocked) -> None:
    track_id = stocked.ids["Élan"]
    stocked.tastes.set_liked([track_id], liked=True)
    stocked.tastes.record_play(track_id, 7.0, 50.0)
    stocked.shelf.descriptions.set_own(track_id, "Ours <b>alone</b>.")
    loose, row = stocked.table.rows([stocked.ids["Loose"], 999, track_id])
    assert (row.title, row.artist, row.album, row.year, row.seconds) == ("Élan", "Ann", "Tides", 1999, 60.0)
    assert (row.liked, row.plays, row.last_played) == (True, 1, 7.0)
    assert (row.caption, row.own) == ("Ours <b>alone</b>.", True)
    assert row.path == str(stocked.shelf.music / "1.mp3")
    assert (loose.title, loose.liked, loose.plays, loose.genres, loose.heard) == ("Loose", False, 0, (), ())


def test_an_order_holds_for_many_tracks(shelf: Shelf) -> None:
    ids = add_tracks(shelf.db, 3000)
    table = TrackTable(shelf.db)

    def titles(found: Sequence[int]) -> list[str]:
        return [row.title for row in table.rows(found)]

    expected = sorted(f"Song {number}" for number in ids)
    assert titles(table.ids("title").tolist()) == expected
    assert titles(table.ids("title", descending=True).tolist()) == expected[::-1]
    assert table.ids("added", descending=True).tolist() == ids[::-1]


def test_an_empty_library_has_an_empty_table(shelf: Shelf) -> None:
    table = TrackTable(shelf.db)
    for column in Column:
        assert table.ids(column).tolist() == []
    assert table.rows([]) == []
