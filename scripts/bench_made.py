"""What the measurements are taken on: tagged files, tracks to listen to, and whole libraries, all made here.

Everything follows from fixed seeds, so two runs measure the same.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vibe_desktop.domain import Hearing, Label, Tags
from vibe_desktop.index.vectors import digest
from vibe_desktop.index.workers import batched
from vibe_desktop.moods.request import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vibe_desktop.app import App
    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import FloatMatrix, MoodRequest, Space, TrackId
    from vibe_desktop.moods.named import Names

GENRES = [
    "Rock",
    "Metal",
    "Folk",
    "Jazz",
    "Blues",
    "Ambient",
    "Techno",
    "House",
    "Hip-Hop",
    "Soul",
    "Funk",
    "Reggae",
    "Classical",
    "Country",
    "Electronic",
    "Pop",
    "Punk",
    "Indie Rock",
    "Post-Rock",
    "Drum and Bass",
    "Trip-Hop",
    "Bossa Nova",
    "Gospel",
    "Soundtrack",
]
MOODS = [
    "calm",
    "happy",
    "sad",
    "dark",
    "dreamy",
    "energetic",
    "romantic",
    "epic",
    "melancholic",
    "aggressive",
    "warm",
    "playful",
]
INSTRUMENTS = [
    "piano",
    "guitar",
    "violin",
    "saxophone",
    "synthesizer",
    "flute",
    "drums",
    "cello",
    "organ",
    "trumpet",
]
_WORDS = [
    "river",
    "night",
    "stone",
    "glass",
    "winter",
    "summer",
    "lantern",
    "harbour",
    "echo",
    "garden",
    "paper",
    "thunder",
    "salt",
    "amber",
]

_WAYS = ("mood", "avoid", "mood", "less", "mood", "like", "mood", "steer", "mood", "arc", "mood", "years")

_TESTS = Path(__file__).resolve().parent.parent / "tests"
_TEMPLATES = 400
_KINDS = ("mp3", "mp3", "mp3", "flac", "flac", "m4a", "opus")
_NUMBER = "000000"
_BATCH = 4096
_SENTENCES = 600


def moods(count: int) -> list[str]:
    """Return as many different moods of the kind people type."""
    rng = np.random.default_rng(7)
    return [f"{MOODS[a]} {GENRES[b].lower()} with {INSTRUMENTS[c]}" for a, b, c in _picks(rng, count)]


def requests(
    vocabulary: Vocabulary, names: Names, count: int
) -> Iterator[tuple[str, Callable[[], MoodRequest]]]:
    """Yield as many different requests: what each adds to a plain mood, and what reads it.

    Half are plain moods; of the others every sixth refuses something, wants less of it, is like
    a track, leans along an axis, leads from one mood to another, or keeps to years.
    """
    for number, mood in enumerate(moods(count)):
        way, instrument = _WAYS[number % len(_WAYS)], INSTRUMENTS[number % len(INSTRUMENTS)]
        text = {
            "avoid": f"{mood}, no {instrument}",
            "less": f"{mood}, less {instrument}",
            "arc": f"{mood}, from {MOODS[number % 12]} to {MOODS[(number + 5) % 12]}",
            "years": f"{mood}, before 1990",
        }.get(way, mood)
        mores: dict[str, dict[str, Any]] = {
            "like": {"like": (number + 1,)},
            "steer": {"steer": (("energy", 0.6), ("brightness", -0.3))},
        }
        yield way, partial(_read, text, vocabulary, names, mores.get(way, {}))


def _read(text: str, vocabulary: Vocabulary, names: Names, more: Mapping[str, Any]) -> MoodRequest:
    return replace(parse(text, vocabulary, names), **more)


def sentences(count: int) -> list[str]:
    """Return as many captions of the usual length."""
    rng = np.random.default_rng(11)
    return [
        f"A {MOODS[a]} {GENRES[b].lower()} track with {INSTRUMENTS[c]} and {INSTRUMENTS[c - 1]}, "
        f"{MOODS[a - 1]} and slow, from the {1960 + 10 * (a % 6)}s; good for a {_WORDS[b % 14]} evening."
        for a, b, c in _picks(rng, count)
    ]


def _picks(rng: np.random.Generator, count: int) -> list[tuple[int, int, int]]:
    sizes = (len(MOODS), len(GENRES), len(INSTRUMENTS))
    every = rng.permutation(np.prod(sizes))[np.arange(count) % np.prod(sizes)]
    a, b, c = np.unravel_index(every, sizes)
    return list(zip(a.tolist(), b.tolist(), c.tolist(), strict=True))


def tagged_files(folder: Path, count: int, seconds: float = 1.0) -> None:
    """Write `count` short files: MP3, FLAC, M4A and Opus, every album in a folder of its own.

    400 of them are encoded and tagged; the others are copies with another
    number in the title (except Opus, whose pages carry checksums).
    """
    songs = templates(folder, min(_TEMPLATES, count), seconds)
    for number in range(count):
        content, suffix = songs[number % len(songs)]
        place = folder / f"Artist {number // 96:04}" / f"Album {number // 12:05}"
        if number % 12 == 0:
            place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:06} track{suffix}").write_bytes(numbered(content, suffix, number))


def templates(folder: Path, count: int, seconds: float) -> list[tuple[bytes, str]]:
    """Return as many different tagged files, content and suffix; `folder` is where they are made."""
    return [_template(folder / "template", number, seconds) for number in range(count)]


def numbered(content: bytes, suffix: str, number: int) -> bytes:
    """Return the content of a template with a number in its title, where that can be had so simply."""
    return content if suffix == ".opus" else content.replace(_NUMBER.encode(), b"%06d" % number)


def _template(place: Path, number: int, seconds: float) -> tuple[bytes, str]:
    files = _audio_files()
    kind = _KINDS[number % len(_KINDS)]
    tags = _tags(number)
    path = files.make_audio(
        place.with_suffix(files.suffix(kind)),
        kind,
        files.tone(seconds, 110.0 + number),
        title=tags.title,
        artist=tags.artist,
        album_artist=tags.artist,
        album=tags.album,
        track=str(tags.track_number),
        date=str(tags.year),
        genres=list(tags.genres),
        comment=f"{MOODS[number % 12]}, {INSTRUMENTS[number % 10]}",
    )
    content = path.read_bytes()
    path.unlink()
    return content, path.suffix


def _audio_files() -> Any:
    """Return the tests' own maker of audio files."""
    if str(_TESTS) not in sys.path:
        sys.path.append(str(_TESTS))
    import audio_files

    return audio_files


def _tags(number: int) -> Tags:
    words = [_WORDS[number % 14], _WORDS[number // 14 % 14]]
    return Tags(
        title=f"{' '.join(words).title()} {_NUMBER}",
        artist=f"The {_WORDS[number % 13].title()} {_WORDS[number // 13 % 14].title()}s",
        album=f"{_WORDS[number // 7 % 14].title()} and {MOODS[number // 7 % 12].title()}",
        track_number=number % 12 + 1,
        year=1960 + number % 60,
        genres=(GENRES[number % 24], GENRES[number // 5 % 24]),
        seconds=180.0 + number % 120,
    )


def tracks_to_hear(folder: Path, count: int, seconds: float = 180.0) -> list[Path]:
    """Write `count` tracks that are long enough to seek in; eight are different, the rest are copies."""
    files = _audio_files()
    folder.mkdir(parents=True, exist_ok=True)
    contents = [
        (files.encode(kind, _tune(number, seconds, files.RATE)), files.suffix(kind))
        for number, kind in enumerate(("mp3", "flac", "m4a", "ogg", "opus", "mp3", "mp3", "flac"))
    ]
    paths = []
    for number in range(count):
        content, suffix = contents[number % len(contents)]
        paths.append(folder / f"{number:03}{suffix}")
        paths[-1].write_bytes(content)
    return paths


def _tune(number: int, seconds: float, rate: int) -> Any:
    """Return a chord that swells over a beat and some noise, shape (seconds * rate,), float32."""
    t = np.arange(int(seconds * rate), dtype=np.float32) / rate
    chord = sum(np.sin(2 * np.pi * (110 + 20 * number) * ratio * t) for ratio in (1, 1.25, 1.5, 2))
    beat = np.exp(-8 * (t * (1 + number / 4) % 1))
    noise = np.random.default_rng(number).normal(0, 0.05, len(t))
    return (0.1 * chord * (0.5 + 0.5 * np.sin(t / 7)) + 0.3 * beat * noise * 4).astype(np.float32)


def fill_library(app: App, count: int, texts: Space, sounds: Space | None) -> None:
    """Store `count` tracks with tags, captions and vectors in both spaces, without any file being there.

    Text vectors lie around those of 600 captions, the ear's around 100 points.
    """
    rng = np.random.default_rng(3)
    captions = sentences(_SENTENCES)
    centres = app.encoder.encode(captions)
    app.stores.db.run("INSERT INTO root (path, added_at) VALUES (?, ?)", (b"made", time.time()))
    for numbers in batched(range(1, count + 1), _BATCH):
        with app.stores.db.transaction():
            _store_tracks(app, numbers, captions)
            around = centres[np.asarray(numbers) % _SENTENCES]
            _store_vectors(app, texts, numbers, around + rng.normal(0, 0.02, around.shape).astype(np.float32))
            if sounds is not None:
                _store_hearings(app, sounds, numbers, rng)


def _store_tracks(app: App, numbers: Sequence[TrackId], captions: Sequence[str]) -> None:
    app.stores.db.run_many(
        "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
        " VALUES (?, 1, ?, 1, 1, 1, 1, 0)",
        ((number, b"made/%d.mp3" % number) for number in numbers),
    )
    tags = [(number, _tags(number), digest(str(number))) for number in numbers]
    app.stores.tracks.store_tags(tags, lambda found: [genre.lower() for genre in found.genres])
    terms = _terms(app.vocabulary, tuple(captions))
    rows = [
        (number, captions[number % _SENTENCES], terms[number % _SENTENCES], b"made") for number in numbers
    ]
    app.stores.descriptions.store_captions(rows)


@lru_cache(maxsize=4)
def _terms(vocabulary: Vocabulary, captions: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the words of the vocabulary in each caption, as those that describe tracks store them."""
    mentions = (vocabulary.mentions(caption) for caption in captions)
    return [tuple(dict.fromkeys(mention.entry.name for mention in each)) for each in mentions]


def _store_vectors(app: App, space: Space, numbers: Sequence[TrackId], vectors: FloatMatrix) -> None:
    rows = [(number, vector, b"made") for number, vector in zip(numbers, vectors, strict=True)]
    app.stores.vectors.put(space, rows)


def _store_hearings(app: App, space: Space, numbers: Sequence[TrackId], rng: np.random.Generator) -> None:
    centres = np.random.default_rng(5).normal(0, 1, (100, space.dimensions))
    heard = centres[np.asarray(numbers) % 100] + rng.normal(0, 0.5, (len(numbers), space.dimensions))
    vectors = heard.astype(np.float32)
    _store_vectors(app, space, numbers, vectors)
    labels = (Label("guitar", 0.6), Label("slow", 0.3))
    spread = np.full(space.dimensions, 0.1, np.float32)
    rows = [(number, Hearing(v, spread, labels)) for number, v in zip(numbers, vectors, strict=True)]
    app.stores.descriptions.store_hearings(app.stores.vectors.space_id(space), rows)


def fill_windows(app: App, count: int, space: Space, windows: int = 6) -> None:
    """Let an ear have heard `count` tracks: windows that are random unit vectors, and their means."""
    rng = np.random.default_rng(9)
    labels, spread = (Label("guitar", 0.6),), np.full(space.dimensions, 0.1, np.float32)
    for numbers in batched(range(1, count + 1), _BATCH):
        heard = _unit(rng.standard_normal((len(numbers), windows, space.dimensions), np.float32))
        means = _unit(heard.mean(axis=1))
        with app.stores.db.transaction():
            _store_vectors(app, space, numbers, means)
            app.stores.vectors.put_windows(space, list(zip(numbers, heard, strict=True)))
            rows = [
                (number, Hearing(mean, spread, labels)) for number, mean in zip(numbers, means, strict=True)
            ]
            app.stores.descriptions.store_hearings(app.stores.vectors.space_id(space), rows)


def _unit(rows: FloatMatrix) -> FloatMatrix:
    of_length_1: FloatMatrix = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return of_length_1
