"""The engine that answers, while ears come and go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from libraries import add_tracks
from own_models import link_models
from tiny_clap import install_tiny_clap
from vibe_desktop.app import App
from vibe_desktop.background import fresh
from vibe_desktop.background.fresh import FreshEngine
from vibe_desktop.paths import Profile


@pytest.fixture
def profile(tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Return a profile with models of its own, whose engine is made anew whenever anything changed."""
    monkeypatch.setattr(fresh, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(fresh, "_WORTH", 0)
    profile = Profile(tmp_path / "profile")
    link_models(models_folder, profile.models)
    return profile


def served(engine: FreshEngine) -> list[str]:
    """Return the ears of the next answer, the better one first."""
    assert engine.get("auto") is not None
    assert engine._choice is not None
    return [ear.space.name for ear in engine._choice.ears]


def test_an_ear_that_comes_serves_with_the_next_answer_and_one_that_goes_does_not(
    profile: Profile,
) -> None:
    with App(profile) as app:
        add_tracks(app.stores.db, 3)
        engine = FreshEngine(app)
        assert served(engine) == ["musicnn"]
        kept = engine._choice
        engine.outdate()
        assert served(engine) == ["musicnn"]
        assert engine._choice is kept  # and with it the networks it has loaded
        install_tiny_clap(profile.models)
        assert served(engine) == ["clap", "musicnn"]
        shutil.rmtree(profile.models / "clap")
        assert served(engine) == ["musicnn"]


def test_a_song_that_comes_back_as_another_goes_takes_its_place_among_the_answers(
    profile: Profile,
) -> None:
    with App(profile) as app, App(profile) as indexing:
        [gone, back, _] = add_tracks(app.stores.db, 3)
        app.stores.db.run("UPDATE track SET missing_since = 1.0 WHERE id = ?", (back,))
        engine = FreshEngine(app)
        before = engine.get("auto")
        assert engine.get("auto") is before
        with indexing.stores.db.transaction():
            indexing.stores.db.run(
                "UPDATE track SET missing_since = CASE id WHEN ?1 THEN 2.0 END WHERE id IN (?1, ?2)",
                (gone, back),
            )
        assert engine.get("auto") is not before
