"""What an ear names by comparing the library is the same in the end, however the library was heard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comparing_ear import ComparingEar, HearingNames
from libraries import add_tracks
from music_folder import SONGS, make_music
from vibe_desktop.app import App
from vibe_desktop.domain import Cancelled, FloatMatrix, Hearing, TrackId
from vibe_desktop.index import indexer
from vibe_desktop.index import naming as module
from vibe_desktop.index.naming import Naming
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.models.ears import EarChoice
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

HALF = len(SONGS) // 2


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> ComparingEar:
    """Let every app listen with this ear."""
    found = ComparingEar()
    monkeypatch.setattr(indexer, "Listening", HearingNames)
    monkeypatch.setattr(indexer, "_HEARD_BATCH", 3)
    monkeypatch.setattr(App, "ear", lambda *_, **__: EarChoice(found, "It is asked for."))
    return found


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("naming") / "music"
    make_music(folder)
    return folder


def opened(folder: Path, models_folder: Path) -> App:
    profile = Profile(folder)
    profile.folder.mkdir(exist_ok=True)
    if not profile.models.exists():
        profile.models.symlink_to(models_folder, target_is_directory=True)
    return App(profile)


def told(app: App) -> dict[str, tuple[tuple[str, ...], str, bytes]]:
    """Return what is told of every track: its labels, its caption, the caption's vector."""
    tracks = app.stores.tracks.tracks(app.stores.tracks.ids().tolist())
    ids, vectors = app.stores.vectors.matrix(app.encoder.space)
    rows = dict(zip(ids.tolist(), vectors, strict=True))
    return {
        track.tags.title: (
            tuple(label.name for label in track.labels),
            track.caption.sentence,
            rows[track.id].tobytes(),
        )
        for track in tracks
    }


def test_labels_come_from_the_whole_library_and_captions_tell_them(
    music: Path, tmp_path: Path, models_folder: Path, ear: ComparingEar
) -> None:
    with opened(tmp_path / "profile", models_folder) as app:
        app.index([music], Progress(), workers=1)
        ids = app.stores.tracks.ids().tolist()

        labels = [names for names, _, _ in told(app).values()]
        assert labels.count(("flute",)) == labels.count(("cello",)) == HALF
        assert all(names[0] in sentence.lower() for names, sentence, _ in told(app).values())
        assert [len(each) for each in app.stores.vectors.windows(ear.space, ids)] == [3] * len(ids)
        assert ear.asked[-1] == len(SONGS)


def test_a_run_over_an_unchanged_library_names_nothing(
    music: Path, tmp_path: Path, models_folder: Path, ear: ComparingEar
) -> None:
    with opened(tmp_path / "profile", models_folder) as app:
        app.index([music], Progress(), workers=1)
        asked, progress = len(ear.asked), Progress()
        report = app.index([], progress, workers=1)

        assert (report.heard, report.captioned, report.embedded) == (0, 0, 0)
        assert len(ear.asked) == asked
        assert "Naming what was heard" not in [stage.stage for stage in progress.stages()]


class _Stops(Progress):
    """Stops after so many tracks were heard."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def advance(self, count: int = 1, note: str = "") -> None:
        super().advance(count, note)
        if self.stages()[-1].stage.startswith("Listening") and self.stages()[-1].done == self._after:
            self.cancel()


def _crash(*_: object) -> None:
    raise Crash


class Crash(Exception):  # noqa: N818
    """The program ends between two writes."""


def test_stopped_in_between_and_resumed_it_ends_as_if_undisturbed(
    music: Path, tmp_path: Path, models_folder: Path, ear: ComparingEar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "undisturbed", models_folder) as app:
        app.index([music], Progress(), workers=1)
        undisturbed = told(app)
    with opened(tmp_path / "disturbed", models_folder) as app:
        for after in (1, 4):
            with pytest.raises(Cancelled):
                app.index([music], _Stops(after), workers=1)
        for crash in ("rename", "note_named"):
            with monkeypatch.context() as patch:
                patch.setattr(DescriptionStore, crash, _crash)
                with pytest.raises(Crash):
                    app.index([music], Progress(), workers=1)
        app.index([music], Progress(), workers=1)
        assert told(app) == undisturbed


def test_only_tracks_named_otherwise_are_described_and_embedded_anew(
    music: Path, tmp_path: Path, models_folder: Path, ear: ComparingEar
) -> None:
    copy = tmp_path / "music"
    shutil.copytree(music, copy)
    late = sorted(path for path in copy.rglob("*") if path.is_file())[:2]
    for path in late:
        path.rename(tmp_path / path.name)
    with opened(tmp_path / "profile", models_folder) as app:
        app.index([copy], Progress(), workers=1)
        before = told(app)
        for path in late:
            (tmp_path / path.name).rename(path)
        report = app.index([copy], Progress(), workers=1)
        after = told(app)

    changed = [title for title in before if before[title] != after[title]]
    assert report.heard == 2
    assert report.captioned == len(changed) + 2
    assert len(changed) < len(before)


def test_how_sure_the_ear_is_makes_no_work(
    music: Path, tmp_path: Path, models_folder: Path, ear: ComparingEar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "profile", models_folder) as app:
        app.index([music], Progress(), workers=1)
        before = told(app)
        monkeypatch.setattr(ear, "sure", 0.75)
        monkeypatch.setattr(ear, "names_by", "brightness, surer")
        progress = Progress()
        report = app.index([], progress, workers=1)

        assert "Naming what was heard" in [stage.stage for stage in progress.stages()]
        assert (report.captioned, report.embedded) == (0, 0)
        assert told(app) == before
        assert not app.stores.descriptions.keywords_due()


def test_a_later_run_names_a_few_new_tracks_without_all_the_others(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_COMPARED", 20)
    ids, ear, stores = add_tracks(db, 103), ComparingEar(), (VectorStore(db), DescriptionStore(db))
    hear(db, ids[:100])
    Naming(*stores, ear, "r").all()
    hear(db, ids[100:])
    Naming(*stores, ear, "r").some(ids[100:])
    [_, few] = ear.asked
    assert 20 <= few <= 23
    Naming(*stores, ear, "another").some(ids[100:])
    assert ear.asked == [100, few, 103]


def test_nothing_is_asked_about_an_empty_library(db: Database) -> None:
    ear = ComparingEar()
    assert Naming(VectorStore(db), DescriptionStore(db), ear, "r").all() == []
    assert ear.asked == []


def test_when_the_better_ear_is_gone_the_captions_tell_the_others_words_again(
    music: Path, tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "profile", models_folder) as app:
        app.index([music], Progress(), workers=2)
        by_musicnn = told(app)
        with monkeypatch.context() as patch:
            patch.setattr(indexer, "Listening", HearingNames)
            patch.setattr(App, "ear", lambda *_, **__: EarChoice(ComparingEar(), "It is asked for."))
            app.index([], Progress(), workers=1)
            assert {names for names, _, _ in told(app).values()} == {("flute",), ("cello",)}
        app.stores.db.run("DELETE FROM space WHERE name = 'clap'")
        report = app.index([], Progress(), workers=1)

        assert report.heard == 0
        assert told(app) == by_musicnn


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "library.sqlite3")
    yield database
    database.close()


def hear(db: Database, ids: list[TrackId]) -> None:
    store, space = VectorStore(db), ComparingEar.space
    for track_id in ids:
        hearing: Hearing = HearingNames("", "")(os.fsencode(f"{track_id}.mp3"))
        store.put(space, [(track_id, hearing.vector, b"")])
        DescriptionStore(db).store_hearings(store.space_id(space), [(track_id, hearing)])


def test_few_new_tracks_are_named_among_some_and_a_quarter_more_names_them_all(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_COMPARED", 20)
    ids, ear = add_tracks(db, 140), ComparingEar()
    naming = Naming(VectorStore(db), DescriptionStore(db), ear, "r")
    compared = []
    for start, stop in ((0, 100), (100, 110), (110, 120), (120, 140)):
        hear(db, ids[start:stop])
        naming.some(ids[start:stop])
        compared.append(ear.asked[-1])
        assert all(track.labels for track in TrackStore(db).tracks(ids[:stop]))
    assert compared[0] == 100
    assert 20 <= compared[1] <= 30
    assert 20 <= compared[2] <= 30
    assert compared[3] == 140


def test_another_recipe_names_all_anew(db: Database) -> None:
    ids, ear = add_tracks(db, 10), ComparingEar()
    hear(db, ids)
    stores = VectorStore(db), DescriptionStore(db)
    assert Naming(*stores, ear, "r").due
    assert sorted(Naming(*stores, ear, "r").all()) == ids
    assert not Naming(*stores, ear, "r").due
    assert Naming(*stores, ear, "another").due
    assert Naming(*stores, ear, "another").all() == []
    ear.names_by = "other sentences"
    assert Naming(*stores, ear, "another").due


def test_an_ear_that_names_while_it_hears_is_not_asked_about_the_library(db: Database) -> None:
    class Plain(ComparingEar):
        names_by = ""

        def name(self, vectors: FloatMatrix) -> None:  # type: ignore[override]
            self.asked.append(len(vectors))

    ids, ear = add_tracks(db, 10), Plain()
    hear(db, ids)
    naming = Naming(VectorStore(db), DescriptionStore(db), ear, "r")
    assert not naming.due
    assert naming.some(ids) == []
    assert ear.asked == []
