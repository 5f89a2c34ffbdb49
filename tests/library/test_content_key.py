"""The content key: the same for the same audio whatever is written around it, another for other audio."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import mutagen
import mutagen.apev2
import mutagen.id3
import pytest

from audio_files import KINDS, make_audio, suffix, tone
from tag_writing import tag_file
from vibe_desktop.library.tags import read_file


def key_of(path: Path) -> bytes:
    return read_file(os.fsencode(path)).content_key


@pytest.mark.parametrize("seconds", [0.2, 6.0])
@pytest.mark.parametrize("kind", KINDS)
def test_retagging_does_not_change_the_key(kind: str, seconds: float, tmp_path: Path) -> None:
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind, tone(seconds))
    keys = [key_of(path)]
    tag_file(path, title="One", genres=["Rock"], comment="c" * 3_000, cover=b"\xff\xd8" + bytes(120_000))
    keys.append(key_of(path))
    tag_file(path, title="Another, longer title", lyrics="la " * 30_000)
    keys.append(key_of(path))
    audio: Any = mutagen.File(path)
    audio.delete()
    keys.append(key_of(path))
    assert len(keys[0]) == 20
    assert len(set(keys)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_other_audio_has_another_key(kind: str, tmp_path: Path) -> None:
    keys = {
        key_of(make_audio(tmp_path / f"{n}{suffix(kind)}", kind, signal))
        for n, signal in enumerate([tone(1), tone(1, 441), tone(1.1), tone(6), tone(6, 500)])
    }
    assert len(keys) == 5


def test_tags_at_the_end_do_not_change_the_key(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", signal=tone(5))
    plain = key_of(path)
    ape = mutagen.apev2.APEv2()
    ape["Title"] = "A" * 500
    ape.save(path)
    mutagen.id3.ID3().save(path, v1=2)
    data = path.read_bytes()
    assert data[-128:-125] == b"TAG"
    assert key_of(path) == plain
    body = b"LYRICSBEGININD0000200"
    path.write_bytes(data[:-128] + body + f"{len(body):06}LYRICS200".encode() + data[-128:])
    assert key_of(path) == plain


def test_the_key_does_not_depend_on_the_name(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.flac")
    before = key_of(path)
    assert key_of(path.rename(tmp_path / "b.mp3")) == before
