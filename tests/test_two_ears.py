"""A library moves over to the better ear and back: nothing is lost, everything tells which ear it is."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from music_folder import SONGS, make_music
from own_models import link_models
from program import Program, copied, new_program
from tiny_clap import Made, install_tiny_clap
from vibe_desktop.app import App
from vibe_desktop.background.fresh import FreshEngine
from vibe_desktop.domain import Cancelled, FloatMatrix, IdArray, Space
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.codec import load_labels
from vibe_desktop.moods import coverage, ears_together
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

COUNT = len(SONGS)
MOODS = ("calm piano", "loud metal with drums", "techno", "a quiet evening")


@pytest.fixture(scope="module")
def by_musicnn(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Program:
    """Return a program whose library MusiCNN has heard; its models can be added to."""
    folder = tmp_path_factory.mktemp("ears")
    make_music(folder / "music", seconds=6.0)
    program = new_program(folder, None)
    link_models(models_folder, program.profile / "models")
    program.json("index", folder / "music", "--workers", "1")
    return program


@pytest.fixture(scope="module")
def by_both(by_musicnn: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return a program with CLAP besides, whose library both have heard."""
    program = copied(by_musicnn, tmp_path_factory.mktemp("both"))
    install_tiny_clap(program.profile / "models")
    program.json("index", "--workers", "1")
    return program


@pytest.fixture
def moving(by_both: Program, tmp_path: Path) -> Program:
    """Return a program whose library CLAP has heard a half of."""
    program = copied(by_both, tmp_path)
    with App(Profile(program.profile)) as app:
        _unhear(app, app.stores.tracks.ids().tolist()[::2])
    return program


def _unhear(app: App, ids: list[int]) -> None:
    [space] = app.stores.db.run("SELECT id FROM space WHERE name = 'clap'")
    for table in ("vector", "hearing", "heard_window"):
        app.stores.db.run_many(
            f"DELETE FROM {table} WHERE space_id = ? AND track_id = ?", [(*space, each) for each in ids]
        )
    app.stores.db.run("UPDATE space SET generation = generation + 1 WHERE id = ?", space)


def entries(program: Program, mood: str, *options: str) -> list[int]:
    return [entry["id"] for entry in program.json("queue", mood, *options)["entries"]]


def test_what_clap_heard_is_kept_with_its_windows_and_named(by_both: Program) -> None:
    with App(Profile(by_both.profile)) as app:
        choice = app.ear()
        assert [ear.space.name for ear in choice.ears] == ["clap", "musicnn"]
        ids = app.stores.tracks.ids().tolist()
        clap, musicnn = (ear.space for ear in choice.ears)
        kept = app.stores.vectors.windows(clap, ids)
        assert [each.shape for each in kept] == [(1, clap.dimensions)] * COUNT  # the songs are short
        assert app.summary().counts.heard == {clap.fingerprint: COUNT, musicnn.fingerprint: COUNT}
        [(named,)] = app.stores.db.run("SELECT named FROM space WHERE name = 'clap'")
        assert named
    again = by_both.json("index", "--workers", "1")
    assert (again["heard"], again["captioned"], again["embedded"]) == (0, 0, 0)


def test_what_clap_heard_elsewhere_comes_with_its_windows_and_is_named_among_all(
    by_both: Program, moving: Program
) -> None:
    report = moving.json("index", "--workers", "1", "--heard-in", by_both.profile)

    assert (report["taken_over"], report["heard"]) == (COUNT - COUNT // 2, 0)
    with App(Profile(moving.profile)) as here, App(Profile(by_both.profile)) as there:
        for table in ("hearing", "heard_window", "caption"):
            everything = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert here.stores.db.run(everything) == there.stores.db.run(everything)


def test_the_library_and_the_models_tell_which_ear_serves(
    by_musicnn: Program, by_both: Program, moving: Program
) -> None:
    told = {
        name: program.json("library")["ear"]
        for name, program in (("musicnn", by_musicnn), ("both", by_both), ("moving", moving))
    }
    assert {name: each["serving"] for name, each in told.items()} == {
        "musicnn": ["musicnn"],
        "both": ["clap"],
        "moving": ["clap", "musicnn"],
    }
    assert told["moving"]["heard"] == {"clap": COUNT // 2, "musicnn": COUNT}
    assert told["both"]["coverage"] == f"CLAP has heard {COUNT} of {COUNT} tracks and serves alone."
    shown = moving("library")
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert f"CLAP heard {COUNT // 2} of {COUNT}" in rows
    assert f"MusiCNN heard {COUNT} of {COUNT}" in rows
    assert "MusiCNN" in shown.splitlines()[-1]
    assert "CLAP is the best ear there is" in moving("models", "status")


def test_an_explained_queue_says_which_ear_and_why(by_both: Program, moving: Program) -> None:
    assert "CLAP is the best ear there is, and it is installed." in by_both("queue", "calm", "--explain")
    assert "and serves alone." in by_both("queue", "calm", "--explain")
    shown = moving("queue", "calm", "--explain")
    assert f"CLAP has heard {COUNT // 2} of {COUNT} tracks" in shown
    assert "MusiCNN serves" in shown
    answer = moving.json("queue", "calm", "--mode", "classic")
    assert (answer["mode"], answer["ear"]["name"], answer["ear"]["serving"]) == (
        "classic",
        "clap",
        ["clap", "musicnn"],
    )


def test_where_no_ear_counts_none_is_named(by_both: Program) -> None:
    shown = by_both("queue", "calm", "--mode", "text", "--explain")
    assert "only descriptions count" in shown
    assert "CLAP" not in shown


def test_a_file_two_ears_cannot_hear_is_one_file(by_both: Program, tmp_path: Path) -> None:
    program = copied(by_both, tmp_path)
    with App(Profile(program.profile)) as app:
        track, *_ = app.stores.tracks.ids().tolist()
        for ear, reason in (("clap", "It is silent."), ("musicnn", "It is silent."), ("another", "Odd.")):
            app.stores.db.run("INSERT INTO failure VALUES (?, ?, ?, 1, 1, 0)", (track, f"hear:{ear}", reason))
    shown = program("library")
    assert "1 file could not be used" in shown
    assert (shown.count("It is silent."), shown.count("Odd.")) == (1, 1)


def test_while_moving_over_every_track_has_a_place_by_sound(
    moving: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "FEW", 3)
    monkeypatch.setattr(ears_together, "FEW", 3)
    with App(Profile(moving.profile)) as app:
        for mood in MOODS:
            queue = app.engine().answer(parse(mood, app.vocabulary))
            places = sorted(entry.ear_rank for entry in queue.entries if entry.ear_rank)
            assert len(places) == len(queue.entries)


@pytest.mark.parametrize("mood", MOODS)
def test_switching_back_is_instant_and_answers_as_before(
    mood: str, by_musicnn: Program, by_both: Program, moving: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with App(Profile(by_musicnn.profile)) as before, App(Profile(by_both.profile)) as after:
        choice = after.ear("musicnn")
        assert [ear.space.name for ear in choice.ears] == ["musicnn"]
        places = [
            {entry.track.tags.title: entry.ear_rank for entry in app.engine(choice).answer(request).entries}
            for app, choice, request in (
                (before, before.ear(), parse(f"{mood}, 10 songs", before.vocabulary)),
                (after, choice, parse(f"{mood}, 10 songs", after.vocabulary)),
            )
        ]
    both = places[0].keys() & places[1].keys()
    assert {title: places[0][title] for title in both} == {title: places[1][title] for title in both}


def test_only_the_serving_ears_vectors_are_in_memory(
    by_both: Program, moving: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    matrix = VectorStore.float_matrix

    def noted(store: VectorStore, space: Space) -> tuple[IdArray, FloatMatrix]:
        read.append(space.name)
        return matrix(store, space)

    monkeypatch.setattr(VectorStore, "float_matrix", noted)
    for program, ears in ((moving, ["clap", "musicnn"]), (by_both, ["clap"])):
        read.clear()
        with App(Profile(program.profile)) as app:
            app.senses()
        assert read == ears


def test_an_engine_follows_ears_that_come_and_go(by_both: Program, tmp_path: Path) -> None:
    program = copied(by_both, tmp_path)
    folder = program.profile / "models" / "clap"
    with App(Profile(program.profile)) as app:
        fresh = FreshEngine(app)
        first = fresh.get("auto")
        fresh._fresh_until = 0.0
        assert fresh.get("auto") is first
        # However new an engine is, it hears with no ear that is gone: that would find no networks.
        for move in ((folder, tmp_path / "aside"), (tmp_path / "aside", folder)):
            fresh._fresh_until = math.inf
            before = fresh.get("auto")
            shutil.move(*move)
            after = fresh.get("auto")
            assert after is not None
            assert after is not before
            assert after.engine.answer(parse("calm piano", app.vocabulary)).entries


def test_an_unfit_ear_hears_nothing_and_the_other_goes_on(by_musicnn: Program, tmp_path: Path) -> None:
    program = copied(by_musicnn, tmp_path)
    install_tiny_clap(program.profile / "models", Made.RANDOM)
    assert program.json("index", "--workers", "1")["heard"] == 0
    answer = program.json("queue", "calm")
    assert answer["ear"]["name"] == "musicnn"
    assert "so it is not used" in answer["ear"]["reason"]
    assert "it is not used" in program.complaint("queue", "calm", "--ear", "clap")
    assert "it is not used" in program("models", "status")


class _Stops(Progress):
    def advance(self, count: int = 1, note: str = "") -> None:
        super().advance(count, note)
        if self.stages()[-1].stage.startswith("Listening") and self.stages()[-1].done == 4:
            self.cancel()


def test_stopped_and_resumed_it_ends_as_if_undisturbed(
    by_musicnn: Program, by_both: Program, tmp_path: Path
) -> None:
    program = copied(by_musicnn, tmp_path)
    install_tiny_clap(program.profile / "models")
    with App(Profile(program.profile)) as app:
        with pytest.raises(Cancelled):
            app.index([], _Stops(), workers=1)
        app.index([], Progress(), workers=1)
        disturbed = _told(app)
    with App(Profile(by_both.profile)) as app:
        assert disturbed == _told(app)


def _told(app: App) -> dict[str, list[tuple[object, ...]]]:
    return {
        "captions": sorted(app.stores.db.run("SELECT track_id, sentence, terms, keywords FROM caption")),
        "vectors": sorted(app.stores.db.run("SELECT track_id, value FROM vector")),
        "labels": sorted(
            # By their names: how sure the ear is, is told as it was when they were chosen.
            (space, track, *(label.name for label in load_labels(labels)))
            for space, track, labels in app.stores.db.run("SELECT space_id, track_id, labels FROM hearing")
        ),
        "windows": sorted(app.stores.db.run("SELECT track_id, value FROM heard_window")),
    }
