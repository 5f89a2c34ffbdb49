"""A small library that was heard, made once, and the window to open on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from music_folder import make_music
from program import Program, new_program
from ui.conftest import _no_key_is_held, _own_desktop, nothing_left, open_window
from vibe_desktop.paths import Profile

__all__ = ["_no_key_is_held", "_own_desktop", "nothing_left", "open_window"]


@pytest.fixture(scope="session")
def _heard(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("heard")
    make_music(folder / "music")
    program = new_program(folder, models_folder)
    program("index", folder / "music", "--workers", "2")
    return folder


@pytest.fixture
def known(_heard: Path, tmp_path: Path) -> Profile:
    """Return a profile with models and ten songs that were heard; no test may change the songs."""
    shutil.copytree(_heard / "profile", tmp_path / "known", symlinks=True)
    return Profile(tmp_path / "known")


@pytest.fixture
def knowing(known: Profile) -> Program:
    """Return the program on that profile."""
    return Program(known.folder)
