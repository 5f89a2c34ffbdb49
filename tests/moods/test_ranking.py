"""What a person does with a queue, over a real database: lean it, liken it, refuse, keep."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest, Queue, Tags
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.request import parse

SOUNDS = {
    "calm": "slow quiet soft calm mellow",
    "wild": "fast loud energetic drums beat",
    "even": "",
}


@pytest.fixture
def engine(tmp_path: Path) -> MoodEngine:
    """Return an engine over 30 calm, 30 wild and 30 even rainy tracks, in that order, and 60 others."""
    rain = [
        Song(
            f"rain {kind}",
            Tags(title=f"Rain {kind} {n}", artist=f"{kind} {n}", seconds=180.0),
            f"rain {sound}",
        )
        for kind, sound in SOUNDS.items()
        for n in range(30)
    ]
    others = [
        Song("polka", Tags(title=f"Polka {n}", artist=f"polka {n}", seconds=180.0), "polka")
        for n in range(60)
    ]
    return make_engine(tmp_path, [*rain, *others], load_vocabulary())


def ids(queue: Queue) -> list[int]:
    return [entry.track.id for entry in queue.entries]


def share(queue: Queue, kind: str) -> float:
    return float(np.mean([entry.track.tags.artist.startswith(kind) for entry in queue.entries]))


def read(text: str) -> MoodRequest:
    return parse(text, load_vocabulary())


def test_leaning_moves_the_queue_by_as_much_as_asked(engine: MoodEngine) -> None:
    request = read("rain, 30 songs")

    def wild(way: float) -> float:
        return share(engine.answer(replace(request, steer=(("energy", way),))), "wild")

    assert wild(-1.0) == 0.0
    assert wild(1.0) > 0.9
    assert wild(-1.0) <= wild(-0.3) <= wild(0.0) <= wild(0.3) <= wild(1.0)
    assert share(engine.answer(replace(request, steer=(("energy", -1.0),))), "calm") > 0.9


def test_leaning_keeps_to_the_mood_and_nothing_leaves_it_as_it_was(engine: MoodEngine) -> None:
    request = read("rain, 30 songs")
    assert share(engine.answer(replace(request, steer=(("energy", 1.0),))), "polka") == 0.0
    level = replace(request, steer=(("energy", 0.0), ("voice", 0.0)))
    assert engine.answer(level).entries == engine.answer(request).entries


def test_leaning_alone_is_enough(engine: MoodEngine) -> None:
    request = MoodRequest("", "", steer=(("energy", 1.0),), length=20)
    queue = engine.answer(request)
    assert share(queue, "wild") > 0.6
    assert queue.entries[0].line == "leans your way"
    assert engine.answer(request) == queue


def test_like_a_track_finds_its_like_and_not_itself(engine: MoodEngine) -> None:
    queue = engine.answer(MoodRequest("", "", like=(40,), length=15))
    assert share(queue, "wild") == 1.0
    assert 40 not in ids(queue)
    assert queue.entries[0].ear_rank == 1
    mixed = engine.answer(replace(read("rain, 15 songs"), like=(5,)))
    assert share(mixed, "calm") == 1.0
    assert 5 not in ids(mixed)


def test_less_like_a_track_sinks_its_like(engine: MoodEngine) -> None:
    request = read("rain, 30 songs")
    queue = engine.answer(replace(request, unlike=(65,)))
    assert share(queue, "even") < share(engine.answer(request), "even")
    assert 65 not in ids(queue)
    assert len(queue.entries) == 30
    anything = engine.answer(MoodRequest("", "", unlike=(100,), length=40))
    assert share(anything, "polka") == 0.0


def test_what_the_library_does_not_know_is_like_nothing(engine: MoodEngine) -> None:
    queue = engine.answer(MoodRequest("", "", like=(9999,), unlike=(9998,), refused=(9997,), length=5))
    assert len(queue.entries) == 5


def test_refused_songs_do_not_return_in_any_version(tmp_path: Path) -> None:
    songs = [
        Song("rain", Tags(title="Home", artist="A", seconds=200.0)),
        Song("rain", Tags(title="Home (live)", artist="A", seconds=200.0)),
        Song("rain", Tags(title="Away", artist="A", seconds=200.0), content=b"same"),
        Song("rain", Tags(title="Elsewhere", artist="B", seconds=200.0), content=b"same"),
        *[Song("rain", Tags(title=f"T{n}", artist=f"C{n}", seconds=200.0)) for n in range(4)],
    ]
    engine = make_engine(tmp_path, songs, load_vocabulary())
    for request in (read("rain, 8 songs"), MoodRequest("", "", length=8)):
        assert set(ids(engine.answer(replace(request, refused=(1, 3))))) == {5, 6, 7, 8}


def test_kept_tracks_stay_in_front_and_the_rest_is_refilled(engine: MoodEngine) -> None:
    request = read("rain, 10 songs")
    queue = engine.answer(request, kept=(100, 7, 100, 33))
    assert ids(queue)[:3] == [100, 7, 33]
    assert len(set(ids(queue))) == 10
    assert [entry.rank for entry in queue.entries] == list(range(1, 11))
    assert ids(engine.answer(replace(request, refused=(7,)), kept=(100, 7)))[0:1] == [100]
    assert 7 not in ids(engine.answer(replace(request, refused=(7,)), kept=(100, 7)))
    assert ids(engine.answer(replace(request, length=2), kept=(100, 7, 33))) == [100, 7, 33]


def test_kept_tracks_count_towards_the_minutes(engine: MoodEngine) -> None:
    queue = engine.answer(read("rain, 15 minutes"), kept=(100, 7))
    assert ids(queue)[:2] == [100, 7]
    assert queue.seconds == 15 * 60
    assert engine.answer(read("rain, 6 minutes"), kept=(100, 7)).seconds == 6 * 60
    assert ids(engine.answer(MoodRequest("", "", length=5), kept=(100, 7)))[:2] == [100, 7]


def test_kept_artists_count_towards_their_turns(tmp_path: Path) -> None:
    songs = [
        Song("rain", Tags(title=f"T{n}", artist="A" if n < 6 else f"B{n}", seconds=200.0)) for n in range(30)
    ]
    engine = make_engine(tmp_path, songs, load_vocabulary())
    queue = engine.answer(read("rain, 10 songs"), kept=(1, 2))
    artists = [entry.track.tags.artist for entry in queue.entries]
    assert artists.count("A") == 2
    assert artists[2] != "A"
