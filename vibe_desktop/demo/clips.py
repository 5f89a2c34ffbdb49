"""The synthesised demonstration: short pieces in clearly different styles, tagged like a real collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vibe_desktop.demo.encoding import write_opus
from vibe_desktop.progress import Progress
from vibe_desktop.synthesis import acoustic, amplified, electronic
from vibe_desktop.synthesis.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Clip:
    """One piece: what it says of itself and the recipe that plays it."""

    title: str
    genres: str
    moods: str
    bpm: float
    recipe: Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Album:
    """Pieces that belong together."""

    artist: str
    title: str
    year: int
    clips: tuple[Clip, ...]


SECONDS = 22.0

ALBUMS = (
    Album("Vibe Desktop Demo Ensemble", "Small Rooms", 1998, (
        Clip("Cradle Song at Dusk", "Classical; Lullaby", "calm, tender", 66, acoustic.lullaby),
        Clip("Adagio for an Empty Hall", "Classical; Strings", "sad, slow", 54, acoustic.adagio),
        Clip("A Letter Not Sent", "Classical; Cello", "sad, lonely", 60, acoustic.cello_letter),
    )),
    Album("Vibe Desktop Demo Ensemble", "Dances", 2001, (
        Clip("Ballroom Candles", "Classical; Waltz", "elegant, happy", 168, acoustic.waltz),
        Clip("The Clockmaker's Invention", "Baroque; Harpsichord", "playful", 112, acoustic.baroque),
    )),
    Album("Choir of Filters", "Nave", 2004, (
        Clip("Sanctus of Stone", "Choral; Sacred", "spiritual, peaceful", 52, acoustic.sacred_choir),
        Clip("The Gates Stand Open", "Soundtrack; Epic", "epic, powerful", 96, acoustic.epic),
    )),
    Album("Karplus County", "Gravel", 2011, (
        Clip("Porch Light", "Folk; Acoustic", "relaxed, warm", 96, acoustic.fingerpicking),
        Clip("Copper Rails", "Country; Bluegrass", "cheerful, energetic", 132, acoustic.bluegrass),
    )),
    Album("Karplus County", "Night Shift", 2012, (
        Clip("Twelve Bars of Rain", "Blues", "melancholic, groovy", 88, amplified.blues),
    )),
    Album("Three Sines", "Terrace", 1964, (
        Clip("Sea Window", "Bossa Nova; Latin", "relaxed, romantic", 132, acoustic.bossa),
        Clip("Midnight, Second Set", "Jazz; Swing", "cool, lively", 144, acoustic.jazz_trio),
        Clip("Corner Pocket", "Funk", "groovy, fun", 104, amplified.funk),
    )),
    Album("Long Decay", "Still Water", 2009, (
        Clip("Flute by the River", "New Age; Meditation", "peaceful, meditative", 70, acoustic.river_flute),
        Clip("Bronze Hours", "World; Gamelan", "meditative, hypnotic", 92, acoustic.gamelan),
    )),
    Album("Long Decay", "Caravan", 2010, (
        Clip("Steps in the Sand", "World; Middle Eastern", "mysterious", 100, acoustic.desert),
    )),
    Album("Long Decay", "Deep Field", 2015, (
        Clip("Far Nebula", "Ambient; Space", "dreamy, calm", 60, electronic.ambient_drone),
        Clip("Below the Station", "Dark Ambient", "dark, tense", 60, electronic.dark_ambient),
    )),
    Album("Clipping Point", "Overload", 1988, (
        Clip("Iron Tide", "Metal; Thrash Metal", "aggressive, heavy, fast", 176, amplified.metal),
        Clip("Slow Collapse", "Metal; Doom Metal", "dark, heavy", 62, amplified.doom),
    )),
    Album("Clipping Point", "Three Chords", 1979, (
        Clip("Basement Riot", "Punk Rock", "angry, energetic", 184, amplified.punk),
        Clip("One More Mile Home", "Soft Rock; Ballad", "sentimental, hopeful", 72, amplified.ballad),
    )),
    Album("Four Phase Motor", "Low End", 1977, (
        Clip("Roots Signal", "Reggae; Dub", "laid-back, sunny", 74, amplified.reggae),
        Clip("Mirror Ball", "Disco", "happy, danceable", 118, electronic.disco),
    )),
    Album("Four Phase Motor", "Warehouse", 1996, (
        Clip("Concrete Pulse", "Techno", "driving, hypnotic", 132, electronic.techno),
        Clip("Cumulus", "Trance", "euphoric, uplifting", 138, electronic.trance),
        Clip("Breakwater", "Drum and Bass", "energetic, dark", 174, electronic.drum_and_bass),
        Clip("Bolt Cutter", "Industrial", "aggressive, dark", 124, electronic.industrial),
    )),
    Album("Square Root of Eight", "Continue?", 1990, (
        Clip("Pixel Dash", "Chiptune; Game", "playful, fast", 150, electronic.chiptune),
    )),
    Album("Square Root of Eight", "Side B", 2019, (
        Clip("Rain on Cassette", "Lo-Fi Hip Hop", "relaxed, nostalgic", 76, electronic.lo_fi),
        Clip("Neon Coast", "Synthwave", "nostalgic, cool", 100, electronic.synthwave),
        Clip("Lantern Weight", "Hip Hop; Trap", "dark, confident", 140, electronic.trap),
    )),
)  # fmt: skip


def synthesise(folder: Path, progress: Progress) -> list[Path]:
    """Play, encode and tag every clip into `folder`; one that is already there is kept."""
    progress.begin("Making music", sum(len(album.clips) for album in ALBUMS))
    files = []
    for album in ALBUMS:
        place = folder / album.artist / album.title.rstrip("?")
        place.mkdir(parents=True, exist_ok=True)
        for number, clip in enumerate(album.clips, 1):
            file = place / f"{number:02} {clip.title}.opus"
            if not file.exists():
                _make(file, album, clip, number)
            files.append(file)
            progress.advance(note=clip.title)
    return files


def _make(file: Path, album: Album, clip: Clip, number: int) -> None:
    canvas = Canvas(SECONDS, clip.bpm)
    clip.recipe(canvas)
    tags: dict[str, str | list[str]] = {
        "TITLE": clip.title, "ARTIST": album.artist, "ALBUM": album.title, "ALBUMARTIST": album.artist,
        "TRACKNUMBER": str(number), "DATE": str(album.year), "BPM": f"{clip.bpm:g}",
        "GENRE": clip.genres.split("; "), "MOOD": clip.moods.split(", "),
        "COMMENT": "Synthesised by Vibe Desktop for its demonstration", "LICENSE": "CC0 1.0",
    }  # fmt: skip
    write_opus(file, canvas.finished(), tags)
