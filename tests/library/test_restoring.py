"""Whatever page of a library is damaged, it opens again with everything that was copied or can be read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from damage import overwrite, pages_of
from large_library import fill
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.library import backup
from vibe_desktop.library.backup import copies, keep
from vibe_desktop.library.database import Database
from vibe_desktop.library.restoring import MENDING, TAKING_COPY, TAKING_DAMAGED, open_library
from vibe_desktop.library.saved import PlaylistStore
from vibe_desktop.library.tastes import TasteStore
from vibe_desktop.progress import Progress

COUNT = 400
MADE = (
    "SELECT track_id, at FROM liked ORDER BY 1",
    "SELECT track_id, at, seconds, skipped FROM listen ORDER BY 1, 2",
    "SELECT playlist_id, place, track_id, reason FROM playlist_entry ORDER BY 1, 2",
    "SELECT track_id, own_sentence FROM caption WHERE own_sentence IS NOT NULL ORDER BY 1",
    "SELECT id, path, title FROM track ORDER BY 1",
    "SELECT name, mood FROM playlist ORDER BY id",
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library someone lived with, with a copy of it as it is; no test may change it."""
    file = tmp_path_factory.mktemp("lived") / "library.sqlite3"
    fill(file, COUNT)
    with closing(Database.open(file)) as db, db.transaction():
        TasteStore(db).set_liked(range(1, COUNT, 2), liked=True)
        db.run(
            "INSERT INTO listen (track_id, at, seconds, skipped) SELECT id, id * 9.0, 60.0, id % 2 FROM track"
        )
        for name in ("Rain", "Sun"):
            PlaylistStore(db).create(name, range(1, COUNT), mood=name)
        db.run("UPDATE caption SET own_sentence = 'Number ' || track_id WHERE track_id % 5 = 0")
    keep(file)
    return file


@pytest.fixture(scope="module")
def pages(lived: Path) -> list[int]:
    return pages_of(lived)


def copied(lived: Path, folder: Path, *, with_copy: bool = True) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(lived.parent, folder)
    if not with_copy:
        shutil.rmtree(folder / "copies")
    return folder / lived.name


def everything(db: Database) -> list[list[tuple[object, ...]]]:
    return [db.run(sql) for sql in MADE]


def is_whole(db: Database) -> bool:
    assert db.run("PRAGMA foreign_key_check") == []
    assert db.run("SELECT count(*) FROM words WHERE words MATCH 'song'") == db.run(
        "SELECT count(*) FROM track"
    )
    return bool(db.run("PRAGMA integrity_check") == [("ok",)])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_damaged_everything_that_was_copied_is_back(
    lived: Path, pages: list[int], tmp_path: Path, data: st.DataObject
) -> None:
    with closing(Database.open(lived)) as db:
        before = everything(db)
    library = copied(lived, tmp_path / "library")
    hit = data.draw(st.lists(st.sampled_from(pages), min_size=1, max_size=8, unique=True))
    overwrite(library, *hit, with_noise=data.draw(st.booleans()))

    db, restored = open_library(library)

    with closing(db):
        assert is_whole(db)
        assert everything(db) == before
        assert restored is None or restored.aside.exists()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_without_a_copy_whatever_is_on_other_pages_is_back(
    lived: Path, pages: list[int], tmp_path: Path, data: st.DataObject
) -> None:
    library = copied(lived, tmp_path / "library", with_copy=False)
    hit = data.draw(st.lists(st.sampled_from(pages[1:]), min_size=1, max_size=4, unique=True))
    overwrite(library, *hit)
    with closing(Database.open(lived)) as db:
        before = [set(rows) for rows in everything(db)]

    db, restored = open_library(library)

    with closing(db):
        assert is_whole(db)
        after = [set(rows) for rows in everything(db)]
        assert all(now <= then for now, then in zip(after, before, strict=True)), "nothing is invented"
        assert restored is None or restored.copied_at is None
        if restored and restored.all_read:
            assert after == before


def test_from_a_copy_of_a_large_library_the_person_gets_everything_back(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = copied(lived, tmp_path / "library", with_copy=False)
    monkeypatch.setattr(backup, "_WHOLE_BELOW", 0)
    assert keep(library)
    with closing(Database.open(lived)) as db:
        before = everything(db)
    overwrite(library, 1)

    db, restored = open_library(library)

    with closing(db):
        assert restored
        assert is_whole(db)
        assert everything(db) == before
        [(newest,)] = db.run("INSERT INTO track (root_id, path, size, mtime_ns, device, inode, first_seen)"
                             " VALUES (1, x'00', 1, 1, 1, 1, 1) RETURNING id")  # fmt: skip
        assert newest > 1_000_000, "an id of a track that came after the copy is never given to another"


def test_rows_that_cannot_stand_together_cost_only_themselves(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = copied(lived, tmp_path / "library", with_copy=False)
    monkeypatch.setattr(backup, "_WHOLE_BELOW", 0)
    assert keep(library)
    with closing(Database.open(lived)) as db:
        before = everything(db)
    [copy] = copies(library)
    with closing(apsw.Connection(str(copy.path))) as changed:
        changed.execute("CREATE TEMP TABLE again AS SELECT * FROM track WHERE id = 7")
        changed.execute("UPDATE again SET id = 100000")
        changed.execute("INSERT INTO track SELECT * FROM again")
    overwrite(library, 1)

    db, restored = open_library(library)

    with closing(db):
        assert restored
        assert everything(db) == before


def test_a_copy_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite3"
    with closing(Database.open(library, version=2)) as db:
        db.run("INSERT INTO root (path, added_at) VALUES (?, 0)", (b"/music",))
        db.run(
            "INSERT INTO track (root_id, path, size, mtime_ns, device, inode, first_seen)"
            " VALUES (1, ?, 1, 1, 1, 1, 0)",
            (b"/music/1.mp3",),
        )
        TasteStore(db).set_liked([1], liked=True)
    keep(library)
    library.write_bytes(b"")

    db, restored = open_library(library)

    with closing(db):
        assert restored
        assert TasteStore(db).liked() == {1}
        assert db.run("SELECT count(*) FROM waiting_keepsake") == [(0,)]


def test_an_undamaged_library_is_left_as_it_is(lived: Path, tmp_path: Path) -> None:
    library = copied(lived, tmp_path / "library")
    db, restored = open_library(library)
    db.close()
    assert restored is None
    assert [path.name for path in library.parent.iterdir() if "damaged" in path.name] == []


def test_what_never_was_a_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "library.sqlite3"
    other.write_bytes(b"my own notes " * 1000)
    with pytest.raises(VibeError, match="is not a Vibe Desktop library"):
        open_library(other)
    assert other.read_bytes() == b"my own notes " * 1000
    assert os.listdir(tmp_path) == ["library.sqlite3"]  # noqa: PTH208


def test_an_empty_file_without_a_copy_becomes_a_library(tmp_path: Path) -> None:
    empty = tmp_path / "library.sqlite3"
    empty.touch()
    db, restored = open_library(empty)
    db.close()
    assert (restored, copies(empty)) == (None, [])


def test_a_library_that_vanished_comes_back_and_does_not_begin_anew(lived: Path, tmp_path: Path) -> None:
    library = copied(lived, tmp_path / "library")
    library.unlink()
    db, restored = open_library(library)
    with closing(db):
        assert restored
        assert restored.copied_at
        with closing(Database.open(lived)) as before:
            assert everything(db) == everything(before)


def test_a_copy_with_nothing_in_it_gives_way_to_the_next(lived: Path, tmp_path: Path) -> None:
    library = copied(lived, tmp_path / "library")
    library.with_name(f"{library.name}.version-1").touch()
    assert copies(library)[0].path.stat().st_size == 0
    overwrite(library, 1)
    db, restored = open_library(library)
    with closing(db):
        assert restored
        with closing(Database.open(lived)) as before:
            assert everything(db) == everything(before)


def test_where_nothing_can_be_written_beside_it_a_sentence_says_so(lived: Path, tmp_path: Path) -> None:
    library = copied(lived, tmp_path / "library", with_copy=False)
    library.with_name("copies").touch()
    overwrite(library, 3)
    damaged = library.read_bytes()
    with pytest.raises(VibeError, match="cannot be restored") as refused:
        open_library(library)
    assert "Check the permissions" in refused.value.remedy
    assert library.read_bytes() == damaged


def test_how_far_it_is_can_be_seen_all_the_way(lived: Path, tmp_path: Path) -> None:
    library = copied(lived, tmp_path / "library")
    overwrite(library, pages_of(library, "track")[3])
    progress = Progress()
    told: list[float | None] = []

    @contextmanager
    def watching(copied_at: float | None) -> Iterator[Progress]:
        told.append(copied_at)
        yield progress

    db, restored = open_library(library, watching)

    db.close()
    assert restored
    assert told == [restored.copied_at]
    assert [stage.stage for stage in progress.stages()] == [TAKING_COPY, TAKING_DAMAGED, MENDING]
    rows = COUNT * 3  # at least: tracks, plays, places in a playlist
    assert all(stage.done == stage.total for stage in progress.stages())
    assert all((stage.total or 0) > rows for stage in progress.stages()[:2])


@pytest.mark.parametrize("stage", [TAKING_COPY, TAKING_DAMAGED, MENDING])
def test_asked_to_stop_it_leaves_all_as_it_was_and_the_next_start_restores(
    lived: Path, tmp_path: Path, stage: str
) -> None:
    library = copied(lived, tmp_path / "library")
    overwrite(library, pages_of(library, "track")[3])
    damaged = library.read_bytes()

    class Stopping(Progress):
        def advance(self, count: int = 1, note: str = "") -> None:
            if self.stages()[-1].stage == stage:
                self.cancel()
            super().advance(count, note)

    with pytest.raises(Cancelled):
        open_library(library, lambda _: nullcontext(Stopping()))

    assert library.read_bytes() == damaged
    assert not [path for path in library.parent.iterdir() if "restor" in path.name]
    db, restored = open_library(library)
    with closing(db), closing(Database.open(lived)) as before:
        assert restored
        assert everything(db) == everything(before)


def test_who_waits_for_another_that_restores_can_be_stopped(lived: Path, tmp_path: Path) -> None:
    library = copied(lived, tmp_path / "library")
    overwrite(library, 1)
    progress = Progress()
    progress.cancel()

    with backup.copying(library), pytest.raises(Cancelled):
        open_library(library, lambda _: nullcontext(progress))
