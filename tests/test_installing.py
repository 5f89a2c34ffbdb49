"""Models that come and go, together with the library and the self-test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from libraries import add_tracks, unit_rows
from vibe_desktop.app import App
from vibe_desktop.domain import Space, SpaceKind, VibeError
from vibe_desktop.library.database import Database
from vibe_desktop.models.ears import CLAP
from vibe_desktop.models.installed import open_model
from vibe_desktop.models.self_test import VERDICT_FILE, Verdict, write_verdict
from vibe_desktop.models.status import ModelState, ModelStatus, status
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress


@pytest.fixture
def app(tmp_path: Path, models_folder: Path) -> Iterator[App]:
    """Give a profile with MusiCNN and the encoder, both of which tests may remove."""
    profile = Profile(tmp_path / "profile")
    shutil.copytree(models_folder / "musicnn", profile.models / "musicnn")
    (profile.models / "sbert").symlink_to(models_folder / "sbert", target_is_directory=True)
    with App(profile) as app:
        yield app


def clap(app: App) -> ModelStatus:
    return next(each for each in status(app.profile.models) if each.name == CLAP)


def install(app: App, source: Path) -> Progress:
    progress = Progress()
    [entry] = app.install([CLAP], progress, source)
    assert entry.name == CLAP
    return progress


def heard(app: App) -> None:
    """Let CLAP have heard a hundred tracks, however."""
    app.stores.db.run("DELETE FROM track")
    ids = add_tracks(app.stores.db, 100)
    space = Space(CLAP, SpaceKind.EAR, 512, "tiny")
    rows = [(i, row, b"") for i, row in zip(ids, unit_rows(100, 512), strict=True)]
    with app.stores.db.transaction():
        app.stores.vectors.put(space, rows)
        app.stores.vectors.put_windows(space, [(i, unit_rows(6, 512, i)) for i in ids])


def test_a_good_ear_is_examined_at_once_and_serves(app: App, stick: Path) -> None:
    progress = install(app, stick / "good")

    assert progress.notices() == ()
    assert "Trying out the ear" in [stage.stage for stage in progress.stages()]
    assert (app.profile.models / CLAP / VERDICT_FILE).exists()
    assert clap(app).state is ModelState.READY
    assert app.ear().reason == "CLAP is the best ear there is, and it is installed."


@pytest.mark.parametrize("made", ["random", "swapped"])
def test_an_ear_of_no_use_is_installed_told_and_refused(app: App, stick: Path, made: str) -> None:
    [told] = install(app, stick / made).notices()

    assert told.endswith("MusiCNN goes on listening.")
    assert "--from" in told or "models install clap" in told
    refused = clap(app)
    assert refused.state is ModelState.UNFIT
    assert told.startswith(refused.detail)
    assert refused.lacking
    assert "models install clap" in refused.remedy
    choice = app.ear()
    assert choice.ear is not None
    assert choice.ear.space.name == "musicnn"

    assert install(app, stick / made).notices() == (told,)


def test_a_refused_ear_that_is_installed_again_is_examined_again(app: App, stick: Path) -> None:
    install(app, stick / "good")
    write_verdict(open_model(app.profile.models, CLAP), Verdict(passed=False, reason="It had a bad day."))
    assert clap(app).state is ModelState.UNFIT
    progress = install(app, stick / "good")
    assert [stage.stage for stage in progress.stages()] == ["Trying out the ear"]
    assert clap(app).state is ModelState.READY


def test_better_networks_take_the_place_of_refused_ones(app: App, stick: Path) -> None:
    install(app, stick / "random")
    assert install(app, stick / "good").notices() == ()
    assert clap(app).state is ModelState.READY


def test_an_export_shows_whose_it_is(app: App, stick: Path, tmp_path: Path) -> None:
    own = shutil.copytree(stick / "good", tmp_path / "own")
    manifest = json.loads((own / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"title": "CLAP of mine", "settings": manifest["settings"] | {"origin": "my checkpoint.pt"}}
    (own / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    install(app, own)

    assert (clap(app).title, clap(app).origin) == ("CLAP of mine", "my checkpoint.pt")
    assert "Apache" not in clap(app).licence


def test_removing_an_ear_takes_what_it_heard_and_gives_the_room_back(app: App, stick: Path) -> None:
    install(app, stick / "good")
    heard(app)
    app.stores.db.connection.wal_checkpoint()
    before = app.profile.database.stat().st_size
    taken = app.room_taken(CLAP)
    files = sum(path.stat().st_size for path in (app.profile.models / CLAP).iterdir())
    assert taken >= files + 100 * 7 * 1024

    assert app.remove(CLAP, progress := Progress()) == taken

    assert clap(app).state is ModelState.MISSING
    assert not list(app.profile.models.glob("clap*"))
    assert app.room_taken(CLAP) == 0
    assert app.profile.database.stat().st_size < before - 500_000
    assert progress.notices() == ()
    assert app.ear().reason == "MusiCNN is the ear that is installed."
    assert app.stores.tracks.counts().tracks == 100


def test_what_it_heard_goes_even_where_its_files_are_gone_already(app: App, stick: Path) -> None:
    heard(app)
    assert app.remove(CLAP, Progress()) == 100 * 7 * 1024
    assert app.room_taken(CLAP) == 0


def test_half_a_download_goes_as_well(app: App) -> None:
    part = app.profile.models / "downloads" / CLAP / "0123-audio.onnx.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(1_000))
    assert app.remove(CLAP, Progress()) == 1_000
    assert not part.exists()


def test_what_a_killed_removal_left_goes_as_well(app: App) -> None:
    left = app.profile.models / f"{CLAP}.part" / "audio.onnx"
    left.parent.mkdir(parents=True)
    left.write_bytes(bytes(1_000))
    assert app.remove(CLAP, Progress()) == 1_000
    assert not left.parent.exists()


def test_what_is_not_there_cannot_be_removed(app: App) -> None:
    with pytest.raises(VibeError, match="CLAP is not installed"):
        app.remove(CLAP, Progress())
    with pytest.raises(VibeError, match="no model called"):
        app.remove("whisper", Progress())
    assert not app.profile.database.exists()


def test_a_library_that_others_read_keeps_its_size_and_the_model_goes(
    app: App, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(app, stick / "good")
    heard(app)
    # What another program that writes at that moment brings about, which no test can time.
    monkeypatch.setattr(Database, "give_back", lambda _: False)

    app.remove(CLAP, progress := Progress())

    assert clap(app).state is ModelState.MISSING
    assert "keeps its size" in progress.notices()[0]


def test_nothing_is_removed_while_another_process_works(app: App) -> None:
    with FileLock(app.profile.lock), pytest.raises(VibeError, match="already working"):
        app.remove("musicnn", Progress())
    assert open_model(app.profile.models, "musicnn")


def test_a_default_model_can_be_removed_too(app: App) -> None:
    app.remove("musicnn", Progress())
    assert app.ear().ear is None


def test_a_model_that_is_a_link_goes_and_what_it_leads_to_stays(app: App, models_folder: Path) -> None:
    app.remove("sbert", Progress())
    assert not (app.profile.models / "sbert").exists()
    assert open_model(models_folder, "sbert")
