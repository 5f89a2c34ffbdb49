"""Whatever may make a caption or its vector wrong says so, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import Hearing, Label, Tags
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tastes import TasteStore
from vibe_desktop.library.tracks import TrackStore


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """Return a library of three tracks that are captioned, heard and embedded, and noted as such."""
    db = Database.open(tmp_path / "library.sqlite3")
    ids = add_tracks(db, 3)
    store, descriptions = VectorStore(db), DescriptionStore(db)
    descriptions.store_captions([(i, "Calm.", ("calm",), b"made") for i in ids])
    vectors = unit_rows(3, TEXT.dimensions)
    with db.transaction():
        store.put(TEXT, [(i, vector, b"") for i, vector in zip(ids, vectors, strict=True)])
    rows = [
        (i, Hearing(vector, vector, (Label("piano", 0.5),))) for i, vector in zip(ids, vectors, strict=True)
    ]
    descriptions.store_hearings(store.space_id(TEXT), rows)
    assert descriptions.undescribed("r") == ids == [1, 2, 3]
    descriptions.described(ids)
    assert descriptions.undescribed("r") == []
    return db


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE track SET missing_since = NULL WHERE id = 2",
        "UPDATE track SET path = x'61' WHERE id = 2",
        "UPDATE caption SET sentence = 'Loud.' WHERE track_id = 2",
        "UPDATE caption SET own_sentence = 'Mine.' WHERE track_id = 2",
        "DELETE FROM caption WHERE track_id = 2",
        "UPDATE hearing SET labels = '[]' WHERE track_id = 2",
        "DELETE FROM hearing WHERE track_id = 2",
        "DELETE FROM vector WHERE track_id = 2",
        "INSERT OR REPLACE INTO hearing SELECT * FROM hearing WHERE track_id = 2",
    ],
)
def test_a_track_that_may_be_described_wrongly_is_told(db: Database, change: str) -> None:
    for _ in range(2):  # one that is told already is told as before
        db.run(change)
        assert DescriptionStore(db).undescribed("r") == [2]


def test_tags_that_were_read_again_may_need_another_caption(db: Database) -> None:
    TrackStore(db).store_tags([(3, Tags(title="Other"), b"key")], lambda _: ())
    assert DescriptionStore(db).undescribed("r") == [3]


def test_tracks_that_are_here_again_are_looked_at(db: Database) -> None:
    db.run("UPDATE root SET online = 0")
    assert DescriptionStore(db).undescribed("r") == []
    db.run("UPDATE root SET online = 1")
    assert DescriptionStore(db).undescribed("r") == [1, 2, 3]


def test_another_way_to_describe_concerns_all_tracks_once(db: Database) -> None:
    descriptions = DescriptionStore(db)
    assert descriptions.undescribed("another") == [1, 2, 3]
    descriptions.described([1, 2, 3])
    assert descriptions.undescribed("another") == []


def test_likes_keywords_and_a_scan_that_finds_all_as_it_was_change_no_caption(db: Database) -> None:
    TasteStore(db).set_liked([1], liked=True)
    DescriptionStore(db).store_keywords([(1, ("calm",))])
    db.run("UPDATE root SET online = 1, held = 0, scanned_at = 5")
    assert DescriptionStore(db).undescribed("r") == []
