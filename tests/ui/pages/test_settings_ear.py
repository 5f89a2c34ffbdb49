"""The full ear in Settings: brought on a stick, chosen, moved over to, refused, removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from job_pages import Desk, count, desk_of
from own_models import link_models
from tiny_clap import install_tiny_clap
from vibe_desktop.background.jobs import Hold, Job, JobKind, JobState
from vibe_desktop.models.status import ModelState
from vibe_desktop.paths import Profile
from vibe_desktop.ui.coverage import read_coverage
from vibe_desktop.ui.pages.model_row import ModelRow
from vibe_desktop.ui.pages.settings import SettingsPage


@pytest.fixture
def home(known: Profile, models_folder: Path) -> Profile:
    """Return a profile that MusiCNN has heard, and whose models are its own."""
    known.models.unlink()
    link_models(models_folder, known.models)
    return known


def page_of(desk: Desk) -> tuple[SettingsPage, ModelRow]:
    """Show the page; return it and CLAP's row."""
    page = SettingsPage(desk.services, desk.watch)
    desk.show(page)
    desk.until(lambda: page.models.model_rows and all(row.isVisible() for row in page.models.model_rows))
    desk.until(lambda: desk.watch.coverage is not None and page.listening._facts is not None)
    # Rows that have just come have not found their places yet, and press the others together until then.
    ears = page.listening.ears
    desk.until(lambda: ears.height() >= ears.sizeHint().height())
    return page, page.models.model_rows[-1]


def seen(page: SettingsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def choice(page: SettingsPage, words: str) -> QAbstractButton:
    [button] = [
        each for each in page.findChildren(QAbstractButton) if each.accessibleName() == f"Ear: {words}"
    ]
    return button


def told(desk: Desk, words: str) -> Callable[[], bool]:
    return lambda: any(words in said[0] for said in desk.notices.said)


def of_kind(desk: Desk, kind: JobKind) -> list[Job]:
    return [job for job in desk.services.jobs.all() if job.kind is kind]


def stages(job: Job) -> list[str]:
    return [stage.stage for stage in job.stages()]


def put_in_place(home: Profile) -> None:
    """Install the tiny CLAP as if it had come long ago."""
    install_tiny_clap(home.models)


def test_clap_is_offered_with_what_it_costs_and_cannot_be_chosen_yet(qtbot: QtBot, home: Profile) -> None:
    with desk_of(qtbot, home.folder) as desk:
        page, row = page_of(desk)
        assert row.install.text() == "Install (163 MB)"
        assert row.install.accessibleName() == "Install CLAP, 163 MB"
        assert row.from_folder.isVisible()
        assert not row.remove.isVisible()
        assert "Hears more than tags" in seen(page)
        assert not choice(page, "CLAP").isEnabled()
        assert "not installed" in choice(page, "CLAP").accessibleDescription()
        assert choice(page, "MusiCNN").isEnabled()
        assert not any(other.remove.isVisible() for other in page.models.model_rows)


def test_brought_on_a_stick_it_listens_at_once_and_musicnn_serves_meanwhile(
    qtbot: QtBot, home: Profile, stick: Path, songs: Path
) -> None:
    with desk_of(qtbot, home.folder) as desk:
        page, row = page_of(desk)
        desk.services.jobs.hold(Hold.ASKED)  # as music that plays may
        desk.watch.install(["clap"], stick / "good")
        desk.until(row.status.stop.isVisible)
        assert not row.install.isVisible()
        desk.until(told(desk, "CLAP now listens to your library; MusiCNN serves meanwhile."))
        desk.until(lambda: row.model.state is ModelState.READY and row.remove.isVisible())
        desk.until(lambda: any("Listening with CLAP" in stages(job) for job in of_kind(desk, JobKind.INDEX)))
        moving = f"CLAP has heard 0 of {count(songs)} songs; MusiCNN serves until it has heard more."
        desk.until(lambda: moving in seen(page))
        desk.services.jobs.release(Hold.ASKED)
        desk.settled()
        desk.until(lambda: desk.watch.coverage and desk.watch.coverage.heard == count(songs))
        assert desk.watch.coverage is not None
        assert (desk.watch.coverage.title, desk.watch.coverage.meanwhile) == ("CLAP", "")
        desk.until(lambda: "CLAP is the best ear there is, and it is installed." in seen(page))
        assert len([said for said in desk.notices.said if "CLAP" in said[0]]) == 1


def test_a_listening_that_would_take_hours_makes_way_for_an_installation(
    qtbot: QtBot, new: Profile, songs: Path
) -> None:
    with desk_of(qtbot, new.folder) as desk:
        desk.services.jobs.hold(Hold.ASKED)
        long = desk.watch.index([songs])
        desk.until(lambda: "Listening with MusiCNN" in stages(long))
        install = desk.watch.install(["musicnn"])
        desk.until(lambda: install.state is JobState.DONE)
        assert long.state is JobState.CANCELLED
        desk.until(
            lambda: [job for job in of_kind(desk, JobKind.INDEX) if "Listening with MusiCNN" in stages(job)]
        )
        desk.services.jobs.release(Hold.ASKED)
        desk.settled()
        desk.until(lambda: desk.watch.coverage and desk.watch.coverage.heard == count(songs))


def test_switching_back_holds_at_once_and_needs_no_listening(
    qtbot: QtBot, home: Profile, songs: Path
) -> None:
    put_in_place(home)
    with desk_of(qtbot, home.folder) as desk:
        desk.services.preferences.change(ear="musicnn")
        page, _ = page_of(desk)
        desk.press(choice(page, "CLAP"))
        assert desk.services.preferences.now.ear == "clap"
        desk.until(lambda: "CLAP was asked for." in seen(page))
        desk.until(lambda: of_kind(desk, JobKind.INDEX))  # it has not heard a song yet
        desk.settled()
        desk.until(lambda: desk.watch.coverage and desk.watch.coverage.heard == count(songs))
        assert desk.watch.coverage is not None
        assert desk.watch.coverage.title == "CLAP"
        desk.press(choice(page, "MusiCNN"))
        desk.until(lambda: desk.watch.coverage and desk.watch.coverage.title == "MusiCNN")
        assert desk.watch.coverage.heard == count(songs)
        assert len(of_kind(desk, JobKind.INDEX)) == 1


def test_to_want_no_ear_ends_the_listening(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        desk.services.jobs.hold(Hold.ASKED)
        job = desk.watch.index([songs])
        desk.until(lambda: "Listening with MusiCNN" in stages(job))
        desk.services.preferences.change(ear="none")
        desk.until(lambda: job.state is JobState.CANCELLED)
        assert of_kind(desk, JobKind.INDEX) == [job]


def test_removal_is_asked_for_and_can_be_left(qtbot: QtBot, home: Profile) -> None:
    put_in_place(home)
    with desk_of(qtbot, home.folder) as desk:
        _, row = page_of(desk)
        desk.press(row.remove)
        desk.until(row.question.isVisible)
        assert "MusiCNN goes on serving, and your music files are untouched." in row.question.accessibleName()
        assert row.question.leave.hasFocus()
        assert not row.remove.isVisible()
        QTest.keyClick(row.question.leave, Qt.Key.Key_Escape)
        assert not row.question.isVisible()
        assert row.remove.hasFocus()
        desk.press(row.remove)
        desk.until(row.question.isVisible)
        row.refresh()
        assert row.question.leave.hasFocus()
        desk.press(row.question.leave)
        assert row.remove.hasFocus()
        assert not of_kind(desk, JobKind.REMOVE)


def test_what_is_removed_is_gone_and_musicnn_serves(qtbot: QtBot, home: Profile, songs: Path) -> None:
    put_in_place(home)
    with desk_of(qtbot, home.folder) as desk:
        desk.services.preferences.change(ear="clap")
        page, row = page_of(desk)
        desk.watch.index()
        desk.settled()
        desk.press(row.remove)
        desk.until(row.question.isVisible)
        desk.press(row.question.do)
        desk.until(told(desk, "CLAP is removed; MusiCNN serves."))
        desk.until(lambda: row.model.state is ModelState.MISSING and row.install.isVisible())
        desk.settled()
        assert desk.services.preferences.now.ear == "auto"
        assert not (home.models / "clap").exists()
        spaces = desk.services.app.stores.db.run("SELECT name FROM space WHERE kind = 'ear'")
        assert spaces == [("musicnn",)]
        desk.until(lambda: not choice(page, "CLAP").isEnabled())
        desk.until(lambda: desk.watch.coverage and desk.watch.coverage.title == "MusiCNN")
        assert desk.watch.coverage is not None
        assert desk.watch.coverage.heard == count(songs)


def test_an_ear_that_hears_nothing_is_refused_and_says_so_once(
    qtbot: QtBot, home: Profile, stick: Path, songs: Path
) -> None:
    with desk_of(qtbot, home.folder) as desk:
        page, row = page_of(desk)
        desk.watch.install(["clap"], stick / "random")
        desk.until(lambda: row.model.state is ModelState.UNFIT)
        desk.settled()
        desk.until(lambda: "MusiCNN goes on listening." in seen(page))
        assert row._trouble.isVisible()
        assert "so it is not used" in row._trouble.text()
        assert "vibe-desktop" not in seen(page)
        assert row.remove.isVisible()
        assert row.from_folder.isVisible()
        assert not choice(page, "CLAP").isEnabled()
        desk.until(told(desk, "CLAP is installed but did not pass its examination, so it is not used."))
        assert not told(desk, "CLAP now listens")()
        assert desk.watch.coverage is not None
        assert (desk.watch.coverage.title, desk.watch.coverage.heard) == ("MusiCNN", count(songs))


def test_a_hub_that_cannot_be_reached_leaves_ways_on(
    qtbot: QtBot, home: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with desk_of(qtbot, home.folder) as desk:
        page, row = page_of(desk)
        desk.press(row.install)
        desk.until(row.status.again.isVisible)
        assert row.status.from_folder.isVisible()
        assert not row.install.isVisible()
        assert "Xenova/clap-htsat-unfused" in row.status._by_hand.text()
        assert "vibe-desktop" not in seen(page)
        desk.press(row.status.again)
        desk.until(lambda: len(of_kind(desk, JobKind.INSTALL)) == 2)
        [first, second] = of_kind(desk, JobKind.INSTALL)
        assert second.task == first.task
        desk.until(lambda: second.state is JobState.FAILED)


def test_an_ear_that_was_named_and_is_gone_covers_nothing(home: Profile) -> None:
    from vibe_desktop.app import App

    with App(home) as app:
        lost, found = read_coverage(app, "clap"), read_coverage(app, "auto")
    assert (lost.ear, lost.heard) == ("", 0)
    assert found.title == "MusiCNN"
    assert found.heard == found.songs > 0
