"""What a request leaves to choose from, over a real database."""

from dataclasses import replace
from pathlib import Path

import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest, Queue, Tags
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.moods.chips import ChipKind, chips, without
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.keyword import KeywordEngine
from vibe_desktop.moods.request import parse

SONGS = [
    *[(f"rain {n}", {"language": "fre", "bpm": 120.0}) for n in range(4)],
    *[(f"rain {n}", {"language": "Deutsch", "bpm": 60.0}) for n in range(4, 8)],
    *[(f"rain {n}", {"bpm": 240.0}) for n in range(8, 12)],
    *[(f"rain {n}", {}) for n in range(12, 20)],
    *[(f"polka {n}", {"language": "fr-CA", "bpm": 118.0}) for n in range(20, 40)],
]
FRENCH, GERMAN, FAST, UNKNOWN = range(1, 5), range(5, 9), range(9, 13), range(13, 21)


@pytest.fixture
def engine(tmp_path: Path) -> MoodEngine:
    """Return an engine over rain in three tempos and of none that is known, and polka."""
    songs = [
        Song(title.split()[0], Tags(title=title, artist=title, seconds=180.0, **facts))  # type: ignore[arg-type]
        for title, facts in SONGS
    ]
    return make_engine(tmp_path, songs, load_vocabulary())


def read(text: str) -> MoodRequest:
    return parse(text, load_vocabulary())


def ids(queue: Queue) -> set[int]:
    return {entry.track.id for entry in queue.entries}


def test_only_what_is_sung_in_the_language_comes(engine: MoodEngine) -> None:
    assert ids(engine.answer(read("rain in French"))) == set(FRENCH)
    assert ids(engine.answer(read("rain in German or French"))) == {*FRENCH, *GERMAN}


def test_a_language_nothing_is_tagged_with_leaves_out_nothing_and_is_said(engine: MoodEngine) -> None:
    plain, queue = engine.answer(read("rain")), engine.answer(read("rain in Welsh"))
    assert ids(queue) == ids(plain)
    assert "No song here says it is sung in Welsh, so language was left out." in queue.notes


def test_years_leave_out_nothing_where_nobody_says_when_it_is_from(engine: MoodEngine) -> None:
    queue = engine.answer(read("rain from the fifties"))
    assert ids(queue) == ids(engine.answer(read("rain")))
    assert "No song here says when it is from, so the years were left out." in queue.notes


def test_what_was_left_out_is_not_blamed_for_an_empty_queue(tmp_path: Path) -> None:
    songs = [Song("rain", Tags(title=f"T{n}", artist=f"A{n}", year=2009)) for n in range(3)]
    queue = make_engine(tmp_path, songs, load_vocabulary()).answer(read("rain in Welsh from the eighties"))
    left_out, empty = queue.notes
    assert left_out == "No song here says it is sung in Welsh, so language was left out."
    assert empty.startswith("No track is from 1980 to 1989. Try other years")
    assert "Welsh" not in empty
    assert "Leave the language out" not in empty


def test_years_count_where_one_song_says_when_it_is_from(tmp_path: Path) -> None:
    songs = [Song("rain", Tags(title=f"T{n}", artist=f"A{n}", year=1955 if n else None)) for n in range(3)]
    queue = make_engine(tmp_path, songs, load_vocabulary()).answer(read("rain from the fifties"))
    assert ids(queue) == {2, 3}


def test_what_is_known_to_be_faster_or_slower_is_out_and_what_may_fit_comes_behind(
    engine: MoodEngine,
) -> None:
    ranking = engine.rank(read("rain around 120 bpm"))
    found = ranking.ids[: ranking.fitting].tolist()
    assert set(found[:4]) == set(FRENCH)
    assert set(found[4:]) == set(UNKNOWN)
    assert not set(ranking.ids.tolist()) & {*GERMAN, *FAST}


def test_twice_the_tempo_is_another_tempo(engine: MoodEngine) -> None:
    assert not ids(engine.answer(read("rain at 120 bpm"))) & set(FAST)


def test_where_no_tempo_is_the_one_asked_for_it_is_said(engine: MoodEngine) -> None:
    queue = engine.answer(read("rain at 180 bpm"))
    assert ids(queue) == set(UNKNOWN)
    assert (
        "No track that fits is known to be around 180 bpm, so these are tracks whose tempo is not known."
        in queue.notes
    )
    queue = engine.answer(read("rain in German at 180 bpm"))
    assert ids(queue) == set(GERMAN)
    assert "No track that fits is around 180 bpm, so tempo was left out." in queue.notes


def test_without_a_mood_the_known_come_first(engine: MoodEngine) -> None:
    known = {*FRENCH, *range(21, 41)}
    assert ids(engine.answer(read("24 songs at 120 bpm"))) == known
    assert ids(engine.answer(read("60 songs at 120 bpm"))) == {*known, *UNKNOWN}


def test_only_tracks_of_the_artists_named_come(engine: MoodEngine) -> None:
    assert ids(engine.answer(replace(read("rain"), by=(2, 3, 25)))) == {2, 3}
    assert ids(engine.answer(MoodRequest("", "", by=(2, 25, 999)))) == {2, 25}
    gone = engine.answer(replace(read("rain"), by=(999,)))
    assert gone.notes[0].startswith("No track is by whom you named.")


@pytest.mark.parametrize(
    ("text", "kind"), [("rain in French", ChipKind.LANGUAGE), ("rain at 120 bpm", ChipKind.BPM)]
)
def test_taking_the_chip_away_gives_the_whole_queue(engine: MoodEngine, text: str, kind: ChipKind) -> None:
    request = read(text)
    [chip] = [chip for chip in chips(request, {}, load_vocabulary()) if chip.kind is kind]
    left = without(request, chip)
    assert engine.answer(left).entries == engine.answer(read("rain")).entries


def test_the_same_limits_hold_where_only_words_are_searched(engine: MoodEngine, tmp_path: Path) -> None:
    db = Database.open(tmp_path / "library.sqlite3")
    words = KeywordEngine(TrackStore(db), DescriptionStore(db), load_vocabulary())
    assert ids(words.answer(read("rain in French"))) == set(FRENCH)
    queue = words.answer(read("rain in Welsh"))
    assert queue.notes[0] == "No song here says it is sung in Welsh, so language was left out."
    assert not ids(words.answer(read("rain at 120 bpm"))) & {*GERMAN, *FAST}
