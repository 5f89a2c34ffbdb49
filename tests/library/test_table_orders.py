"""Orders of the table: those a plain sort gives, read from indexes and never made of the whole library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
import pytest

from shelf import Shelf
from vibe_desktop.domain import Hearing, Label, Space, SpaceKind, Tags
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.ordering import album_key, sort_key, title_key
from vibe_desktop.library.table import Column, TrackTable

COUNT = 240
OF_A_PERSON = {Column.LIKED, Column.PLAYS, Column.LAST_PLAYED}
EAR = Space("clap", SpaceKind.EAR, 2, "an ear")


class Songs:
    """Songs of few artists, albums and values, many of them unknown, and what each is sorted by."""

    def __init__(self, shelf: Shelf) -> None:
        rng = np.random.default_rng(11)
        paths = [shelf.put(f"{number % 7}/{number}.mp3") for number in range(COUNT)]
        shelf.scan()
        ids = shelf.ids()
        self.keys: dict[int, dict[str, tuple[Any, ...]]] = {}
        for path in paths:
            at = ids[path]
            tags = _some(rng)
            shelf.tracks.store_tags([(at, tags, b"")], lambda tags: tags.genres)
            said, heard = rng.choice(["", "Calm piano.", "Bright song."]), rng.choice(["", "piano", "flute"])
            if said:
                shelf.descriptions.store_captions([(at, str(said), (), b"")])
            if heard:
                space_id = VectorStore(shelf.db).space_id(EAR)
                row = np.ones(2, np.float32)
                shelf.descriptions.store_hearings(space_id, [(at, Hearing(row, row, (Label(heard, 0.5),)))])
            album = (_known(tags.disc_number), _known(tags.track_number))
            album_name = album_key(tags.album, tags.album_artist)
            self.keys[at] = {
                "title": (title_key(tags.title, os.fsencode(path)),),
                "artist": (sort_key(tags.artist), _known(album_name), *album),
                "album": (album_name, *album),
                "year": (tags.year,),
                "length": (tags.seconds,),
                "bpm": (tags.bpm,),
                "path": (os.fsencode(path),),
                "genre": (min(tags.genres, default=None),),
                "caption": (str(said) or None,),
                "heard": (str(heard) or None,),
            }

    def sorted_by(self, column: str, *, down: bool) -> list[tuple[Any, ...]]:
        keys = sorted((each[column] for each in self.keys.values()), key=lambda key: key[1:])
        known = [key for key in keys if key[0] is not None]
        return sorted(known, key=lambda key: key[0], reverse=down) + [key for key in keys if key[0] is None]


def _known(value: Any) -> tuple[bool, Any]:
    return value is not None, value or 0


def _some(rng: np.random.Generator) -> Tags:
    def one(*values: Any) -> Any:
        return values[rng.integers(len(values))]

    return Tags(
        title=one("", "Dawn", "élan", "Zebra", "Rain"),
        artist=one("", "Ann", "Ben", "ändy"),
        album=one("", "Tides", "Above"),
        disc_number=one(None, 1, 2),
        track_number=one(None, 1, 2, 3),
        year=one(None, 1972, 1999, 2001),
        seconds=one(None, 30.0, 60.5),
        bpm=one(None, 90.0, 120.0),
        genres=one((), ("Rock",), ("Folk", "Ambient")),
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    yield shelf
    shelf.db.close()


@pytest.fixture(scope="module")
def songs(shelf: Shelf) -> Songs:
    return Songs(shelf)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize(
    "column", ["title", "artist", "album", "year", "length", "bpm", "path", "caption", "heard", "genre"]
)
def test_a_librarys_orders_are_those_of_a_plain_sort(
    shelf: Shelf, songs: Songs, column: str, *, down: bool
) -> None:
    ids = TrackTable(shelf.db).ids(column, descending=down).tolist()
    assert sorted(ids) == sorted(songs.keys)
    found = [songs.keys[at][column] for at in ids]
    if column == "genre" and down:  # a song stands where the last of its genres does
        found = [key if key[0] != "Ambient" else ("Folk",) for key in found]
        assert found == sorted(found, key=lambda key: key[0] or "", reverse=True)
    else:
        assert found == songs.sorted_by(column, down=down)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("column", [each for each in Column if each not in OF_A_PERSON])
def test_no_order_has_to_be_made_of_the_whole_library(
    shelf: Shelf, songs: Songs, column: Column, *, down: bool
) -> None:
    run = Mock(wraps=shelf.db.run)
    with patch.object(shelf.db, "run", run):
        assert len(TrackTable(shelf.db).ids(column, descending=down)) == len(songs.keys)
    orders = [call.args[0] for call in run.call_args_list if "ORDER BY" in call.args[0]]
    assert orders
    for sql in orders:
        steps = [row[3] for row in shelf.db.run(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [step for step in steps if "TEMP B-TREE" in step]
