"""Killed at any moment, or on the way to another model: what was stored is whole, the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from music_folder import SONGS, make_music
from own_models import link_models
from program import Program, copied
from tiny_clap import install_tiny_clap
from vibe_desktop.app import App
from vibe_desktop.domain import Space
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal")
PATIENCE = 120.0
COUNT = len(SONGS)

Held = dict[str, list[tuple[Any, ...]]]

_HELD = {
    "tracks": "SELECT path, title, artist, tags_pending, missing_since FROM track ORDER BY path",
    "captions": "SELECT path, own_sentence, sentence FROM caption JOIN track ON id = track_id ORDER BY path",
    "vectors": "SELECT path, space_id, value FROM vector JOIN track ON id = track_id ORDER BY path, space_id",
    "likes": "SELECT path FROM liked JOIN track ON id = track_id ORDER BY path",
    "playlists": "SELECT name, track_id FROM playlist JOIN playlist_entry ON id = playlist_id ORDER BY place",
    "begun": "SELECT * FROM attempt",
}


def held(program: Program) -> Held:
    db = Database.open(program.profile / "library.sqlite3")
    assert db.run("PRAGMA integrity_check") == [("ok",)]
    found = {name: db.run(sql) for name, sql in _HELD.items()}
    db.close()
    return found


def killed(program: Program, *command: str | Path, at: Callable[[], object], after: float = 0.0) -> None:
    """Begin a command and end it by force, all its processes with it, `after` seconds from a moment on."""
    running = program.start(*command)
    end = time.monotonic() + PATIENCE
    while not at() and running.poll() is None:
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.01)
    time.sleep(after)
    assert running.poll() is None, running.communicate()
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=PATIENCE)


def stored(program: Program, rows: str) -> Callable[[], int]:
    """Return what counts rows of a library that another process writes to."""

    def count() -> int:
        file = str(program.profile / "library.sqlite3")
        with closing(apsw.Connection(file, flags=apsw.SQLITE_OPEN_READONLY)) as db:
            db.set_busy_timeout(5000)
            return int(db.execute(f"SELECT count(*) FROM {rows}").get)

    return count


STAGES = {
    "found": f"track WHERE id > {COUNT}",
    "read": f"track WHERE id > {COUNT} AND NOT tags_pending",
    "described": f"caption WHERE track_id > {COUNT}",
    "understood": f"vector WHERE track_id > {COUNT}",
    "heard": f"hearing WHERE track_id > {COUNT}",
}


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of music that no library knows yet."""
    folder = tmp_path_factory.mktemp("more")
    make_music(folder, seconds=1.5)
    return folder


def _make_something(program: Program) -> None:
    """Do what a person does: like, keep a playlist, describe."""
    with App(Profile(program.profile)) as app:
        ids = app.stores.tracks.ids().tolist()
        app.tastes.set_liked(ids[:3], liked=True)
        app.playlists.create("Kept", ids[:4])
        app.stores.descriptions.set_own(ids[0], "Mine.")


@pytest.fixture(scope="module")
def undisturbed(_heard: Path, tmp_path_factory: pytest.TempPathFactory, more: Path) -> Held:
    """Return what a library holds that nobody disturbed."""
    program = copied(Program(_heard / "profile"), tmp_path_factory.mktemp("undisturbed"))
    _make_something(program)
    program("index", more, "--workers", "1")
    return held(program)


@pytest.mark.parametrize("stage", STAGES)
def test_fault_45_killed_at_any_stage_what_the_person_made_is_there_and_the_rest_resumes(
    knowing: Program, more: Path, undisturbed: Held, stage: str
) -> None:
    _make_something(knowing)
    before = held(knowing)
    pause = random.Random(stage).uniform(0.0, 0.05)
    killed(knowing, "index", more, "--workers", "1", at=stored(knowing, STAGES[stage]), after=pause)

    after = held(knowing)
    for kept in ("likes", "playlists"):
        assert after[kept] == before[kept]
    assert "Mine." in [own for _, own, _ in after["captions"]]

    knowing("index", more, "--workers", "1")
    assert held(knowing) == undisturbed


def test_fault_45_no_more_than_a_batch_is_done_twice(knowing: Program, more: Path) -> None:
    heard = stored(knowing, f"hearing WHERE track_id > {COUNT}")
    killed(knowing, "index", more, "--workers", "1", at=heard)
    left = COUNT - heard()
    assert 0 < left < COUNT
    report = knowing.json("index", "--workers", "1")
    assert (report["read"], report["heard"]) == (0, left)


def test_fault_62_a_better_ear_killed_on_its_way_never_mixes_with_the_old_one(
    knowing: Program, models_folder: Path
) -> None:
    (knowing.profile / "models").unlink()
    link_models(models_folder, knowing.profile / "models")
    install_tiny_clap(knowing.profile / "models")
    by_clap = "hearing JOIN space ON id = space_id AND name = 'clap'"
    killed(knowing, "index", "--workers", "1", at=stored(knowing, by_clap))

    told = knowing.json("library")["ear"]
    assert told["heard"]["musicnn"] == COUNT
    assert 0 < told["heard"]["clap"] < COUNT
    assert "musicnn" in told["serving"]
    assert knowing.json("queue", "loud metal")["entries"]
    _spaces_are_pure(knowing)

    knowing("index", "--workers", "1")
    assert knowing.json("library")["ear"]["serving"] == ["clap"]
    _spaces_are_pure(knowing)


def _spaces_are_pure(program: Program) -> None:
    """Every vector has the length of its space, and no space has two of a song."""
    db = Database.open(program.profile / "library.sqlite3")
    mixed = "SELECT count(*) FROM vector JOIN space ON id = space_id WHERE length(value) != 2 * dimensions"
    assert db.run(mixed) == [(0,)]
    assert db.run("SELECT count(DISTINCT fingerprint) = count(*) FROM space") == [(1,)]
    db.close()


def test_fault_62_sentences_of_another_encoder_are_not_compared_with_those_of_this_one(
    known: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with App(known) as app:
        old = app.encoder.space
        assert len(app.stores.vectors.ids(old)) == COUNT
        new = Space(old.name, old.kind, old.dimensions, "0" * 64)
        monkeypatch.setattr(type(app.encoder), "space", new)
        # Until its own are there the new one has none, and all wait for it; the old ones stay what they are.
        assert len(app.stores.neighbours.open(app.encoder.space)) == 0
        assert len(app.stores.vectors.outdated_texts(new)) == COUNT
        assert len(app.stores.vectors.ids(old)) == COUNT
