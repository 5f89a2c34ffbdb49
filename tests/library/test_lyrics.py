"""Lyrics: stamps go, words stay, and files beside the track count."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audio_files import make_audio
from vibe_desktop.library.lyrics import without_stamps
from vibe_desktop.library.tags import read_file


def lyrics_of(path: Path) -> str:
    return read_file(os.fsencode(path)).tags.lyrics


def test_time_stamps_and_headers_are_stripped() -> None:
    lrc = "[ar:Ann]\n[length: 03:20]\n[00:12.00][01:15.30]First <00:12.50>line\n[01:02]Second [softly]"
    assert without_stamps(lrc) == "First line\nSecond [softly]"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_file_beside_is_read_in_any_usual_encoding(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.lrc").write_bytes("[00:01.00]Grün ist der Wald".encode(encoding))
    assert lyrics_of(make_audio(tmp_path / "a.flac")) == "Grün ist der Wald"


def test_embedded_words_win_then_lrc_then_txt(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("from txt")
    plain = make_audio(tmp_path / "a.flac")
    assert lyrics_of(plain) == "from txt"
    (tmp_path / "a.lrc").write_text("from lrc")
    assert lyrics_of(plain) == "from lrc"
    assert lyrics_of(make_audio(tmp_path / "a.mp3", lyrics="embedded")) == "embedded"


def test_what_is_not_words_is_left_alone_and_size_is_bounded(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.flac")
    (tmp_path / "a.lrc").mkdir()
    (tmp_path / "a.txt").write_bytes(b"\x7fELF\0\0binary")
    assert lyrics_of(path) == ""
    (tmp_path / "a.txt").write_text("la " * 1_000_000)
    assert 1_000 < len(lyrics_of(path)) <= 20_000
