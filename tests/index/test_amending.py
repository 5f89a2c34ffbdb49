"""A graph is brought up to date by what changed alone, and finds what one made anew would find."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import FloatMatrix, TrackId
from vibe_desktop.index.neighbours import NeighbourCache
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.progress import Progress

COUNT = 400


class Library:
    """A database of tracks with vectors, and their graph."""

    def __init__(self, folder: Path) -> None:
        self.db = Database.open(folder / "library.sqlite3")
        self.store = VectorStore(self.db)
        self.cache = NeighbourCache(self.db, self.store, folder / "index", exact_below=10)
        tracks = add_tracks(self.db, COUNT + 3)
        self.ids, self.to_come = tracks[:COUNT], tracks[COUNT:]
        self.vectors = unit_rows(COUNT, TEXT.dimensions)
        self.put(self.ids, self.vectors)

    def put(self, ids: list[TrackId], vectors: FloatMatrix) -> None:
        with self.db.transaction():
            self.store.put(TEXT, [(i, v, b"") for i, v in zip(ids, vectors, strict=True)])

    def refresh(self) -> int | None:
        """Bring the graph up to date; return how many vectors were put into it."""
        progress = Progress()
        assert self.cache.refresh(TEXT, progress)
        [stage] = progress.stages()
        assert stage.done == stage.total
        return stage.total

    def nearest(self, query: FloatMatrix) -> TrackId:
        [best], _ = self.cache.open(TEXT).nearest(query, 1)
        return int(best)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    assert made.refresh() == COUNT
    return made


def test_what_changed_came_and_went_is_exchanged(library: Library) -> None:
    others = unit_rows(8, TEXT.dimensions, 7)
    library.put(library.ids[5:10], others[:5])
    with library.db.transaction():
        library.db.run("DELETE FROM vector WHERE track_id = ?", (library.ids[0],))
        library.db.run("UPDATE space SET generation = generation + 1")
    library.put(library.to_come, others[5:])

    assert library.refresh() == 8

    opened = library.cache.open(TEXT)
    assert opened._graph is not None
    assert len(opened) == COUNT + 2
    assert [library.nearest(each) for each in others] == [*library.ids[5:10], *library.to_come]
    assert library.nearest(library.vectors[20]) == library.ids[20]
    assert library.nearest(library.vectors[0]) != library.ids[0]
    assert library.nearest(library.vectors[5]) != library.ids[5]


def test_a_graph_of_which_much_changed_little_by_little_is_made_anew(library: Library) -> None:
    put = []
    for round_ in range(4):
        library.put(library.ids[:40], unit_rows(40, TEXT.dimensions, 20 + round_))
        put.append(library.refresh())

    assert put == [40, 40, COUNT, 40]


def test_a_damaged_graph_is_not_amended(library: Library) -> None:
    [file] = (library.db.path.parent / "index").iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    library.put(library.ids[:1], unit_rows(1, TEXT.dimensions, 9))

    assert library.refresh() == COUNT


def test_only_vectors_that_are_others_are_exchanged(library: Library) -> None:
    library.put(library.ids, library.vectors)

    assert library.refresh() == 0
    assert library.nearest(np.asarray(library.vectors[3])) == library.ids[3]
