"""Vectors go into the database and come out as they were, and never the unusable ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import Space, SpaceKind
from vibe_desktop.index.vectors import UnusableVectorError, VectorStore, digest
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "library.sqlite3")


def test_a_matrix_comes_back_in_the_order_of_ids_whatever_the_order_of_storing(db: Database) -> None:
    ids, vectors, store = add_tracks(db, 20), unit_rows(20, TEXT.dimensions), VectorStore(db)
    store.put(TEXT, [(ids[at], vectors[at], b"") for at in (7, 3, 19, 0)])
    store.put(TEXT, [(ids[at], vectors[at], b"") for at in (5, 3)])

    found, matrix = store.matrix(TEXT)

    assert found.tolist() == [ids[at] for at in (0, 3, 5, 7, 19)]
    assert np.allclose(matrix, vectors[[0, 3, 5, 7, 19]], atol=1e-3)
    assert matrix.dtype == np.float16


def test_an_unknown_space_is_empty_and_asking_leaves_no_trace(db: Database) -> None:
    ids, matrix = VectorStore(db).matrix(TEXT)

    assert len(ids) == 0
    assert matrix.shape == (0, TEXT.dimensions)
    assert db.run("SELECT count(*) FROM space") == [(0,)]


def test_two_spaces_never_mix(db: Database) -> None:
    other = Space("sbert", SpaceKind.TEXT, TEXT.dimensions, "another")
    [track_id], vectors, store = add_tracks(db, 1), unit_rows(2, TEXT.dimensions), VectorStore(db)
    store.put(TEXT, [(track_id, vectors[0], b"")])
    store.put(other, [(track_id, vectors[1], b"")])

    assert np.allclose(store.matrix(TEXT)[1], vectors[:1], atol=1e-3)
    assert np.allclose(store.matrix(other)[1], vectors[1:], atol=1e-3)


@pytest.mark.parametrize("spoil", [np.nan, np.inf, 1e9, 0.0, "short"])
def test_a_vector_that_would_poison_a_search_is_refused_and_nothing_of_its_batch_is_stored(
    db: Database, spoil: float | str
) -> None:
    ids, vectors, store = add_tracks(db, 2), unit_rows(2, TEXT.dimensions), VectorStore(db)
    bad = vectors[1][:5] if spoil == "short" else np.full_like(vectors[1], spoil)

    with pytest.raises(UnusableVectorError), np.errstate(over="ignore"):
        store.put(TEXT, [(ids[0], vectors[0], b""), (ids[1], bad, b"")])

    assert len(store.matrix(TEXT)[0]) == 0


def test_the_generation_tells_whether_a_space_changed(db: Database) -> None:
    ids, vectors, store = add_tracks(db, 1), unit_rows(1, TEXT.dimensions), VectorStore(db)
    seen = [store.generation(TEXT)]
    for _ in range(2):
        store.put(TEXT, [(ids[0], vectors[0], b"")])
        seen.append(store.generation(TEXT))

    assert len(set(seen)) == 3


def test_a_caption_is_embedded_again_only_when_its_text_changed(db: Database) -> None:
    ids, vectors, store = add_tracks(db, 2), unit_rows(2, TEXT.dimensions), VectorStore(db)
    captions = DescriptionStore(db)
    captions.store_captions([(track_id, f"Caption {track_id}.", (), b"x") for track_id in ids])
    assert [track_id for track_id, _ in store.outdated_texts(TEXT)] == ids

    store.put(
        TEXT, [(i, v, digest(text)) for (i, text), v in zip(store.outdated_texts(TEXT), vectors, strict=True)]
    )
    assert store.outdated_texts(TEXT) == []

    captions.set_own(ids[1], "Mine.")
    assert store.outdated_texts(TEXT) == [(ids[1], "Mine.")]
    assert store.outdated_texts(TEXT, [ids[0]]) == []
