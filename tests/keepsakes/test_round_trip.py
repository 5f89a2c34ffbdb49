"""What a person made comes back whole from its file: elsewhere, twice, and when the music comes later."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vibe_desktop.domain import MoodRequest, PlaylistEntry, PlaylistLine, Tags
from vibe_desktop.keepsakes import form
from vibe_desktop.keepsakes.gathering import gather
from vibe_desktop.keepsakes.merging import merge, settle
from vibe_desktop.keepsakes.things import Keepsakes
from vibe_desktop.library.codec import dump_request
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.saved import PlaylistStore
from vibe_desktop.library.tastes import TasteStore
from vibe_desktop.library.tracks import TrackStore

MOST = 6
FIRST_ID = {"here": 1, "there": 1000, "third": 2000}
SOME = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
MOMENTS = st.floats(0, 2e9)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
LISTENS = st.lists(st.tuples(MOMENTS, st.floats(0, 1e4), st.booleans()), max_size=3)
NUMBERS = st.integers(0, MOST - 1)
LINES = st.builds(PlaylistLine, TEXTS.filter(bool), TEXTS, st.none() | st.floats(0, 1e4))
ENTRIES = st.lists(st.tuples(st.none() | NUMBERS, TEXTS, LINES), max_size=5)
REQUESTS = st.none() | st.builds(
    MoodRequest,
    text=TEXTS,
    mood=TEXTS,
    avoid=st.tuples(TEXTS),
    like=st.tuples(NUMBERS),
    seed=st.integers(0, 9),
)


def persons(requests: st.SearchStrategy[MoodRequest | None]) -> st.SearchStrategy[Any]:
    """Generate what a person did with songs 0 to `MOST`: likes, listens, captions, playlists."""
    playlists = st.tuples(TEXTS, TEXTS, requests, ENTRIES, MOMENTS)
    return st.tuples(
        st.dictionaries(NUMBERS, MOMENTS),
        st.dictionaries(NUMBERS, LISTENS),
        st.dictionaries(NUMBERS, TEXTS),
        st.lists(playlists, max_size=3, unique_by=lambda made: made[4]),
    )


class Libraries:
    """Three libraries that are used again and again: `here`, `there` with other ids, and `third`."""

    def __init__(self, folder: Path) -> None:
        self.folders = {name: os.fspath(Path(os.sep) / name / "songs") for name in FIRST_ID}
        self.databases = {name: Database.open(folder / name / "library.sqlite3") for name in FIRST_ID}
        for name, db in self.databases.items():
            db.run("INSERT INTO root (path, added_at) VALUES (?, 0)", (os.fsencode(self.folders[name]),))

    def anew(self, name: str, count: int = MOST) -> Database:
        """Return a library with so many songs that nobody did anything with."""
        db = self.databases[name]
        with db.transaction():
            for table in ("playlist", "waiting_keepsake", "track", "words"):
                db.run(f"DELETE FROM {table}")
            self.add_songs(name, count)
        return db

    def add_songs(self, name: str, count: int = MOST) -> None:
        add_songs(self.databases[name], self.folders[name], range(count), FIRST_ID[name])


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Libraries]:
    opened = Libraries(tmp_path_factory.mktemp("libraries"))
    yield opened
    for db in opened.databases.values():
        db.close()


def add_songs(db: Database, folder: str, numbers: Sequence[int], first_id: int = 1) -> None:
    for number in numbers:
        path = os.fsencode(Path(folder) / f"album {number // 3}" / f"{number}.flac")
        db.run(
            "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
            " VALUES (?, 1, ?, 1, 1, 1, ?, 0)",
            (first_id + number, path, number),
        )
        tags = Tags(
            title=f"Song {number}", artist="Ida Marsh", album=f"Album {number // 3}", seconds=60.0 + number
        )
        TrackStore(db).store_tags([(first_id + number, tags, b"audio %d" % number)], lambda _: ())


def live(db: Database, person: Any, first_id: int = 1) -> None:
    """Let a person like, play, describe and collect songs, numbered from 0."""
    likes, listens, captions, playlists = person
    with db.transaction():
        for number, at in likes.items():
            db.run("INSERT INTO liked VALUES (?, ?)", (first_id + number, at))
        tastes = TasteStore(db)
        for number, each in listens.items():
            for at, seconds, skipped in each:
                (tastes.record_skip if skipped else tastes.record_play)(first_id + number, at, seconds)
        for number, caption in captions.items():
            DescriptionStore(db).set_own(first_id + number, caption)
        for name, mood, request, entries, made_at in playlists:
            wanted = request and replace(request, like=tuple(first_id + each for each in request.like))
            made = PlaylistStore(db).create(
                name,
                [PlaylistEntry(None if n is None else first_id + n, why, line) for n, why, line in entries],
                mood=mood,
                request_json=dump_request(wanted) if wanted else "",
            )
            db.run("UPDATE playlist SET made_at = ?1, changed_at = ?1 WHERE id = ?2", (made_at, made))


def person_of(db: Database) -> Keepsakes:
    """Return everything a person made, the places of folders left out."""
    made = gather(db)
    named = {
        each.identity.path: replace(each, identity=replace(each.identity, folder="")) for each in made.tracks
    }
    assert len(named) == len(made.tracks)
    return replace(made, tracks=tuple(named.values()))


def carried(db: Database) -> Keepsakes:
    """Return what comes out of the file that a library is written to."""
    return form.load(form.dump(gather(db)))


@SOME
@given(persons(REQUESTS))
def test_what_is_exported_is_imported_into_a_library_with_the_same_music(
    libraries: Libraries, person: Any
) -> None:
    here, there = libraries.anew("here"), libraries.anew("there")
    live(here, person)
    before = person_of(here)

    merge(there, carried(here))

    assert person_of(there) == before
    merge(there, carried(here))
    assert person_of(there) == before
    assert person_of(here) == before


@SOME
@given(persons(st.none()))
def test_what_comes_before_its_music_waits_for_it(libraries: Libraries, person: Any) -> None:
    here, there, third = libraries.anew("here"), libraries.anew("there", count=0), libraries.anew("third")
    live(here, person)
    merge(there, carried(here))
    merge(there, carried(here))

    merge(third, carried(there))  # handed on by who never had the music
    assert person_of(third) == person_of(here)
    libraries.add_songs("there")
    settle(there)

    assert person_of(there) == person_of(here)
    assert settle(there) == 0


@SOME
@given(persons(REQUESTS), persons(REQUESTS))
def test_nothing_of_the_importing_side_is_lost(libraries: Libraries, mine: Any, theirs: Any) -> None:
    here, there = libraries.anew("here"), libraries.anew("there")
    live(here, mine)
    live(there, theirs, FIRST_ID["there"])
    before = person_of(here)

    merge(here, carried(there))

    after = person_of(here)
    kept = {each.identity.path: each.kept for each in after.tracks}
    for each in before.tracks:
        assert kept[each.identity.path] == each.kept.joined(kept[each.identity.path])
    assert {each.made_at for each in before.playlists} <= {each.made_at for each in after.playlists}
    merge(here, carried(there))
    assert person_of(here) == after
