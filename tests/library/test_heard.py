"""Whose labels count: those of the better ear that names anything, whichever came to the library first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from libraries import add_tracks
from vibe_desktop.domain import Hearing, Label, Space, SpaceKind
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.table import TrackTable
from vibe_desktop.library.tracks import TrackStore

NOTHING = np.zeros(2, np.float32)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "library.sqlite3")
    yield database
    database.close()


def hear(db: Database, ear: str, track_id: int, *names: str) -> int:
    space_id = VectorStore(db).space_id(Space(ear, SpaceKind.EAR, 2, ear))
    labels = tuple(Label(name, 0.5) for name in names)
    DescriptionStore(db).store_hearings(space_id, [(track_id, Hearing(NOTHING, NOTHING, labels))])
    return space_id


def shown(db: Database, track_id: int) -> list[list[str]]:
    """Return the labels of a track as a track, a row of the table and a caption's job tell them."""
    [track], [row] = TrackStore(db).tracks([track_id]), TrackTable(db).rows([track_id])
    [[job]] = DescriptionStore(db).uncaptioned("r", [track_id])
    return [[label.name for label in labels] for labels in (track.labels, row.heard, job.labels)]


@pytest.mark.parametrize("order", list(permutations(["clap", "musicnn", "elsewhere"])))
def test_the_better_ears_labels_are_told_whichever_heard_first(db: Database, order: tuple[str, ...]) -> None:
    [track_id] = add_tracks(db, 1)
    for ear in order:
        hear(db, ear, track_id, f"by {ear}")
    assert shown(db, track_id) == [["by clap"]] * 3


def test_where_the_better_ear_names_nothing_the_others_labels_are_told(db: Database) -> None:
    both, one, none = add_tracks(db, 3)
    hear(db, "musicnn", both, "guitar")
    hear(db, "clap", both)
    hear(db, "clap", one, "violin")
    hear(db, "musicnn", one)
    hear(db, "clap", none)
    assert shown(db, both) == [["guitar"]] * 3
    assert shown(db, one) == [["violin"]] * 3
    assert shown(db, none) == [[]] * 3


def test_the_table_is_sorted_by_the_labels_it_shows(db: Database) -> None:
    first, second, third, last = add_tracks(db, 4)
    for track_id, by_musicnn, by_clap in ((first, "zither", "accordion"), (third, "bass", "zither")):
        hear(db, "musicnn", track_id, by_musicnn)
        hear(db, "clap", track_id, by_clap)
    hear(db, "musicnn", second, "guitar")
    hear(db, "musicnn", last)
    assert TrackTable(db).ids("heard").tolist() == [first, second, third, last]
    assert TrackTable(db).ids("heard", descending=True).tolist() == [third, second, first, last]


def test_renaming_tells_which_tracks_are_named_otherwise_now(db: Database) -> None:
    same, other, unheard = add_tracks(db, 3)
    space_id = hear(db, "clap", same, "guitar")
    hear(db, "clap", other, "guitar")
    descriptions = DescriptionStore(db)
    assert descriptions.named_from(space_id) == ""
    rows = [
        (same, (Label("guitar", 0.5),)),
        (other, (Label("flute", 0.5),)),
        (unheard, (Label("oboe", 1.0),)),
    ]
    assert descriptions.rename(space_id, rows) == [other]
    descriptions.note_named(space_id, "all of it")
    assert descriptions.named_from(space_id) == "all of it"
    assert shown(db, other) == [["flute"]] * 3
    assert shown(db, unheard) == [[]] * 3
