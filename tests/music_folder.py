"""A small music folder of real files for tests: different formats, tags and sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from audio_files import RATE, Signal, make_audio

# Title, artist, album, genre, year, file type, and what it sounds like.
SONGS = (
    ("Night Train", "The Lanterns", "Slow Lines", "Ambient", "2011", "ogg", "drone"),
    ("Harbour", "The Lanterns", "Slow Lines", "Ambient", "2011", "flac", "drone"),
    ("Anvil", "Rust Choir", "Foundry", "Heavy Metal", "1986", "mp3", "noise"),
    ("Furnace", "Rust Choir", "Foundry", "Heavy Metal", "1986", "mp3", "noise"),
    ("Four Walls", "Pulse Unit", "Grid", "Techno", "1999", "m4a", "beat"),
    ("Grid", "Pulse Unit", "Grid", "Techno", "1999", "opus", "beat"),
    ("Window Seat", "Ada Quill", "Letters", "Folk", "1972", "flac", "pluck"),
    ("First Snow", "Ada Quill", "Letters", "Folk", "1972", "wav", "pluck"),
    ("Lullaby", "Ida Marsh", "Small Hours", "Classical", "2003", "aiff", "pluck"),
    ("Nocturne", "Ida Marsh", "Small Hours", "Classical", "2003", "ogg", "drone"),
)


def make_music(folder: Path, seconds: float = 4.0) -> list[Path]:
    """Write `SONGS` below `folder`, an album a folder, and return the files."""
    files = []
    for number, (title, artist, album, genre, year, kind, sound) in enumerate(SONGS):
        path = folder / artist / album / f"{number % 2 + 1:02} {title}.{kind}"
        tags = {"title": title, "artist": artist, "album": album, "genres": genre, "date": year}
        files.append(make_audio(path, signal=make_sound(sound, seconds, number), **tags))
    return files


def make_sound(kind: str, seconds: float, seed: int = 0) -> Signal:
    """Return `seconds` of a drone, noise, a beat or plucked notes at `RATE`, float32, peak below 1."""
    time = np.arange(int(seconds * RATE)) / RATE
    random = np.random.default_rng(seed)
    pitch = 110.0 * 2 ** (random.integers(0, 12) / 12)
    if kind == "drone":
        wave = sum(np.sin(2 * np.pi * pitch * ratio * time) for ratio in (1, 1.5, 2.01))
    elif kind == "noise":
        wave = np.tanh(8 * np.sin(2 * np.pi * pitch * time)) + random.normal(0, 0.5, len(time))
    elif kind == "beat":
        wave = np.sin(2 * np.pi * 55 * time) * np.exp(-12 * (time % 0.5)) + 0.3 * np.sin(
            8 * np.pi * pitch * time
        )
    else:
        wave = np.sin(2 * np.pi * 4 * pitch * time) * np.exp(-5 * (time % 0.7))
    return np.asarray(0.8 * wave / np.max(np.abs(wave)), dtype=np.float32)
