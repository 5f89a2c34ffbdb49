"""What the tortured library is made of: tiny real files in every format, and hostile ones of every sort."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

# The tests' own makers of audio files and tags.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from audio_files import KINDS as ENCODED
from audio_files import encode, suffix, tone
from tag_writing import tag_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_OTHER_NAMES = (("m4a", ".mp4"), ("m4a", ".m4b"), ("ogg", ".oga"), ("aiff", ".aif"), ("aiff", ".aifc"))
KINDS = (*((kind, suffix(kind)) for kind in ENCODED), *_OTHER_NAMES, ("aac", ".aac"))
"""Every format the library reads, with each ending it goes by."""

UNTAGGED = frozenset(["aac"])
_SECONDS = 0.4
_GENRES = ("Folk", "Techno", "Heavy Metal", "Jazz", "Ambient", "Classical", "Soul", "Punk")
_MOODS = ("calm", "happy", "dark", "dreamy", "angry", "warm")
_SURPRISES = "A\0B \u202edlo\u2066 \x1b[31m \N{GUITAR} e\u0301"


def write_song(path: Path, kind: str, number: int) -> None:
    """Write a tagged song of a kind; another number sounds otherwise and is called otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_sound(kind, number))
    retag(path, kind, number, take=1)


def retag(path: Path, kind: str, number: int, take: int) -> None:
    """Give a song the tags of its `take`; a kind that has none is left alone."""
    if kind in UNTAGGED:
        return
    tag_file(
        path,
        title=f"Song {number}" if take == 1 else f"Song {number}, take {take}",
        artist=f"Artist {number % 7}",
        album=f"Album {number % 11}",
        date=str(1950 + (number * take) % 70),
        genres=_GENRES[(number + take) % len(_GENRES)],
        **({} if kind in ("ape", "mpc") else {"moods": [_MOODS[(number * take) % len(_MOODS)]]}),
    )


def _sound(kind: str, number: int) -> bytes:
    signal = tone(_SECONDS, 150.0 + 3 * number)
    return _raw_aac(signal) if kind == "aac" else encode(kind, signal)


def _raw_aac(signal: np.ndarray[Any, np.dtype[np.float32]]) -> bytes:
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        frame = av.AudioFrame.from_ndarray(signal[None], format="fltp", layout="mono")
        frame.sample_rate = 44_100
        for each in (frame, None):
            container.mux(stream.encode(each))
    return target.getvalue()


# --- Hostile files: each is made in a folder; what can be moved about is returned ---


def _truncated(folder: Path, chance: Random, number: int) -> Path:
    kind, ending = chance.choice(KINDS)
    whole = _sound(kind, number)
    return _written(folder / f"truncated {number}{ending}", whole[: chance.randrange(1, len(whole))])


def _flipped(folder: Path, chance: Random, number: int) -> Path:
    kind, ending = chance.choice(KINDS)
    content = bytearray(_sound(kind, number))
    for _ in range(20):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return _written(folder / f"flipped {number}{ending}", content)


def _noise(folder: Path, chance: Random, number: int) -> Path:
    _, ending = chance.choice(KINDS)
    return _written(folder / f"noise {number}{ending}", chance.randbytes(chance.randrange(1, 9000)))


def _page(folder: Path, chance: Random, number: int) -> Path:
    return _written(folder / f"page {number}.mp3", f"<html>Not found: {number}</html>".encode())


def _empty(folder: Path, chance: Random, number: int) -> Path:
    return _written(folder / f"empty {number}{chance.choice(KINDS)[1]}", b"")


def _wrong_ending(folder: Path, chance: Random, number: int) -> Path:
    kind, ending = chance.choice(KINDS)[0], chance.choice(KINDS)[1]
    return _written(folder / f"other {number}{ending}", _sound(kind, number))


def _huge_tags(folder: Path, chance: Random, number: int) -> Path:
    path = _written(folder / f"huge {number}.flac", _sound("flac", number))
    tag_file(
        path, title="Long" * 50_000, comment="x" * 500_000, genres=["g" * 5000] * 40, cover=bytes(2 << 20)
    )
    return path


def _odd_tags(folder: Path, chance: Random, number: int) -> Path:
    path = _written(folder / f"odd {number}.ogg", _sound("ogg", number))
    tag_file(
        path, title=_SURPRISES, artist="", date="99999-99-99", track="3/12/x", bpm="-1e999", genres=[""] * 900
    )
    return path


def _no_text(folder: Path, chance: Random, number: int) -> Path:
    name = os.fsdecode(b"caf\xe9\nsecond\x1b[2J line " + str(number).encode() + b".opus")
    return _written(folder / name, _sound("opus", number))


def _odd_name(folder: Path, chance: Random, number: int) -> Path:
    return _written(folder / f"-rf %20 #? ;&|'\"$(x) {number}.wav", _sound("wav", number))


def _deep(folder: Path, chance: Random, number: int) -> Path:
    deep = folder.joinpath(*(f"{step} {'deep ' * 30}" for step in range(15)))
    return _written(deep / f"deep {number}.mp3", _sound("mp3", number))


def _pipe(folder: Path, chance: Random, number: int) -> None:
    os.mkfifo(folder / f"pipe {number}.mp3")


def _loop(folder: Path, chance: Random, number: int) -> None:
    (folder / f"loop {number}").symlink_to(folder, target_is_directory=True)


def _broken_link(folder: Path, chance: Random, number: int) -> None:
    (folder / f"broken {number}.mp3").symlink_to(folder / "nothing.mp3")


def _hidden(folder: Path, chance: Random, number: int) -> None:
    _written(folder / f"._hidden {number}.mp3", _sound("mp3", number))
    _written(folder / f"marked {number}" / ".nomedia", b"")
    _written(folder / f"marked {number}" / "unseen.mp3", _sound("mp3", number))


def _folder(folder: Path, chance: Random, number: int) -> Path:
    return _written(folder / f"folder {number}.mp3" / "inside.flac", _sound("flac", number))


def _written(path: Path, content: bytes | bytearray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


HOSTILE: tuple[Callable[[Path, Random, int], Path | None], ...] = (
    _truncated, _flipped, _noise, _page, _empty, _wrong_ending, _huge_tags, _odd_tags, _no_text, _odd_name,
    _deep, _folder, _hidden, *((_pipe, _loop, _broken_link) if os.name == "posix" else ()),
)  # fmt: skip
