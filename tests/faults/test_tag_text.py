"""What tags can hold: NULs, floods, nonsense numbers, broken and misleading text; all comes out tame."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest

from audio_files import encode, make_audio, tone
from known import reasons, tracks
from program import Program, new_program

BIDI = "\u202egnp.exe\u202c \u2066Isolated\u2069"
EMOJI = "👩‍🎤 Señorita 中文 🎸"
MOJIBAKE = "CafÃ© del Mar"
STEERING = {"Cc", "Cs", "Zl", "Zp"}
DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def raw_id3(path: Path, *frames: tuple[bytes, bytes]) -> Path:
    """Write an mp3 whose ID3v2.3 frames hold exactly these bytes, encoding byte included."""
    body = b"".join(name + len(data).to_bytes(4, "big") + b"\0\0" + data for name, data in frames)
    size = bytes((len(body) >> shift) & 127 for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\0\0" + size + body + encode("mp3", tone(1.0)))
    return path


def flooded(path: Path) -> None:
    make_audio(
        path,
        signal=tone(1.0),
        title="Flood",
        comment="x" * (1 << 20),
        lyrics="la " * 500_000,
        genres=[f"genre {number}" for number in range(10_000)],
    )


def nonsense(path: Path) -> None:
    make_audio(path, signal=tone(1.0), title="0", artist="0", track="3/12/x", date="99999", bpm="-1")
    tags: Any = mutagen.id3.ID3(path)
    for name, value in (("replaygain_track_gain", "-1e99 dB"), ("replaygain_track_peak", "nan")):
        tags.add(mutagen.id3.TXXX(encoding=3, desc=name, text=[value]))
    tags.save()


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, models_folder: Path
) -> tuple[Program, dict[str, dict[str, Any]]]:
    """Return a program that read all of it, and what it knows of each file."""
    folder = tmp_path_factory.mktemp("texts")
    music = folder / "music"
    music.mkdir()
    raw_id3(music / "nul.mp3", (b"TIT2", b"\0A\0B\0\0"), (b"TPE1", b"\x01\xff\xfeO\0n\0e\0\0\0T\0w\0o\0\0\0"))
    raw_id3(music / "surrogate.mp3", (b"TIT2", b"\x01\xff\xfe\x3d\xd8A\0"), (b"TPE1", b"\x03\xed\xa0\xbd"))
    raw_id3(music / "latin.mp3", (b"TIT2", b"\0" + MOJIBAKE.encode("utf-8")), (b"TPE1", b"\x03\xff\xfe\xfd"))
    make_audio(music / "nul.flac", signal=tone(1.0), title="C\0D", artist="E\0", genres=["Folk\0Rock"])
    make_audio(music / "bidi.flac", signal=tone(1.0), title=BIDI, artist=EMOJI, album="\u2028\x1b[31mred")
    make_audio(music / "mojibake.ogg", signal=tone(1.0), title=MOJIBAKE, artist=EMOJI)
    flooded(music / "flood.flac")
    nonsense(music / "nonsense.mp3")
    program = new_program(folder, models_folder)
    report = program.json("index", music, "--no-listen")
    assert (report["read"], report["failed"]) == (8, 0)
    return program, tracks(program, folder)


Library = tuple[Program, dict[str, dict[str, Any]]]


def test_fault_36_a_nul_parts_values_and_reaches_nothing(library: Library) -> None:
    program, known = library

    assert known["nul.mp3"]["tags"]["title"] == "A, B"
    assert known["nul.mp3"]["tags"]["artist"] == "One, Two"
    assert known["nul.flac"]["tags"]["title"] == "C, D"
    assert known["nul.flac"]["tags"]["artist"] == "E"
    assert known["nul.flac"]["tags"]["genres"] == ["Folk", "Rock"]
    assert "\\u0000" not in json.dumps(known)
    # What lies behind a NUL is found by searching, as is what lies before it.
    assert program.json("show", "One, Two")[0]["tags"]["title"] == "A, B"


def test_fault_37_floods_and_nonsense_are_cut_to_size_or_left_out(library: Library) -> None:
    program, known = library

    assert len(json.dumps(known["flood.flac"])) < 100_000
    assert len(known["flood.flac"]["tags"]["genres"]) <= 32
    tags = known["nonsense.mp3"]["tags"]
    assert (tags["title"], tags["artist"]) == ("0", "0")
    assert (tags["track_number"], tags["year"], tags["bpm"]) == (3, None, None)
    assert (tags["replaygain_track_db"], tags["replaygain_track_peak"]) == (None, None)
    assert len(program("queue", "8 songs", "--explain")) < 50_000
    assert reasons(program) == {}


def test_fault_38_broken_and_misleading_text_is_shown_as_plain_valid_text(library: Library) -> None:
    program, known = library

    assert known["mojibake.ogg"]["tags"]["title"] == MOJIBAKE  # what it says is not ours to guess
    for name in ("bidi.flac", "mojibake.ogg"):
        assert known[name]["tags"]["artist"] == EMOJI
    texts = [json.dumps(each, ensure_ascii=False) for each in known.values()]
    assert all(text.encode("utf-8") for text in texts)
    lines = [each["tags"][field] for each in known.values() for field in ("title", "artist", "album")]
    assert not [line for line in lines if STEERING & {unicodedata.category(char) for char in line}]
    assert not [line for line in lines if DIRECTIONS & set(line)]
    printed = program("queue", "8 songs", "--explain") + program("show", "Isolated")
    assert {char for char in printed if not char.isprintable()} <= {"\n", "\u200d"}
    assert EMOJI in printed
