"""Vectors go into the database and come out as they were, and never the unusable ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import FloatMatrix, Hearing, Label, Space, SpaceKind
from vibe_desktop.index import vectors as module
from vibe_desktop.index.vectors import UnusableVectorError, VectorStore, digest
from vibe_desktop.library.codec import load_labels
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore

EAR = Space("clap", SpaceKind.EAR, 8, "an ear")
_OF_AN_EAR = ("vector", "heard_window", "hearing")


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


def test_windows_come_back_track_by_track_in_the_order_asked(db: Database) -> None:
    ids, vectors, store = add_tracks(db, 4), unit_rows(9, EAR.dimensions), VectorStore(db)
    with db.transaction():
        store.put_windows(EAR, [(ids[0], vectors[:6]), (ids[2], vectors[6:7]), (ids[3], vectors[:2])])
        store.put_windows(EAR, [(ids[3], vectors[7:9])])

    found = store.windows(EAR, [ids[3], ids[1], ids[0], ids[2]])

    assert [each.shape for each in found] == [(2, 8), (0, 8), (6, 8), (1, 8)]
    assert np.allclose(np.concatenate(found), vectors[[7, 8, 0, 1, 2, 3, 4, 5, 6]], atol=1e-3)
    assert all(each.dtype == np.float16 for each in found)
    assert [len(each) for each in store.windows(TEXT, ids)] == [0] * 4


def test_a_window_that_would_poison_a_score_is_refused(db: Database) -> None:
    [track_id], store = add_tracks(db, 1), VectorStore(db)
    spoilt = unit_rows(2, EAR.dimensions)
    spoilt[1, 3] = np.nan
    with pytest.raises(UnusableVectorError), db.transaction():
        store.put_windows(EAR, [(track_id, spoilt)])
    assert len(store.windows(EAR, [track_id])[0]) == 0


def test_a_deleted_track_or_space_takes_its_windows_along(db: Database) -> None:
    first, second = add_tracks(db, 2)
    store = VectorStore(db)
    with db.transaction():
        store.put_windows(EAR, [(each, unit_rows(2, EAR.dimensions)) for each in (first, second)])
    db.run("DELETE FROM track_genre")
    db.run("DELETE FROM track WHERE id = ?", (first,))
    assert db.run("SELECT track_id FROM heard_window") == [(second,)]
    db.run("DELETE FROM space")
    assert db.run("SELECT count(*) FROM heard_window") == [(0,)]


def test_a_matrix_of_several_pages_is_the_same_in_both_widths(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 7)
    ids, vectors, store = add_tracks(db, 30), unit_rows(30, EAR.dimensions), VectorStore(db)
    with db.transaction():
        store.put(EAR, [(ids[at], vectors[at], b"") for at in np.random.default_rng(1).permutation(30)])

    known, single = store.float_matrix(EAR)

    assert known.tolist() == store.matrix(EAR)[0].tolist() == ids
    assert [each.dtype.itemsize for each in (single, store.matrix(EAR)[1])] == [4, 2]
    assert np.array_equal(single, store.matrix(EAR)[1].astype(np.float32))
    assert np.allclose(single, vectors, atol=1e-3)


def test_vectors_are_read_as_they_lie_in_the_file(db: Database) -> None:
    plan = db.run(f"EXPLAIN QUERY PLAN {module._LYING}", (0, 1, 10))
    assert [row[3] for row in plan] == ["SEARCH vector USING INTEGER PRIMARY KEY (rowid>?)"]


def test_what_is_stored_again_stays_where_it_lies(db: Database) -> None:
    ids, vectors, store = add_tracks(db, 3), unit_rows(6, EAR.dimensions), VectorStore(db)

    def hear(tracks: list[int], rows: FloatMatrix) -> list[list[tuple[int, int]]]:
        heard = list(zip(tracks, rows, strict=True))
        with db.transaction():
            store.put(EAR, [(track_id, row, b"") for track_id, row in heard])
            store.put_windows(EAR, [(track_id, row[np.newaxis]) for track_id, row in heard])
            labelled = [(each, Hearing(row, row, (Label(str(each), float(row[0])),))) for each, row in heard]
            DescriptionStore(db).store_hearings(1, labelled)
        return [db.run(f"SELECT rowid, track_id FROM {table}") for table in _OF_AN_EAR]

    assert hear(ids, vectors[:3]) == hear(ids[::-1], vectors[:2:-1])
    assert np.allclose(store.matrix(EAR)[1], vectors[3:], atol=1e-3)
    assert np.allclose(np.concatenate(store.windows(EAR, ids)), vectors[3:], atol=1e-3)
    told = [load_labels(labels)[0].weight for (labels,) in db.run("SELECT labels FROM hearing")]
    assert np.allclose(told, vectors[3:, 0], atol=1e-3)
