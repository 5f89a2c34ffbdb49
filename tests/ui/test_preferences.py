"""Settings that could not be used: the window says which, why, and where they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from vibe_desktop.settings import SettingsFile
from vibe_desktop.ui.preferences import Preferences
from vibe_desktop.ui.tasks import Tasks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def told(file: Path) -> str:
    tasks = Tasks()
    try:
        return Preferences(SettingsFile(file), tasks).notice
    finally:
        tasks.close()


def test_what_could_not_be_used_is_told(qapp: QApplication, file: Path) -> None:
    assert told(file) == ""
    file.write_text('{"theme": "neon", "volume": 7}', encoding="utf-8")
    assert told(file) == "Settings that made no sense are as at the beginning again: theme, volume."
    file.write_text("{", encoding="utf-8")
    kept = f"{file}.unreadable"
    assert told(file) == f"The settings made no sense, so the usual ones hold. They were kept as {kept}."


@pytest.mark.skipif(os.name == "nt", reason="Windows has another reason for it")
def test_a_file_that_cannot_be_read_is_told_with_the_reason(qapp: QApplication, file: Path) -> None:
    file.mkdir()
    assert told(file) == "The settings could not be read: Is a directory. The usual ones hold."
