"""Files cut short, overwritten or of a size nobody expects: each is as long as it really is, or set aside."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audio_files import RATE, encode, make_audio, suffix, tone
from known import reasons, tracks
from program import Program
from tag_writing import tag_file
from vibe_desktop.audio.decode import window_starts
from vibe_desktop.models.musicnn import WINDOWS

SECONDS = 8.0
CUT = ("mp3", "flac", "ogg", "opus", "wav", "aiff", "m4a", "wma", "wv", "tta")
HOURS = 10


def test_fault_28_what_was_cut_is_as_long_as_what_is_left_and_tried_again_when_whole(
    program: Program, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    music.mkdir()
    whole = {kind: encode(kind, tone(SECONDS)) for kind in CUT}
    for kind, content in whole.items():
        (music / f"half-{kind}{suffix(kind)}").write_bytes(content[: len(content) // 2])
        (music / f"head-{kind}{suffix(kind)}").write_bytes(content[:1000])

    report = program.json("index", music)

    assert report["scan"]["found"] == 2 * len(CUT)
    for name, track in tracks(program, tmp_path).items():
        seconds = track["tags"]["seconds"]
        # The first frame of WavPack lasts a second, and its header is what the thousand bytes hold.
        longest = 0.65 * SECONDS if name.startswith("half") else 1.0
        assert seconds is None or 0 < seconds <= longest, name
    heads = {f"head-{kind}{suffix(kind)}" for kind in CUT}
    assert all(reason.endswith(".") and "unforeseen" not in reason for reason in reasons(program).values())
    assert {"half-mp3.mp3", "half-flac.flac", "half-wav.wav"}.isdisjoint(reasons(program))
    again = program.json("index")
    assert (again["read"], again["heard"], again["failed"]) == (0, 0, 0)

    [failed, *_] = sorted(heads & set(reasons(program)))
    (music / failed).write_bytes(whole[failed.partition(".")[0][5:]])
    mended = program.json("index")
    assert (mended["read"], mended["heard"], mended["failed"]) == (1, 1, 0)
    assert tracks(program, tmp_path)[failed]["tags"]["seconds"] == pytest.approx(SECONDS, abs=0.2)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a file with bytes flipped, doubled, overwritten or lost, mostly where its tags are."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = min(len(damaged) - 1, int(chance.expovariate(1 / 400)))
        match chance.randrange(4):
            case 0:
                damaged[at] ^= 1 << chance.randrange(8)
            case 1:
                damaged[at : at + 4] = struct.pack(">I", chance.choice((0, 1, 2**31 - 1, 2**32 - 1)))
            case 2:
                damaged[at:at] = damaged[at : at + chance.randint(1, 200)]
            case _:
                del damaged[at : at + chance.randint(1, 60)]
    return bytes(damaged)


def tagged(folder: Path) -> Iterator[bytes]:
    """Yield a tagged file of each format."""
    for kind in CUT:
        path = folder / f"tagged-{kind}{suffix(kind)}"
        path.write_bytes(encode(kind, tone(1.0)))
        tag_file(path, title="Dawn", artist="Ada", album="Days", genres=["Folk"], cover=b"\xff\xd8\xff" * 200)
        yield path.read_bytes()


def test_fault_30_fuzzed_files_are_read_or_refused_each_with_one_reason(
    program: Program, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    make_audio(music / "good.flac", signal=tone(1.0), title="Good")
    chance = random.Random(30)
    for kind, content in zip(CUT, tagged(tmp_path), strict=True):
        for number in range(12):
            (music / f"{kind}-{number}{suffix(kind)}").write_bytes(mutated(content, chance))
        (music / f"noise-{kind}{suffix(kind)}").write_bytes(chance.randbytes(5_000))

    report = program.json("index", music, "--no-listen")

    assert report["read"] + report["failed"] == report["scan"]["found"] == 1 + 13 * len(CUT)
    found = reasons(program)
    assert "good.flac" not in found
    assert all(reason.endswith(".") for reason in found.values())
    assert not [reason for reason in found.values() if "unforeseen" in reason or "stopped" in reason]
    assert program.json("queue", "folk")["entries"]


def long_mix(path: Path) -> None:
    """Write a file of ten hours that takes hardly any room: noise where an ear listens, else holes (RF64)."""
    frames = RATE * 3600 * HOURS
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, RATE, 4 * RATE, 4, 16)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, 4 * frames + 72, 4 * frames, frames, 0)
    endless = struct.pack("<I", 0xFFFFFFFF)
    noise = np.random.default_rng(39).normal(0, 3000, (5 * RATE, 2)).astype("<i2").tobytes()
    with path.open("wb") as file:
        file.write(b"RF64" + endless + b"WAVE" + sizes + form + b"data" + endless)
        begin = file.tell()
        for start in window_starts(3600.0 * HOURS, WINDOWS):
            file.seek(begin + 4 * int((start - 1) * RATE))
            file.write(noise)
        file.truncate(begin + 4 * frames)


@pytest.mark.skipif(os.name == "nt", reason="Windows fills what is skipped over in a file")
def test_fault_39_a_mix_of_ten_hours_and_six_gigabytes_is_heard_in_windows(
    program: Program, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    music.mkdir()
    long_mix(music / "mix.wav")
    assert (music / "mix.wav").stat().st_size > 6_000_000_000

    report = program.json("index", music)

    assert (report["read"], report["heard"], report["failed"]) == (1, 1, 0)
    known = tracks(program, tmp_path)["mix.wav"]
    assert known["tags"]["seconds"] == pytest.approx(3600.0 * HOURS)
    assert "10:00:00" in program("queue", "noise")
