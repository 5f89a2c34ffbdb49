"""What a model made is taken out of the library, and nothing else; the room comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from libraries import TEXT, add_tracks, unit_rows
from vibe_desktop.domain import Cancelled, Hearing, Label, Space, SpaceKind
from vibe_desktop.index import forget
from vibe_desktop.index.forget import forget_model, made_by
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.phrases import PhraseTable
from vibe_desktop.progress import Progress

CLAP = Space("clap", SpaceKind.EAR, 32, "clap as it is")
OLD_CLAP = Space("clap", SpaceKind.EAR, 32, "clap as it was")
MUSICNN = Space("musicnn", SpaceKind.EAR, 32, "musicnn")
COUNT = 300
TABLES = ("vector", "heard_window", "hearing")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Give a library in which three ears, one of them of old, heard every track, and which has captions."""
    db = Database.open(tmp_path / "library.sqlite3")
    ids = add_tracks(db, COUNT)
    vectors, descriptions = VectorStore(db), DescriptionStore(db)
    rows = unit_rows(COUNT, 32)
    with db.transaction():
        for space in (TEXT, CLAP, OLD_CLAP, MUSICNN):
            vectors.put(space, [(i, row, b"source") for i, row in zip(ids, rows, strict=True)])
        for space in (CLAP, OLD_CLAP, MUSICNN):
            label = Label("cello" if space is MUSICNN else "flute", 0.5)
            heard = Hearing(rows[0], np.zeros(32, np.float32), (label,))
            descriptions.store_hearings(vectors.space_id(space), [(i, heard) for i in ids])
        for space in (CLAP, OLD_CLAP):
            vectors.put_windows(space, [(i, unit_rows(6, 32, i)) for i in ids])
        db.run("INSERT INTO failure VALUES (1, 'hear:clap', 'silent', 1, 1, 0), (1, 'tags', 'odd', 1, 1, 0)")
    PhraseTable(db).keep("words", {"rain": rows[0]})
    yield db
    db.close()


def rows_of(db: Database) -> dict[str, int]:
    sql = "SELECT s.name, count(*) FROM {} v JOIN space s ON s.id = v.space_id GROUP BY s.name"
    return {f"{name} {table}": count for table in TABLES for name, count in db.run(sql.format(table))}


def test_everything_of_a_model_goes_and_nothing_of_another(db: Database) -> None:
    before = rows_of(db)
    progress = Progress()

    forget_model(db, "clap", progress)

    kept = {name: count for name, count in before.items() if not name.startswith("clap ")}
    assert rows_of(db) == kept
    assert kept["sbert vector"] == kept["musicnn vector"] == kept["musicnn hearing"] == COUNT
    assert [row[0] for row in db.run("SELECT name FROM space ORDER BY name")] == ["musicnn", "sbert"]
    assert db.run("SELECT count(*) FROM phrase") == [(0,)]
    assert db.run("SELECT task FROM failure") == [("tags",)]
    [stage] = progress.stages()
    assert stage.done == stage.total == 2 * 3 * COUNT


def test_phrases_stay_where_who_reads_them_does(db: Database) -> None:
    forget_model(db, "musicnn", Progress())
    assert db.run("SELECT text FROM phrase") == [("rain",)]


def test_what_it_holds_is_counted(db: Database) -> None:
    vector, windows = 32 * 2, 6 * 32 * 2
    assert made_by(db, "clap") >= 2 * COUNT * (vector + windows)
    assert made_by(db, "clap") < 3 * COUNT * (vector + windows)
    forget_model(db, "clap", Progress())
    assert made_by(db, "clap") == 0
    assert made_by(db, "nobody") == 0


def test_the_next_run_of_the_indexer_describes_tracks_by_what_is_still_heard(db: Database) -> None:
    descriptions = DescriptionStore(db)
    for jobs in descriptions.uncaptioned("recipe"):
        assert {job.labels[0].name for job in jobs} == {"flute"}
        descriptions.store_captions([(job.track_id, "A flute.", (), job.source) for job in jobs])
    assert list(descriptions.uncaptioned("recipe")) == []

    forget_model(db, "clap", Progress())

    due = [job for jobs in descriptions.uncaptioned("recipe") for job in jobs]
    assert len(due) == COUNT
    assert {job.labels[0].name for job in due} == {"cello"}


def test_a_run_that_was_called_off_is_finished_by_the_next(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "_BATCH", 50)
    progress = Progress()

    class Impatient(Progress):
        def advance(self, count: int = 1, note: str = "") -> None:
            self.cancel()
            super().advance(count, note)

    with pytest.raises(Cancelled):
        forget_model(db, "clap", Impatient())
    assert rows_of(db)["clap heard_window"] == 2 * COUNT - 50
    assert "clap" in [row[0] for row in db.run("SELECT name FROM space")]

    forget_model(db, "clap", progress)
    assert not [name for name in rows_of(db) if name.startswith("clap ")]
    assert progress.stages()[-1].total == 2 * 3 * COUNT - 50


def test_the_room_comes_back(db: Database) -> None:
    db.connection.wal_checkpoint()
    before = db.path.stat().st_size
    held = made_by(db, "clap")
    forget_model(db, "clap", Progress())

    assert db.give_back()

    assert db.path.stat().st_size < before - held
    assert db.run("SELECT count(*) FROM vector") == [(2 * COUNT,)]
    assert db.connection.pragma("integrity_check") == "ok"


def test_nobody_at_work_is_disturbed_for_the_room(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Database.open(db.path)
    db.connection.set_busy_timeout(50)
    forget_model(db, "clap", Progress())
    with other.transaction():
        other.run("UPDATE track SET seconds = 1 WHERE id = 1")
        assert db.give_back() is False
    assert db.give_back() is True
    other.close()


def test_others_read_and_write_meanwhile(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget, "_BATCH", 20)
    other = Database.open(db.path)
    done = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not done.is_set():
            other.run("UPDATE track SET seconds = ? WHERE id = 1", (len(written),))
            written.append(other.run("SELECT count(*) FROM vector")[0][0])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        forget_model(db, "clap", Progress())
        db.give_back()
    finally:
        done.set()
        thread.join()
    assert written
    assert db.run("SELECT seconds FROM track WHERE id = 1") == [(len(written) - 1,)]
    other.close()
