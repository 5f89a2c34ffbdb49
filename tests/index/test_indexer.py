"""A library grows from files to captions, vectors and hearings, once and no more than needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from audio_files import make_audio
from music_folder import SONGS, make_music
from vibe_desktop.app import App
from vibe_desktop.domain import Cancelled, InUseError, VibeError
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """Return a folder with music and a profile that knows it, to be copied by tests that change it."""
    folder = tmp_path_factory.mktemp("indexed")
    make_music(folder / "music")
    with opened(folder, models_folder) as app:
        app.index([folder / "music"], Progress(), workers=2)
    return folder


def opened(folder: Path, models_folder: Path) -> App:
    profile = Profile(folder / "profile")
    profile.folder.mkdir(exist_ok=True)
    if not profile.models.exists():
        profile.models.symlink_to(models_folder, target_is_directory=True)
    return App(profile)


@pytest.fixture
def app(indexed: Path, tmp_path: Path, models_folder: Path) -> Iterator[App]:
    """Open a copy of the indexed library; its music stays where it was."""
    shutil.copytree(indexed / "profile", tmp_path / "profile", symlinks=True)
    with opened(tmp_path, models_folder) as app:
        yield app


def test_every_track_is_read_captioned_embedded_and_heard(app: App) -> None:
    counts = app.summary().counts

    assert (counts.present, counts.tags_read, counts.captioned) == (len(SONGS),) * 3
    assert list(counts.embedded.values()) == [len(SONGS)] * 2  # by words and by sound
    assert list(counts.heard.values()) == [len(SONGS)]
    assert counts.failed == 0


def test_captions_tell_what_tags_and_ear_know(app: App) -> None:
    [track] = app.stores.tracks.find("Anvil")

    assert "metal" in track.caption.sentence.lower()
    assert "1980s" in track.caption.sentence
    assert track.caption.keywords


def test_a_second_run_does_nothing(app: App, indexed: Path) -> None:
    progress = Progress()

    report = app.index([indexed / "music"], progress, workers=1)

    assert (report.read, report.captioned, report.embedded, report.heard) == (0, 0, 0, 0)
    assert report.scan.found == len(SONGS)
    assert all("Listening" not in stage.stage for stage in progress.stages())


def test_stopping_keeps_what_was_done_and_the_next_run_completes(tmp_path: Path, models_folder: Path) -> None:
    make_music(tmp_path / "music")

    class StopsWhileListening(Progress):
        def advance(self, count: int = 1, note: str = "") -> None:
            super().advance(count, note)
            if self.stages()[-1].stage.startswith("Listening") and self.stages()[-1].done == 3:
                self.cancel()

    with opened(tmp_path, models_folder) as app:
        with pytest.raises(Cancelled):
            app.index([tmp_path / "music"], StopsWhileListening(), workers=1)
        assert list(app.summary().counts.heard.values()) == [3]
        assert app.stores.db.run("SELECT count(*) FROM attempt") == [(0,)]

        report = app.index([], Progress(), workers=1)

        assert report.heard == len(SONGS) - 3
        assert report.read == 0


def test_bad_files_are_listed_with_a_reason_and_the_rest_is_indexed(
    tmp_path: Path, models_folder: Path
) -> None:
    music = tmp_path / "music"
    make_audio(music / "good.flac", title="Good")
    (music / "empty.mp3").touch()
    (music / "page.mp3").write_text("<html>not found</html>", encoding="utf-8")
    (music / "cut.ogg").write_bytes(make_audio(tmp_path / "whole.ogg").read_bytes()[:300])

    with opened(tmp_path, models_folder) as app:
        app.index([music], Progress(), workers=1)
        summary = app.summary()

        assert summary.counts.present == 4
        assert {Path(failure.path).name for failure in summary.failures} == {
            "empty.mp3",
            "page.mp3",
            "cut.ogg",
        }
        assert all(failure.reason.endswith(".") for failure in summary.failures)
        assert [track.tags.title for track in app.stores.tracks.find("good")] == ["Good"]

        again = app.index([music], Progress(), workers=1)
        assert (again.read, again.failed) == (0, 0)


def test_a_moved_file_keeps_all_that_is_known_of_it(tmp_path: Path, models_folder: Path) -> None:
    music = tmp_path / "music"
    make_music(music)
    with opened(tmp_path, models_folder) as app:
        app.index([music], Progress(), workers=1)
        [before] = app.stores.tracks.find("Anvil")
        shutil.move(before.path, music / "elsewhere.mp3")

        report = app.index([music], Progress(), workers=1)
        [after] = app.stores.tracks.find("Anvil")

    assert after.id == before.id
    assert after.path == str(music / "elsewhere.mp3")
    assert (report.heard, report.read) == (0, 0)


def test_a_persons_own_caption_wins_and_is_searched(app: App) -> None:
    [track] = app.stores.tracks.find("Harbour")

    described = app.describe(track, "Seagulls over the harbour at dawn.")

    assert described.caption.sentence == "Seagulls over the harbour at dawn."
    assert described.caption.own
    neighbours = app.stores.neighbours.open(app.encoder.space)
    [query] = app.encoder.encode(["seagulls at dawn"])
    assert neighbours.nearest(np.asarray(query), 1)[0].tolist() == [track.id]

    assert not app.describe(track, "").caption.own


def _known(app: App) -> list[tuple[object, ...]]:
    """Return what the ear and the words say of every track, by its audio."""
    return app.stores.db.run(
        "SELECT content_key, space.name, value, spread, labels, sentence FROM track"
        " JOIN vector ON vector.track_id = track.id JOIN space ON space.id = space_id"
        " LEFT JOIN hearing USING (space_id, track_id) JOIN caption ON caption.track_id = track.id"
        " ORDER BY content_key, space.name"
    )


@pytest.fixture
def elsewhere(indexed: Path, tmp_path: Path) -> Profile:
    """Return the profile of another machine that has heard this music."""
    shutil.copytree(indexed / "profile", tmp_path / "elsewhere", symlinks=True)
    return Profile(tmp_path / "elsewhere")


def test_what_another_library_heard_of_the_same_music_is_taken_over(
    indexed: Path, elsewhere: Profile, tmp_path: Path, models_folder: Path
) -> None:
    shutil.copytree(indexed / "music", tmp_path / "brought along")
    copy = next((tmp_path / "brought along").rglob("*Anvil.mp3"))
    shutil.copy(copy, tmp_path / "brought along" / "anvil again.mp3")
    before = elsewhere.database.read_bytes()

    with opened(tmp_path, models_folder) as app:
        report = app.index([tmp_path / "brought along"], Progress(), elsewhere=[elsewhere])
        known = _known(app)
    with opened(indexed, models_folder) as there:
        assert set(known) == set(_known(there))
    assert (report.taken_over, report.heard) == (len(SONGS) + 1, 0)
    assert elsewhere.database.read_bytes() == before


def test_what_is_no_hearing_there_is_listened_to(
    indexed: Path, elsewhere: Profile, tmp_path: Path, models_folder: Path
) -> None:
    ear = "space_id = (SELECT id FROM space WHERE kind = 'ear') AND track_id ="
    with closing(Database.open(elsewhere.database)) as db:
        db.run(f"UPDATE vector SET value = substr(value, 2) WHERE {ear} 1")
        db.run(f"UPDATE vector SET value = zeroblob(200) WHERE {ear} 2")
        db.run(f"UPDATE vector SET source = x'00' WHERE {ear} 3")
        db.run(f"UPDATE hearing SET spread = x'007e' WHERE {ear} 4")
        db.run(f"UPDATE hearing SET labels = '[[1' WHERE {ear} 5")
        db.run(f"UPDATE hearing SET labels = '[7]' WHERE {ear} 6")
        db.run(f"UPDATE hearing SET labels = '[[7, \"much\"]]' WHERE {ear} 7")
        db.run(f"DELETE FROM hearing WHERE {ear} 8")

    with opened(tmp_path, models_folder) as app:
        report = app.index([indexed / "music"], Progress(), elsewhere=[elsewhere])
        known = _known(app)

    assert (report.taken_over, report.heard) == (len(SONGS) - 8, 8)
    with opened(indexed, models_folder) as there:
        assert known == _known(there)


def test_a_library_that_cannot_be_looked_into_is_told_before_anything_is_done(
    tmp_path: Path, models_folder: Path
) -> None:
    make_music(tmp_path / "music", seconds=1.0)
    old = Profile(tmp_path / "old")
    old.folder.mkdir()
    Database.open(old.database, version=3).close()
    with opened(tmp_path, models_folder) as app:
        for profile, says in ((old, "older version"), (Profile(tmp_path / "none"), "There is no library")):
            with pytest.raises(VibeError, match=says):
                app.index([tmp_path / "music"], Progress(), elsewhere=[profile])
        assert app.summary().counts.tracks == 0


def test_a_library_that_is_open_on_another_machine_is_not_looked_into(
    elsewhere: Profile, tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_music(tmp_path / "music", seconds=1.0)
    monkeypatch.setattr("vibe_desktop.index.elsewhere.is_remote", lambda path: path == elsewhere.database)
    with opened(tmp_path, models_folder) as app:
        with closing(Database.open(elsewhere.database)), pytest.raises(InUseError, match="another machine"):
            app.index([tmp_path / "music"], Progress(), elsewhere=[elsewhere])
        assert app.index([tmp_path / "music"], Progress(), listen=False, elsewhere=[elsewhere]).read == len(
            SONGS
        )
