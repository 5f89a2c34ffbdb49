"""Showing a file in its folder, on each system in its way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.library.reveal import _command, reveal


def test_mac_and_windows_show_the_file_itself() -> None:
    assert _command("/music/a b.mp3", "darwin") == ["open", "-R", "/music/a b.mp3"]
    assert _command("C:\\music\\a b.mp3", "win32") == 'explorer /select,"C:\\music\\a b.mp3"'
    assert _command("/music/a.mp3", "linux") is None


@pytest.mark.skipif(_command("") is not None, reason="this system shows files by a program of its own")
def test_elsewhere_the_folder_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return len(opened) < 3

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)  # there is no file manager here
    folder = tmp_path / "50% #1 é"
    folder.mkdir()
    (folder / "a.mp3").touch()
    reveal(str(folder / "a.mp3"))
    reveal(str(folder / "gone.mp3"))
    with pytest.raises(VibeError, match="No file manager"):
        reveal(str(folder / "a.mp3"))
    assert opened == [str(folder)] * 3


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(VibeError, match="cannot be reached") as caught:
        reveal(os.fspath(tmp_path / "away" / "a.mp3"))
    assert caught.value.remedy
