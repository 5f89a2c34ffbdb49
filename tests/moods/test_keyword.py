"""Answers without models."""

from pathlib import Path

import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest, Queue, Tags, VibeError
from vibe_desktop.moods.keyword import NO_WORD, NOT_INSTALLED, KeywordEngine
from vibe_desktop.moods.request import parse


def words_only(folder: Path, songs: list[Song]) -> KeywordEngine:
    made = make_engine(folder, songs, load_vocabulary())
    return KeywordEngine(made._tracks, made._ranker._descriptions, load_vocabulary())


@pytest.fixture
def engine(tmp_path: Path) -> KeywordEngine:
    return words_only(
        tmp_path,
        [
            *[song(f"calm piano number {n}", n, genres=("ambient",), year=1985) for n in range(5)],
            *[song("loud metal", n, genres=("metal",), year=1999) for n in range(20)],
        ],
    )


def song(caption: str, n: int, **facts: object) -> Song:
    return Song(caption, Tags(title=f"{caption} {n}", artist=f"{caption} {n}", seconds=180.0, **facts))  # type: ignore[arg-type]


def ask(engine: KeywordEngine, text: str, **kept: object) -> Queue:
    return engine.answer(parse(text, load_vocabulary()), **kept)  # type: ignore[arg-type]


def test_words_of_descriptions_are_found_and_it_is_said_what_is_missing(engine: KeywordEngine) -> None:
    queue = ask(engine, "calm piano, 5 songs")
    assert {entry.track.id for entry in queue.entries} == {1, 2, 3, 4, 5}
    assert queue.notes == (NOT_INSTALLED,)
    assert queue.entries[0].caption_rank is not None
    assert "“calm”" in queue.entries[0].reason


def test_other_words_for_it_and_what_suits_are_found(engine: KeywordEngine) -> None:
    assert {entry.track.id for entry in ask(engine, "tranquil").entries} == {1, 2, 3, 4, 5}
    assert 1 in {entry.track.id for entry in ask(engine, "falling asleep").entries}


def test_no_word_is_no_dead_end(engine: KeywordEngine) -> None:
    queue = ask(engine, "xyzzy, 4 songs")
    assert len(queue.entries) == 4
    assert queue.notes == (NO_WORD, NOT_INSTALLED)
    assert queue == ask(engine, "xyzzy, 4 songs")
    assert ask(engine, "4 songs").notes == (NOT_INSTALLED,)


def test_limits_refusals_and_kept_tracks_are_obeyed(engine: KeywordEngine) -> None:
    assert {entry.track.id for entry in ask(engine, "loud or calm from the 80s").entries} <= {1, 2, 3, 4, 5}
    assert all(entry.track.id <= 5 for entry in ask(engine, "piano or loud, not metal").entries)
    assert [entry.track.id for entry in ask(engine, "calm, 3 songs", kept=(9, 2)).entries][:2] == [9, 2]
    refused = engine.answer(MoodRequest("calm", "calm", refused=(1, 2)))
    assert {entry.track.id for entry in refused.entries} == {3, 4, 5}


def test_what_is_wanted_by_name_is_not_refused_with_the_rest(tmp_path: Path) -> None:
    songs = [
        song("A dreamy choir.", 1, moods=("choir",)),
        song("A dreamy song.", 2, moods=("female vocals",)),
        song("A dreamy song.", 3),
    ]
    queue = ask(words_only(tmp_path, songs), "dreamy, no vocals except choir")
    assert [entry.track.id for entry in queue.entries] == [1, 3]


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VibeError) as caught:
        ask(words_only(tmp_path, []), "calm")
    assert "index" in caught.value.remedy


def test_those_that_were_there_stay_in_their_order(engine: KeywordEngine) -> None:
    before = [4, 1, 3]
    queue = engine.answer(MoodRequest("calm", "calm"), before=before)
    assert [entry.track.id for entry in queue.entries if entry.track.id in before] == before


def test_the_ends_of_a_way_are_words_to_look_for(engine: KeywordEngine) -> None:
    queue = engine.answer(MoodRequest("from calm to loud", "", arc=("calm", "loud")))
    assert {entry.track.id for entry in queue.entries} == {
        entry.track.id for entry in ask(engine, "calm or loud").entries
    }
