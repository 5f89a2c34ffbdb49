"""A library grows from files to captions, vectors and hearings, once and no more than needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audio_files import make_audio
from music_folder import SONGS, make_music
from vibe_desktop.app import App
from vibe_desktop.domain import Cancelled
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
