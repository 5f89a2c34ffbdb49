"""Covers are found in every format and beside the file, likeliest first; what is too large stays unread."""

from __future__ import annotations

import base64
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3
import pytest

from audio_files import KINDS, make_audio, suffix
from vibe_desktop.library.cover_art import LARGEST_PICTURE, pictures

COVER = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 300
BACK = b"\xff\xd8\xff\xe0 the back"


def found(path: Path) -> list[bytes]:
    return list(pictures(os.fsencode(path)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_inside_is_found_whole_in_every_format(tmp_path: Path, kind: str) -> None:
    assert found(make_audio(tmp_path / f"a{suffix(kind)}", kind, cover=COVER)) == [COVER]


@pytest.mark.parametrize("version", [3, 4])
def test_the_front_cover_wins_over_the_back_in_id3(tmp_path: Path, version: int) -> None:
    path = make_audio(tmp_path / "a.mp3", title="Two pictures")
    tags = mutagen.id3.ID3(path)
    tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=4, desc="back", data=BACK))
    tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="front", data=COVER))
    tags.save(path, v2_version=version)
    assert found(path) == [COVER]


def test_a_picture_of_the_oldest_id3_is_found(tmp_path: Path) -> None:
    body = b"\0JPG\x03front\0" + COVER
    frame = b"PIC" + len(body).to_bytes(3, "big") + body
    size = bytes((len(frame) >> shift) & 127 for shift in (21, 14, 7, 0))
    plain = make_audio(tmp_path / "plain.mp3").read_bytes()
    (tmp_path / "a.mp3").write_bytes(b"ID3\x02\0\0" + size + frame + plain)
    assert found(tmp_path / "a.mp3") == [COVER]


def _picture(kind: int, data: bytes) -> mutagen.flac.Picture:
    picture = mutagen.flac.Picture()
    picture.type, picture.mime, picture.data = kind, "image/jpeg", data
    return picture


def test_the_front_cover_wins_over_the_back_in_flac(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.flac")
    audio = mutagen.flac.FLAC(path)
    audio.add_picture(_picture(4, BACK))
    audio.add_picture(_picture(3, COVER))
    audio.save()
    assert found(path) == [COVER]


def test_a_back_is_better_than_nothing(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.flac")
    audio = mutagen.flac.FLAC(path)
    audio.add_picture(_picture(4, BACK))
    audio.save()
    assert found(path) == [BACK]


def test_the_old_spelling_of_a_cover_in_vorbis_comments_is_read(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.ogg")
    audio: Any = mutagen.File(path)
    audio["COVERART"] = [base64.b64encode(COVER).decode()]
    audio.save()
    assert found(path) == [COVER]


def test_pictures_beside_the_file_follow_in_a_fixed_order(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", cover=COVER)
    for name in ("Folder.PNG", "COVER.jpg", "cover.webp", "back.jpg", "cover.svg", "album.txt"):
        (tmp_path / name).write_bytes(name.encode())
    assert found(path) == [COVER, b"COVER.jpg", b"cover.webp", b"Folder.PNG"]


def test_a_picture_that_comes_later_is_seen(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3")
    assert found(path) == []
    (tmp_path / "cover.jpg").write_bytes(BACK)
    os.utime(tmp_path, (1, 1))
    assert found(path) == [BACK]


def test_a_picture_of_fifty_megabytes_is_passed_over_unread(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", cover=bytes(50 << 20))
    (tmp_path / "cover.jpg").write_bytes(BACK)
    tracemalloc.start()
    try:
        assert found(path) == [BACK]
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_huge_file_beside_is_passed_over(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3")
    with (tmp_path / "cover.jpg").open("wb") as picture:
        picture.truncate(LARGEST_PICTURE + 1)
    assert found(path) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_pipe_with_a_covers_name_is_not_opened(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3")
    os.mkfifo(tmp_path / "cover.jpg")
    assert found(path) == []


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 3]


def _noise(data: bytes) -> bytes:
    return data[:300] + bytes(255 - byte for byte in data[300:])


@pytest.mark.parametrize("harm", [_cut, _noise])
@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_ends_its_own_pictures_only(
    tmp_path: Path, kind: str, harm: Callable[[bytes], bytes]
) -> None:
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind, cover=COVER)
    path.write_bytes(harm(path.read_bytes()))
    (tmp_path / "cover.jpg").write_bytes(BACK)
    assert found(path)[-1] == BACK


def test_a_file_that_is_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        found(tmp_path / "gone.mp3")
