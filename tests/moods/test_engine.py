"""A mood's whole journey over a real database."""

from pathlib import Path

import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Label, MoodRequest, Queue, Tags, VibeError
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.request import parse


def song(caption: str, n: int = 0, heard: str | None = None, **facts: object) -> Song:
    labels = facts.pop("labels", ())
    tags = Tags(title=f"{caption} {n}", artist=f"{caption} band {n}", seconds=180.0, **facts)  # type: ignore[arg-type]
    return Song(caption, tags, heard, labels)  # type: ignore[arg-type]


def ask(engine: MoodEngine, text: str) -> Queue:
    return engine.answer(parse(text, load_vocabulary()))


def captions(queue: Queue) -> list[str]:
    return [entry.track.caption.sentence for entry in queue.entries]


@pytest.fixture
def engine(tmp_path: Path) -> MoodEngine:
    songs = [
        *[song("calm piano", n) for n in range(6)],
        *[
            song("aggressive metal guitar", n, heard="loud metal", genres=("metal",), year=1985)
            for n in range(6)
        ],
        *[song("happy pop singing", n, heard="voice pop", year=1995) for n in range(20)],
        *[song("funky dance bass", n, heard="funk bass", year=1999) for n in range(20)],
    ]
    return make_engine(tmp_path, songs, load_vocabulary())


def test_what_fits_comes_and_the_rest_does_not_fill_the_queue(engine: MoodEngine) -> None:
    queue = ask(engine, "calm piano")
    assert set(captions(queue)) == {"calm piano"}
    assert len(queue.entries) == 6


def test_a_shorter_queue_than_asked_is_said(engine: MoodEngine) -> None:
    queue = ask(engine, "aggressive metal, 20 songs")
    assert set(captions(queue)) == {"aggressive metal guitar"}
    assert queue.notes == (
        "Only 6 tracks of your music fit this, so the queue is shorter than you asked for.",
    )


def test_too_little_music_for_the_minutes_is_said(engine: MoodEngine) -> None:
    assert ask(engine, "aggressive metal, two hours").notes == (
        "Only 18 minutes of your music fits this, so the queue ends there.",
    )


def test_places_and_reasons_are_given(engine: MoodEngine) -> None:
    first = ask(engine, "loud metal").entries[0]
    assert first.ear_rank == 1
    assert first.caption_rank is not None
    assert "by words and 1st by sound" in first.reason
    assert "%" not in first.reason


def test_a_track_that_was_not_heard_has_no_place_by_sound(engine: MoodEngine) -> None:
    assert {entry.ear_rank for entry in ask(engine, "calm piano").entries} == {None}


def test_a_filter_by_year_and_genre_is_obeyed(engine: MoodEngine) -> None:
    assert set(captions(ask(engine, "bass from the 90s"))) == {"funky dance bass"}
    request = MoodRequest("calm", "calm", genres=("metal",))
    assert set(captions(engine.answer(request))) <= {"aggressive metal guitar"}


def test_limits_that_leave_nothing_are_said(engine: MoodEngine) -> None:
    queue = ask(engine, "calm from the 1930s")
    assert queue.entries == ()
    [note] = queue.notes
    assert note.startswith(
        "No track is from 1930 to 1939. Try other years, or leave them out; tracks without"
    )
    [note] = engine.answer(MoodRequest("calm", "calm", genres=("polka",), years=(2000, 2099))).notes
    assert note.startswith("No track is of the genre “polka” and from 2000 or later. Try another genre")


def test_what_tags_prove_is_never_played(engine: MoodEngine) -> None:
    assert "aggressive metal guitar" not in captions(ask(engine, "loud guitar, not metal"))
    assert "aggressive metal guitar" not in captions(ask(engine, "not metal, 40 songs"))


def test_when_everything_that_fits_is_unwanted_the_queue_is_empty_and_says_so(tmp_path: Path) -> None:
    engine = make_engine(
        tmp_path, [song("metal", n, genres=("Death Metal",)) for n in range(9)], load_vocabulary()
    )
    queue = ask(engine, "loud, not metal")
    assert queue.entries == ()
    assert "metal" in queue.notes[0]


def test_no_vocals_leaves_out_what_was_heard_to_sing(tmp_path: Path) -> None:
    songs = [
        song("dreamy", 1, labels=(Label("female voice", 0.8),)),
        song("dreamy", 2, labels=(Label("no vocals", 0.8),)),
        song("dreamy", 3, labels=(Label("guitar", 0.6),)),
        song("dreamy", 4),
    ]
    engine = make_engine(tmp_path, songs, load_vocabulary())
    titles = {entry.track.tags.title for entry in ask(engine, "dreamy, no vocals").entries}
    assert titles == {"dreamy 2", "dreamy 3", "dreamy 4"}


def test_what_is_wanted_by_name_is_not_refused_with_the_rest(tmp_path: Path) -> None:
    songs = [
        song("dreamy choir", 1, labels=(Label("choir", 0.8),)),
        song("dreamy choir", 2, labels=(Label("female voice", 0.8),)),
        song("dreamy choir", 3, labels=(Label("guitar", 0.6),)),
    ]
    queue = ask(make_engine(tmp_path, songs, load_vocabulary()), "dreamy, no vocals except choir")
    assert {entry.track.tags.title for entry in queue.entries} == {"dreamy choir 1", "dreamy choir 3"}


def test_copies_of_a_file_come_once(tmp_path: Path) -> None:
    copies = [Song("calm piano", Tags(seconds=180.0), content=b"same") for _ in range(3)]
    engine = make_engine(tmp_path, [*copies, song("calm piano", 1)], load_vocabulary())
    assert len(ask(engine, "calm piano").entries) == 2


def test_avoided_sounds_without_proof_sink(tmp_path: Path) -> None:
    drums, strings = ([song(f"calm piano {kind}", n) for n in range(10)] for kind in ("drums", "strings"))
    others = [song(text, n) for n in range(30) for text in ("loud metal", "happy pop")]
    engine = make_engine(tmp_path, [*drums, *strings, *others], load_vocabulary())
    assert set(captions(ask(engine, "calm piano, 20 songs"))) == {"calm piano drums", "calm piano strings"}
    assert set(captions(ask(engine, "calm piano without drums, 10 songs"))) == {"calm piano strings"}


def test_only_limits_give_any_music_within_them(engine: MoodEngine) -> None:
    queue = ask(engine, "20 songs")
    assert len(queue.entries) == 20
    assert queue.entries[0].reason == "It is within the limits you set."
    other = engine.answer(MoodRequest("20 songs", "", length=20, seed=4))
    assert [entry.track.id for entry in other.entries] != [entry.track.id for entry in queue.entries]


def test_only_limits_draw_from_the_whole_library(tmp_path: Path) -> None:
    engine = make_engine(tmp_path, [song("calm piano", n) for n in range(700)], load_vocabulary())
    for text in ("20 songs", "20 songs, not metal"):
        ids = [entry.track.id for entry in ask(engine, text).entries]
        assert len(ids) == 20
        assert min(ids) < 250
        assert max(ids) > 450


def test_genres_are_the_names_the_library_keeps(engine: MoodEngine) -> None:
    assert engine.answer(MoodRequest("20 songs", "", genres=("Heavy Metal Music",))).entries == ()
    assert len(engine.answer(MoodRequest("20 songs", "", genres=("metal",))).entries) == 6


def test_a_number_and_minutes_that_are_met_need_no_note(engine: MoodEngine) -> None:
    assert ask(engine, "happy pop, ten tracks or 15 minutes").notes == ()
    assert ask(engine, "happy pop, 4 tracks, 30 minutes").notes == (
        "4 tracks that last 30 minutes were not found, so the queue lasts 12 minutes.",
    )


def test_one_track_fits(tmp_path: Path) -> None:
    songs = [song("calm piano"), *[song("loud metal", n) for n in range(30)]]
    queue = ask(make_engine(tmp_path, songs, load_vocabulary()), "calm piano, 5 songs")
    assert queue.notes == (
        "Only 1 track of your music fits this, so the queue is shorter than you asked for.",
    )


def test_the_same_request_gives_the_same_queue(engine: MoodEngine) -> None:
    assert ask(engine, "funky dance, 10 songs") == ask(engine, "funky dance, 10 songs")


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VibeError) as caught:
        ask(make_engine(tmp_path, [], load_vocabulary()), "calm")
    assert "index" in caught.value.remedy


@pytest.mark.parametrize("text", ["🔥", "x" * 10_000, "ñandú 音楽", "\0 calm", '" OR title:x*', "NEAR(a b)"])
def test_absurd_moods_are_answered(engine: MoodEngine, text: str) -> None:
    assert isinstance(ask(engine, text), Queue)


def test_stages_are_timed(engine: MoodEngine) -> None:
    ask(engine, "calm")
    assert {"filter", "read", "listen", "candidates", "rerank", "fetch", "arrange"} <= set(engine.timings)
    assert all(seconds >= 0 for seconds in engine.timings.values())
