"""Two dozen small songs in a few styles, for tests that need a queue of some length."""

from __future__ import annotations

from pathlib import Path

from audio_files import make_audio
from music_folder import make_sound

# Artist, album, genre, year, comment, sound, titles.
ALBUMS = (
    ("The Lanterns", "Slow Lines", "Ambient", "2011", "calm quiet evening drone", "drone",
     ("Night Train", "Harbour", "Low Tide", "Ferry", "Pier")),
    ("Ada Quill", "Letters", "Folk", "1972", "calm acoustic guitar, gentle", "pluck",
     ("Window Seat", "First Snow", "Kettle", "Orchard", "Postcard")),
    ("Ida Marsh", "Small Hours", "Classical", "2003", "calm piano, soft and sleepy", "pluck",
     ("Lullaby", "Nocturne", "Lamp", "Curtain")),
    ("Pulse Unit", "Grid", "Techno", "1999", "energetic dance, electronic", "beat",
     ("Four Walls", "Grid", "Relay", "Strobe", "Conveyor")),
    ("Rust Choir", "Foundry", "Heavy Metal", "1986", "loud angry guitars", "noise",
     ("Anvil", "Furnace", "Slag", "Rivet", "Crucible")),
)  # fmt: skip


def make_songs(folder: Path, seconds: float = 10.0) -> list[Path]:
    """Write the albums below `folder`, a folder for each, and return the files."""
    files: list[Path] = []
    for artist, album, genre, year, comment, sound, titles in ALBUMS:
        for number, title in enumerate(titles, 1):
            path = folder / artist / album / f"{number:02} {title}.flac"
            signal = make_sound(sound, seconds, seed=len(files))
            files.append(
                make_audio(
                    path,
                    signal=signal,
                    title=title,
                    artist=artist,
                    album=album,
                    genres=genre,
                    date=year,
                    comment=comment,
                )
            )
    return files
