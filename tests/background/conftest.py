"""A small indexed library of real music, made once and copied for each test that wants it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from music_folder import make_music
from processes import leaving_nothing
from vibe_desktop.app import App
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress


@pytest.fixture(scope="session")
def _indexed(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("indexed")
    make_music(folder / "music")
    profile = Profile(folder / "profile")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    with App(profile) as app:
        app.index([folder / "music"], Progress(), workers=2)
    return folder


@pytest.fixture
def indexed(tmp_path: Path, _indexed: Path) -> Profile:
    """Return a profile with models and ten songs that were heard."""
    shutil.copytree(_indexed / "profile", tmp_path / "profile", symlinks=True)
    return Profile(tmp_path / "profile")


@pytest.fixture
def empty(tmp_path: Path, models_folder: Path) -> Profile:
    """Return a profile with models and no music."""
    profile = Profile(tmp_path / "empty")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    return profile


@pytest.fixture
def bare(tmp_path: Path) -> Profile:
    """Return a profile with nothing at all, not even its folder."""
    return Profile(tmp_path / "bare")


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """Fail a test that leaves a process behind."""
    with leaving_nothing():
        yield
