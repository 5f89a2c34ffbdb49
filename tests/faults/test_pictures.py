"""Covers of any size, kind and intent: pictures are opened by a process apart, within bounds, or not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from audio_files import encode, make_audio, tone
from program import Program
from tag_writing import tag_file
from vibe_desktop.ui.covers.maker import Maker

pytest.importorskip("PySide6")

MEGABYTE = 1 << 20


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int) -> bytes:
    """Return a small file that unpacks to a black picture of any size."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path / "thumbnails", seconds_each=60.0)
    yield made
    made.close()


def song(folder: Path, kind: str, cover: bytes) -> bytes:
    return bytes(make_audio(folder / f"{kind}-{len(cover)}.{kind}", kind, title="Song", cover=cover))


def test_fault_34_a_cover_of_fifty_megabytes_is_neither_read_with_the_tags_nor_decoded(
    program: Program, maker: Maker, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    fat = bytes(50 * MEGABYTE)
    songs = [song(music, kind, fat) for kind in ("mp3", "m4a")]
    assert maker.make(song(tmp_path, "mp3", png(64, 64)))  # the process is there
    child = psutil.Process(maker.pid)
    before = child.memory_info().rss

    report = program.json("index", music, "--no-listen")

    assert (report["read"], report["failed"]) == (2, 0)
    assert sum(file.stat().st_size for file in program.profile.glob("library*")) < 5 * MEGABYTE
    for path in songs:
        assert maker.make(path) == ""
    assert child.is_running()
    assert child.memory_info().rss - before < 20 * MEGABYTE


def test_fault_35_pictures_that_unpack_to_gigabytes_are_refused_and_others_still_shown(
    maker: Maker, tmp_path: Path
) -> None:
    assert maker.make(song(tmp_path, "flac", png(64, 64)))
    child = psutil.Process(maker.pid)
    before = child.memory_info().rss

    endless = png(10, 10).replace(struct.pack(">II", 10, 10), struct.pack(">II", 2**31 - 1, 2**31 - 1))
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    for picture in (
        png(8000, 8000),
        endless,
        drawing,
        b"\xff\xd8\xff" + bytes(5000),
        b"GIF89a\xff\xff\xff\xff",
    ):
        assert maker.make(song(tmp_path, "mp3", picture)) == ""

    assert child.is_running()
    assert child.memory_info().rss - before < 32 * MEGABYTE
    assert maker.make(song(tmp_path, "m4a", png(300, 200)))


def test_fault_35_a_folder_full_of_bombs_keeps_no_song_out(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    bomb = png(8000, 8000)
    (music / "cover.png").write_bytes(bomb)
    for kind in ("mp3", "flac", "ogg", "wma"):
        path = music / f"song.{kind}"
        path.write_bytes(encode(kind, tone(1.0)))
        tag_file(path, title=kind, cover=bomb)

    report = program.json("index", music, "--no-listen")

    assert (report["read"], report["failed"]) == (4, 0)
