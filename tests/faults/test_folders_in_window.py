"""What the window says of folders that cannot be reached or lost much at once, and what can be done there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from job_pages import desk_of
from shelf import Shelf
from vibe_desktop.app import App
from vibe_desktop.background.tasks import Index
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress
from vibe_desktop.ui.pages.activity import ActivityPage
from vibe_desktop.ui.pages.settings import SettingsPage

MANY = 60


def seen(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def shelf(tmp_path: Path, models_folder: Path) -> Shelf:
    """Give a library of three folders: one not mounted, one mostly gone, one whose name is no text."""
    shelf = Shelf(tmp_path)
    (tmp_path / "profile" / "models").symlink_to(models_folder, target_is_directory=True)
    unplugged, shrunk, odd = (shelf.music / name for name in ("unplugged", "shrunk", os.fsdecode(b"caf\xe9")))
    for path in [
        *(shrunk / f"{number:02}.mp3" for number in range(MANY + 2)),
        unplugged / "1.mp3",
        odd / "1.mp3",
    ]:
        shelf.put(os.fsencode(path.relative_to(shelf.music)))
    shelf.scan(unplugged, shrunk, odd)
    unplugged.rename(tmp_path / "unplugged")
    unplugged.mkdir()  # as where nothing is mounted
    for path in sorted(shrunk.iterdir())[:MANY]:
        path.unlink()
    shelf.scan(unplugged, shrunk, odd)
    shelf.db.close()
    return shelf


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always text")
def test_fault_04_the_window_tells_of_folders_in_trouble_and_believes_the_person(
    qtbot: QtBot, shelf: Shelf
) -> None:
    with desk_of(qtbot, shelf.folder / "profile") as desk:
        tracks = desk.services.app.stores.tracks
        settings, activity = (
            SettingsPage(desk.services, desk.watch),
            ActivityPage(desk.services, desk.watch),
        )
        desk.show(settings)
        desk.show(activity)
        desk.until(lambda: activity._notes.gone.isVisible() and len(settings.folders.folder_rows) == 3)
        # New rows are seen a moment after they were made.
        desk.until(lambda: "Cannot be reached now. 1 song kept until it is back." in seen(settings))
        assert f"{MANY} songs not there any more; kept until a later look agrees." in seen(settings)
        assert f"{shelf.music / 'unplugged'} cannot be reached now" in seen(activity)
        assert tracks.counts().missing == 0

        desk.press(activity._notes.gone)

        desk.until(lambda: tracks.counts().missing == MANY)
        desk.settled()
        desk.until(lambda: not activity._notes.gone.isVisible())
        assert tracks.counts().offline == 1, (
            "what cannot be reached is not gone, whatever is said of the rest"
        )


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always text")
@pytest.mark.parametrize("first", [True, False])
def test_fault_04_what_is_said_of_one_folder_is_not_believed_of_all_that_a_job_looks_at(
    shelf: Shelf, *, first: bool
) -> None:
    shrunk = shelf.music / "shrunk"
    said, everything = Index((shrunk,), listen=False, gone=(shrunk,)), Index(known=True, listen=False)
    job = said.merged(everything) if first else everything.merged(said)
    assert job
    with App(Profile(shelf.folder / "profile")) as app:
        report = job.run(app, Progress())
        counts = app.stores.tracks.counts()
    assert report.found == 3
    assert (counts.missing, counts.offline) == (MANY, 1)
