"""Whether such music is here at all, with the real text model over small libraries."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from vibe_desktop.captions.describe import describe, genres_of
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Queue, Tags
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.models.phrase_file import PhraseFile
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.honesty import CLOSEST
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.moods.request import parse
from vibe_desktop.moods.senses import Senses
from vibe_desktop.moods.terms import Terms

METAL = [
    *[Tags(genres=("Death Metal",), moods=("aggressive",))] * 12,
    *[Tags(genres=("Heavy Metal",), moods=("energetic",))] * 12,
    *[Tags(genres=("Thrash Metal", "Hard Rock"))] * 8,
    *[Tags(genres=("Doom Metal",), moods=("dark",))] * 8,
    *[Tags(genres=("Gothic Metal",), moods=("sad",))] * 4,
]
CHANT = [Tags(genres=("Gregorian Chant",))] * 3
NOTHING = "Nothing here sounds like that"


@cache
def meanings(models: Path) -> Meanings:
    encoder = SentenceEncoder(models)
    return Meanings(Knowledge(load_vocabulary()), encoder, PhraseFile(models / "sbert" / "phrases.npz"))


def engine(folder: Path, models: Path, songs: Sequence[Tags], titles: Sequence[str] = ()) -> MoodEngine:
    """Return an engine over a real database of these songs, described as the product does."""
    vocabulary, encoder = load_vocabulary(), SentenceEncoder(models)
    db = Database.open(folder / "library.sqlite3")
    tracks, descriptions = TrackStore(db), DescriptionStore(db)
    named = [*titles, *[f"Song {n}" for n in range(len(songs))]]
    rows = [
        (n, replace(song, title=named[n - 1], artist=song.artist or f"Band {n}", seconds=200.0))
        for n, song in enumerate(songs, 1)
    ]
    root = tracks.add_root(folder)
    db.run_many(
        "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
        " VALUES (?, ?, ?, 1, 1, 1, ?, 0)",
        ((n, root, os.fsencode(folder / f"{n}.ogg"), n) for n, _ in rows),
    )
    tracks.store_tags([(n, tags, b"%d" % n) for n, tags in rows], lambda tags: genres_of(tags, vocabulary))
    found = [(n, describe(tags, (), "", vocabulary)) for n, tags in rows]
    descriptions.store_captions([(n, each.sentence, each.terms, b"") for n, each in found])
    vectors = encoder.encode([each.sentence for _, each in found]).astype(np.float16)
    ids = np.array([n for n, _ in rows], dtype=np.int64)
    meaning = meanings(models)
    terms = Terms(meaning.knowledge, descriptions.terms_and_labels())
    senses = Senses(encoder, Neighbours(ids, vectors), (), terms, meaning)
    return MoodEngine(tracks, descriptions, senses, vocabulary)


def ask(engine: MoodEngine, text: str) -> Queue:
    return engine.answer(parse(text, load_vocabulary()))


def says_nothing_fits(queue: Queue) -> bool:
    return any(note.startswith(NOTHING) for note in queue.notes)


@pytest.fixture
def metal(tmp_path: Path, models_folder: Path) -> MoodEngine:
    return engine(tmp_path, models_folder, METAL)


@pytest.mark.parametrize("text", ["gregorian chant", "bluegrass", "bossa nova", "some reggae, an hour"])
def test_what_a_metal_library_does_not_have_is_said_and_not_filled_up(metal: MoodEngine, text: str) -> None:
    queue = ask(metal, text)
    assert says_nothing_fits(queue)
    assert 0 < len(queue.entries) <= CLOSEST
    assert len(queue.notes) == 1


def test_where_nothing_fits_nobody_is_said_to_fit_too_often(tmp_path: Path, models_folder: Path) -> None:
    songs = [replace(song, artist="The Same Band") for song in METAL]
    queue = ask(engine(tmp_path, models_folder, songs), "gregorian chant")
    assert len(queue.entries) > 2
    assert [note for note in queue.notes if not note.startswith(NOTHING)] == []


@pytest.mark.parametrize("text", ["death metal", "aggressive", "something sad", "heavy metal for the gym"])
def test_what_is_there_is_never_denied(metal: MoodEngine, text: str) -> None:
    queue = ask(metal, text)
    assert not says_nothing_fits(queue)
    assert queue.entries


def test_the_closest_are_named_by_what_they_have_in_common(tmp_path: Path, models_folder: Path) -> None:
    songs = [*METAL, *[Tags(genres=("Dark Ambient",), moods=("peaceful",))] * 5]
    queue = ask(engine(tmp_path, models_folder, songs), "gregorian chant")
    [note] = queue.notes
    assert note.startswith(f"{NOTHING}; the closest are dark ambient")


def test_a_way_says_which_end_is_not_here(metal: MoodEngine) -> None:
    notes = ask(metal, "from aggressive to gregorian chant").notes
    assert "Nothing here sounds like “gregorian chant”; what comes closest stands there." in notes
    assert not any("becomes" in note for note in notes)


def test_a_way_from_what_is_missing_to_what_is_missing_too_is_none(metal: MoodEngine) -> None:
    queue = ask(metal, "from gregorian chant to bluegrass")
    assert says_nothing_fits(queue)
    assert len(queue.entries) <= CLOSEST
    assert len(queue.notes) == 1


def test_a_single_holder_is_enough_for_it_to_be_here(tmp_path: Path, models_folder: Path) -> None:
    assert not says_nothing_fits(ask(engine(tmp_path, models_folder, [*METAL, *CHANT]), "gregorian chant"))


def test_a_name_may_tell_what_no_tag_does(tmp_path: Path, models_folder: Path) -> None:
    named = engine(tmp_path, models_folder, METAL, ["Gregorian Chant for Three Voices"])
    assert not says_nothing_fits(ask(named, "gregorian chant"))


def test_a_name_tells_however_many_others_have_one_of_its_words(tmp_path: Path, models_folder: Path) -> None:
    titles = ["Gregorian Midnight Chant in a Title of Many Words", *["Chant"] * 120, *["Gregorian"] * 120]
    named = engine(tmp_path, models_folder, METAL * 6, titles)
    assert not says_nothing_fits(ask(named, "gregorian chant"))


@pytest.mark.parametrize("known", [0, 5])
def test_a_library_of_which_little_is_known_is_told_nothing(
    tmp_path: Path, models_folder: Path, known: int
) -> None:
    songs = [*METAL[:known], *[Tags()] * 40]
    assert not says_nothing_fits(ask(engine(tmp_path, models_folder, songs), "gregorian chant"))


def test_likeness_and_limits_are_no_matter_of_words(metal: MoodEngine) -> None:
    assert not says_nothing_fits(ask(metal, "20 songs"))
    request = parse("gregorian chant", load_vocabulary())
    assert says_nothing_fits(metal.answer(request))
    assert metal.answer(request) == metal.answer(request)
