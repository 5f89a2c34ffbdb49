"""Things with the name of music that are none: seen, said, and never opened where opening them never ends."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from audio_files import encode, make_audio, tone
from known import reasons, tracks
from program import Program
from vibe_desktop.library.walk import AUDIO

HTML = "<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>" * 20


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_fault_25_pipes_sockets_and_devices_are_never_opened(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    make_audio(music / "song.mp3", signal=tone(4.0), title="Song")
    make_audio(music / "turned.flac", signal=tone(4.0), title="Turned")
    os.mkfifo(music / "pipe.mp3")
    (music / "zero.mp3").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(music)  # the name of a socket may not be long
        bound.bind("socket.mp3")
        os.chdir(here)
    for beside in ("song.lrc", "song.txt", "cover.jpg"):
        os.mkfifo(music / beside)
    if sys.platform == "linux" and os.geteuid() == 0:
        os.mknod(music / "device.mp3", 0o020644, os.makedev(1, 5))

    report = program.json("index", music, "--no-listen")

    assert (report["scan"]["found"], report["read"], report["failed"]) == (2, 2, 0)
    assert (skipped := report["scan"]["skipped"]) >= 3

    (music / "turned.flac").unlink()
    os.mkfifo(music / "turned.flac")
    report = program.json("index")

    assert (report["scan"]["missing"], report["scan"]["skipped"]) == (1, skipped + 1)
    assert (report["heard"], report["failed"]) == (1, 0)


def test_fault_26_a_folder_named_like_a_song_is_walked(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    make_audio(music / "album.mp3" / "inside.ogg", title="Inside")
    make_audio(music / "album.flac" / "disc.wav" / "deep.mp3", title="Deep")
    (music / "empty.ogg").mkdir()

    report = program.json("index", music, "--no-listen")

    assert (report["scan"]["found"], report["read"], report["failed"]) == (2, 2, 0)
    assert set(tracks(program, tmp_path)) == {"inside.ogg", "deep.mp3"}


def test_fault_27_files_of_no_bytes_are_listed_and_read_once_they_are_filled(
    program: Program, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    make_audio(music / "song.mp3", title="Song")
    for ending in AUDIO:
        (music / f"nothing.{ending.decode()}").touch()

    report = program.json("index", music)

    assert (report["read"], report["failed"]) == (1, len(AUDIO))
    found = reasons(program)
    assert set(found) == {f"nothing.{ending.decode()}" for ending in AUDIO}
    assert set(found.values()) == {"This file is empty."}

    (music / "nothing.ogg").write_bytes(encode("ogg", tone(4.0)))
    again = program.json("index")
    assert (again["read"], again["heard"], again["failed"]) == (1, 1, 0)
    assert "nothing.ogg" not in reasons(program)


def test_fault_29_what_only_calls_itself_music_is_said_to_be_none(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    (music / "page.mp3").write_text(HTML, encoding="utf-8")
    (music / "picture.flac").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    (music / "list.ogg").write_text("#EXTM3U\nhttp://localhost:9/stream.mp3\n" * 50, encoding="utf-8")
    (music / "flac.mp3").write_bytes(encode("flac", tone(4.0)))
    (music / "mp3.wav").write_bytes(encode("mp3", tone(4.0)))

    report = program.json("index", music)

    assert set(reasons(program)) == {"page.mp3", "picture.flac", "list.ogg"}
    assert all("not audio" in reason or "damaged" in reason for reason in reasons(program).values())
    # What has merely the wrong ending is music all the same.
    assert report["heard"] == 2
    known = tracks(program, tmp_path)
    for name in ("flac.mp3", "mp3.wav"):
        assert known[name]["tags"]["seconds"] == pytest.approx(4.0, abs=0.2)
