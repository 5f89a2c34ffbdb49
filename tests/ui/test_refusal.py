"""A library that cannot be opened: said for as long as it is so, with a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QPushButton

from players import silent_vlc
from vibe_desktop.app import App
from vibe_desktop.ui.start import Program, make_application
from window import Window, click

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from vibe_desktop.paths import Profile


def test_a_library_that_is_none_is_told_and_opened_once_it_is_mended(
    qapp: QApplication, nothing_left: None, known: Profile
) -> None:
    aside = known.database.with_name("aside")
    known.database.rename(aside)
    known.database.write_bytes(b"no database" * 200)
    with App(known) as app:
        program = Program(make_application(), app, make_player=silent_vlc)
        window = Window(program, known)
        program.window.show()
        program._begin()
        window.until(lambda: window.all(QPushButton, "Try again"))
        assert any("is not a Vibe Desktop library" in label.text() for label in window.all(QLabel))
        assert not program.window.sidebar.isVisible()
        first = program.window._instead
        click(window.one(QPushButton, "Try again"))
        window.until(lambda: program.window._instead is not first)
        window.until(lambda: len(window.all(QPushButton, "Try again")) == 1)
        aside.replace(known.database)
        click(window.one(QPushButton, "Try again"))
        window.until(lambda: program.ready)
        assert window.page() is program.window.mood_page
        assert program.window.sidebar.isVisible()
        window.ask("calm evening")
        assert window.items
        program.window.close()
        program.end(10.0)
        program.window.deleteLater()
