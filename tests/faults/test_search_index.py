"""The search index is a cache: damaged, outdated or of something else, it is made again, never believed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from audio_files import make_audio, tone
from program import Program
from vibe_desktop.app import App
from vibe_desktop.background.mind import Mind
from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import Space, SpaceKind, VibeError
from vibe_desktop.index.neighbours import NeighbourCache
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

SMALL = 5
"""With this few songs the library has an index already, in these tests."""


@pytest.fixture
def app(known: Profile) -> Iterator[App]:
    """Return a library of ten songs that has an index as one of 50,000 does."""
    with App(known) as opened:
        _index_early(opened)
        opened.index([], Progress(), listen=False)
        assert uses_index(opened)
        yield opened


def _embedded(app: App) -> NeighbourCache:
    assert isinstance(app.stores.neighbours, NeighbourCache)
    return app.stores.neighbours


def _index_early(app: App) -> None:
    _embedded(app)._exact_below = SMALL


def uses_index(app: App) -> bool:
    return _embedded(app).open(app.encoder.space)._graph is not None


def index_file(app: App) -> Path:
    [file] = app.profile.index.iterdir()
    return file


def answers(app: App, mood: str = "calm piano") -> list[str]:
    queue = app.engine().answer(parse(mood, app.vocabulary))
    return [entry.track.tags.title for entry in queue.entries]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def another_dimension(file: Path) -> None:
    import onnxruntime  # noqa: F401 - before usearch, which it does not bear to follow
    from usearch.index import Index

    index = Index(ndim=8, metric="cos", dtype="f16")
    index.add(np.arange(10), np.ones((10, 8), np.float16))
    index.save(str(file))


@pytest.mark.parametrize("harm", [cut, flip, empty, another_dimension, Path.unlink])
def test_fault_51_a_damaged_index_is_made_again_and_text_is_searched_meanwhile(
    app: App, harm: Callable[[Path], None]
) -> None:
    harm(index_file(app))

    assert not uses_index(app)
    assert "Lullaby" in answers(app)

    app.index([], Progress(), listen=False)
    assert uses_index(app)


def test_fault_51_an_index_of_another_model_is_not_taken_for_this_one(app: App) -> None:
    space = app.encoder.space
    other = Space("sbert", SpaceKind.TEXT, space.dimensions, "another fingerprint")
    ids, vectors = app.stores.vectors.float_matrix(space)
    with app.stores.db.transaction():
        app.stores.vectors.put(other, [(int(i), -v, b"") for i, v in zip(ids, vectors, strict=True)])
    ours = index_file(app)
    theirs = _embedded(app).build(other, *app.stores.vectors.matrix(other))
    shutil.copy(theirs, ours)

    assert not uses_index(app)
    app.index([], Progress(), listen=False)
    assert uses_index(app)
    # Of a model that is no longer there nothing is kept but what the library itself holds.
    assert index_file(app) != theirs


def test_fault_51_an_index_that_vanishes_while_it_is_looked_at_is_none(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = index_file(app)

    def vanishing(path: Path) -> str:
        found = sha256_of(path)
        file.unlink()
        return found

    monkeypatch.setattr("vibe_desktop.index.neighbours.sha256_of", vanishing)
    assert not uses_index(app)
    assert not uses_index(app)


_KILLED_IN_BETWEEN = """
import os, sys
from pathlib import Path
from vibe_desktop.app import App
from vibe_desktop.index import neighbours
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

moment, save = sys.argv[2], neighbours._save
def dying(graph, file):
    if moment == "half":
        graph.save(str(file.with_suffix(".part")))
        os._exit(9)
    save(graph, file)
    os._exit(9)
neighbours._save = dying
with App(Profile(Path(sys.argv[1]))) as app:
    app.stores.neighbours._exact_below = 5
    app.stores.descriptions.set_own(1, "A lonely theremin.")
    app.index([], Progress(), listen=False)
"""


@pytest.mark.parametrize("moment", ["half", "unrecorded"])
def test_fault_52_killed_between_index_and_database_the_database_is_right(app: App, moment: str) -> None:
    before = index_file(app)
    command = [sys.executable, "-c", _KILLED_IN_BETWEEN, str(app.profile.folder), moment]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(list(app.profile.index.iterdir())) == 2
    assert not uses_index(app)
    assert "Lullaby" in answers(app)

    app.index([], Progress(), listen=False)
    assert uses_index(app)
    assert index_file(app) != before


@pytest.mark.parametrize("more", [True, False])
def test_fault_52_vectors_that_came_or_went_are_noticed(app: App, *, more: bool) -> None:
    space = app.encoder.space
    ids, vectors = app.stores.vectors.float_matrix(space)
    if more:
        app.stores.vectors.put(space, [(int(ids[0]), vectors[1], b"")])
    else:
        app.stores.db.run("DELETE FROM vector WHERE track_id = ?", (int(ids[0]),))

    assert not uses_index(app)
    app.index([], Progress(), listen=False)
    assert uses_index(app)
    found = app.stores.neighbours.open(space).nearest(vectors[0], 3)[0]
    assert ids[0] in found  # songs of one album may be described alike


def test_without_its_vector_server_everything_but_moods_goes_on(knowing: Program, tmp_path: Path) -> None:
    pytest.importorskip("qdrant_client")
    song = make_audio(tmp_path / "music" / "new.flac", signal=tone(0.5, 700.0), title="New")
    (tmp_path / "mine.m3u").write_text(f"{song}\n")
    with App(Profile(knowing.profile)) as app:
        app.import_playlist(tmp_path / "mine.m3u")
    settings = knowing.profile / "settings.json"
    settings.write_text('{"vector_index": "http://127.0.0.1:9#mine"}')

    said = knowing("index", song.parent, "--no-listen")

    assert "1 read" in said
    assert "Moods do not know of it yet. The vector server did not answer as it should: " in said
    assert "The vector server did not answer as it should: " in knowing.complaint("queue", "calm")
    with App(Profile(knowing.profile)) as app:
        assert [each.unresolved for each in app.playlists.all()] == [0]
        again = app.index([], progress := Progress(), listen=False, workers=1)
        assert again.unsearchable
        assert any("take vector_index out of the settings" in notice for notice in progress.notices())
        with pytest.raises(VibeError, match="vector server"):
            Mind(app).queue(parse("calm", app.vocabulary), (), "auto")

    settings.write_text("{}")
    with App(Profile(knowing.profile)) as app:
        assert app.index([], Progress(), listen=False, workers=1).unsearchable == ""
        assert "New" in answers(app, "new")
