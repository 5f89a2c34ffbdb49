"""A library that is being restored: the window says so, with a bar, until it is there."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QLabel

from damage import overwrite
from players import silent_vlc
from vibe_desktop.app import App
from vibe_desktop.library import salvage
from vibe_desktop.library.backup import copies, keep
from vibe_desktop.ui.kept_words import moment
from vibe_desktop.ui.pages.instead import RestoringPage
from vibe_desktop.ui.start import Program, make_application
from vibe_desktop.ui.widgets.notice import NoticeBar
from window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from vibe_desktop.paths import Profile


@pytest.fixture
def going_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold the restoring after its first rows until this is set."""
    event = threading.Event()
    take = salvage.take

    def held(*arguments: Any) -> salvage.Taken:
        taken = take(*arguments)
        event.wait(30)
        return taken

    monkeypatch.setattr(salvage, "take", held)
    yield event
    event.set()


@contextmanager
def begun(profile: Profile) -> Iterator[Window]:
    """Open the window on a profile without waiting for the library."""
    with App(profile) as app:
        program = Program(make_application(), app, make_player=silent_vlc)
        window = Window(program, profile)
        program.window.show()
        program._begin()
        yield window
        program.window.close()
        program.end(10.0)
        program.window.deleteLater()


def damage(profile: Profile) -> None:
    """Damage a library of which there is a copy."""
    if not copies(profile.database):
        assert keep(profile.database)
    overwrite(profile.database, 1)


def test_the_window_says_what_is_done_and_how_far_it_is(
    qapp: QApplication, nothing_left: None, known: Profile, going_on: threading.Event
) -> None:
    damage(known)
    with begun(known) as window:
        window.until(lambda: window.all(RestoringPage))
        page = window.one(RestoringPage)
        when = moment(copies(known.database)[0].at)
        assert page.accessibleName() == (
            "Your library is being put right. It was damaged."
            f" It is put together from its copy of {when} and from what can still be read."
        )
        window.until(lambda: page.bar.isVisible() and page.bar.value() == page.bar.maximum())
        assert any("Taking over the copy" in label.text() for label in window.all(QLabel, within=page))
        assert not window.main.sidebar.isVisible()

        going_on.set()

        window.until(lambda: window.program.ready)
        assert not window.all(RestoringPage)
        assert window.main.sidebar.isVisible()
        assert "Your library was damaged and has been restored" in window.one(NoticeBar).accessibleName()


def test_a_window_that_is_closed_meanwhile_leaves_the_library_to_the_next_start(
    qapp: QApplication, nothing_left: None, known: Profile, going_on: threading.Event
) -> None:
    damage(known)
    with begun(known) as window:
        window.until(lambda: window.all(RestoringPage))

    going_on.set()
    window.until(lambda: not list(known.folder.glob("*.restoring")))
    assert not list(known.folder.glob("*.damaged-*"))
    with App(known) as app:
        told: list[Any] = []
        app.tell = told.append
        assert app.stores.tracks.counts().present
    assert len(told) == 1
