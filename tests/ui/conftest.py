"""Profiles for the whole window: new, bare, and with a small library that was heard, made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from players import silent_vlc
from processes import leaving_nothing
from vibe_desktop.app import App
from vibe_desktop.paths import Profile
from vibe_desktop.playback.player import Player
from vibe_desktop.progress import Progress
from window import Opener, Window, of_open_windows, opened
from window_songs import make_songs


@pytest.fixture(scope="session", autouse=True)
def _own_desktop() -> Iterator[None]:
    """Reach no desktop: no panel shows what a test plays."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def _no_key_is_held(qapp: QApplication) -> None:
    """Let go of a modifier that the test before pressed with its last key: it changes what choosing means."""
    if qapp.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWidget(), Qt.Key.Key_F24)


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Fail a test that leaves a process behind."""
    with leaving_nothing(but=of_open_windows):
        yield


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two dozen songs of ten seconds in five styles; no test may change them."""
    folder = tmp_path_factory.mktemp("songs") / "music"
    make_songs(folder)
    return folder


@pytest.fixture(scope="session")
def _heard_profile(tmp_path_factory: pytest.TempPathFactory, models_folder: Path, songs: Path) -> Path:
    profile = Profile(tmp_path_factory.mktemp("window") / "profile")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    with App(profile) as app:
        app.index([songs], Progress(), workers=2)
    return profile.folder


@pytest.fixture
def known(tmp_path: Path, _heard_profile: Path) -> Profile:
    """Return a profile with models and the songs, all heard."""
    shutil.copytree(_heard_profile, tmp_path / "known", symlinks=True)
    return Profile(tmp_path / "known")


@pytest.fixture
def new(tmp_path: Path, models_folder: Path) -> Profile:
    """Return a profile with models and nothing else."""
    profile = Profile(tmp_path / "new")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    return profile


@pytest.fixture
def open_window(qapp: QApplication) -> Opener:
    """Return what opens the window; leave its context to close it."""

    def open_(
        profile: Profile, *, make_player: Callable[[], Player] = silent_vlc
    ) -> AbstractContextManager[Window]:
        return opened(profile, make_player=make_player)

    return open_


@pytest.fixture(scope="module")
def _shared(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, _heard_profile: Path
) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("shared") / "profile"
    shutil.copytree(_heard_profile, folder, symlinks=True)
    with opened(Profile(folder)) as shared:
        yield shared


@pytest.fixture
def window(_shared: Window) -> Window:
    """Return a window opened on the songs, as after its start; what it keeps on disk stays between tests."""
    _shared.begin_anew()
    return _shared


@pytest.fixture
def own_window(open_window: Opener, known: Profile) -> Iterator[Window]:
    """Return a window opened on the songs for one test alone."""
    with open_window(known) as window:
        yield window
