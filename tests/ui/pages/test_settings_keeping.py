"""The two buttons of the Settings page that carry what a person made into a file and out of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from job_pages import Desk, desk_of
from large_library import fill
from vibe_desktop.library.backup import keep
from vibe_desktop.library.database import Database
from vibe_desktop.library.tastes import TasteStore
from vibe_desktop.paths import Profile
from vibe_desktop.ui.pages.settings_keeping import KeepingSection


@pytest.fixture
def filled(tmp_path: Path) -> Profile:
    profile = Profile(tmp_path / "profile")
    fill(profile.database, 20)
    database = Database.open(profile.database)
    TasteStore(database).set_liked([3, 4], liked=True)
    database.close()
    return profile


def section_of(desk: Desk) -> KeepingSection:
    section = KeepingSection(desk.services, desk.watch)
    desk.show(section)
    section.refresh()
    desk.until(section.copies.text)
    return section


def choose(desk: Desk, section: KeepingSection, file: Path) -> None:
    """Choose a file in the dialog that is open, and wait for what is said of it."""
    section.told.clear()
    [dialog] = section.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    desk.until(section.told.text)


def test_what_a_person_made_goes_into_a_file_and_comes_back(
    qtbot: QtBot, filled: Profile, tmp_path: Path
) -> None:
    file = tmp_path / "made.json"
    with desk_of(qtbot, filled.folder) as desk:
        section = section_of(desk)
        desk.press(section.export_button)
        choose(desk, section, file)
        assert section.told.text() == f"Saved to {file}: 2 likes."
        tastes = desk.services.app.tastes
        tastes.set_liked([3], liked=False)

        desk.press(section.import_button)
        choose(desk, section, file)

        assert section.told.text().startswith("New here: 1 like.")
        assert tastes.liked() == {3, 4}
        desk.settled()


def test_a_file_of_another_kind_is_refused_where_it_was_chosen(
    qtbot: QtBot, filled: Profile, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"songs": []}')
    with desk_of(qtbot, filled.folder) as desk:
        section = section_of(desk)
        desk.press(section.import_button)
        choose(desk, section, other)
        assert "is not a keepsakes file" in section.told.text()
        assert "Nothing was changed." in section.told.text()
        assert desk.services.app.tastes.liked() == {3, 4}


def test_the_page_tells_of_the_newest_copy(qtbot: QtBot, filled: Profile) -> None:
    with desk_of(qtbot, filled.folder) as desk:
        assert "newest copy" not in section_of(desk).copies.text()
    keep(filled.database)
    with desk_of(qtbot, filled.folder) as desk:
        assert "The newest copy is from" in section_of(desk).copies.text()
