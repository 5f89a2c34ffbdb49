"""Queues that go from one feeling to another."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mood_library import Song, make_engine, make_track
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import IdArray, MoodRequest, Queue, Tags
from vibe_desktop.moods.arc import Arc, along, legs, note
from vibe_desktop.moods.arrange import arrange
from vibe_desktop.moods.choice import Choice, Way
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.ranking import Ranking

KINDS = (
    ("quiet piano", "slow quiet soft calm"),
    ("pop song", "calm soft drums beat"),
    ("energetic rock", "fast loud energetic drums beat"),
)


@pytest.fixture
def engine(tmp_path: Path) -> MoodEngine:
    songs = [
        Song(caption, Tags(title=f"{caption} {n}", artist=f"{caption} band {n}", seconds=200.0), heard)
        for caption, heard in KINDS
        for n in range(30)
    ]
    return make_engine(tmp_path, songs, load_vocabulary())


def asked(*arc: str, mood: str = "", **wanted: object) -> MoodRequest:
    first, last = arc
    return MoodRequest("a way", mood, arc=(first, last), **wanted)  # type: ignore[arg-type]


def captions(queue: Queue) -> list[str]:
    return [entry.track.caption.sentence for entry in queue.entries]


def energies(queue: Queue) -> list[float]:
    return [entry.evidence["energy"] for entry in queue.entries]


def test_a_queue_goes_from_its_beginning_to_its_end(engine: MoodEngine) -> None:
    queue = engine.answer(asked("quiet", "energetic", length=15))
    assert len(queue.entries) == 15
    told = captions(queue)
    assert told[:3] == ["quiet piano"] * 3
    assert told[-3:] == ["energetic rock"] * 3
    assert all(one <= other + 1e-6 for one, other in pairwise(energies(queue)))
    assert queue.notes == ("It begins quiet and becomes energetic.",)


def test_it_goes_the_other_way_as_well(engine: MoodEngine) -> None:
    queue = engine.answer(asked("energetic", "quiet", length=10))
    assert (captions(queue)[0], captions(queue)[-1]) == ("energetic rock", "quiet piano")
    assert energies(queue)[0] > energies(queue)[-1] + 1


def test_one_end_is_enough(engine: MoodEngine) -> None:
    queue = engine.answer(asked("", "calm", length=10))
    assert energies(queue)[0] > energies(queue)[-1] + 0.5
    assert queue.notes == ("It becomes calm.",)
    queue = engine.answer(asked("quiet", "", length=10))
    assert captions(queue)[0] == "quiet piano"
    assert queue.notes == ("It begins quiet.",)


def test_reasons_are_for_the_end_a_track_was_chosen_for(engine: MoodEngine) -> None:
    entries = engine.answer(asked("quiet", "energetic", length=12)).entries
    assert "quiet" in entries[0].reason
    assert "energetic" in entries[-1].reason


def test_minutes_are_met_along_the_way(engine: MoodEngine) -> None:
    queue = engine.answer(asked("quiet", "energetic", minutes=40.0))
    assert abs(queue.seconds - 2400) <= 30
    assert energies(queue)[-1] > energies(queue)[0] + 1


def test_what_is_kept_stays_in_front(engine: MoodEngine) -> None:
    queue = engine.answer(asked("quiet", "energetic", length=9), kept=[80])
    assert queue.entries[0].track.id == 80
    assert captions(queue)[1] == "quiet piano"
    assert len(queue.entries) == 9


def test_the_same_way_again_is_the_same(engine: MoodEngine) -> None:
    request = asked("quiet", "energetic", length=12)
    assert engine.answer(request) == engine.answer(request)


def test_a_longer_way_has_the_tracks_of_the_shorter_one(engine: MoodEngine) -> None:
    short, longer = (engine.answer(asked("quiet", "energetic", length=length)) for length in (9, 18))
    assert {entry.track.id for entry in short.entries} < {entry.track.id for entry in longer.entries}


def test_music_that_does_not_differ_is_told(tmp_path: Path) -> None:
    songs = [
        Song("pop song", Tags(title=f"T{n}", artist=f"A{n}", seconds=200.0), "calm soft") for n in range(20)
    ]
    engine = make_engine(tmp_path, songs, load_vocabulary())
    queue = engine.answer(asked("quiet", "energetic", length=6))
    assert len(queue.entries) == 6
    assert queue.notes == (
        "What fits differs too little for a queue that begins quiet and becomes energetic.",
    )


def test_each_end_is_asked_with_the_mood() -> None:
    first, last = legs(asked("sad", "happy", mood="rainy folk", length=5))
    assert (first.mood, last.mood) == ("rainy folk, sad", "rainy folk, happy")
    assert (first.length, first.arc) == (5, None)
    assert legs(asked("", "calm"))[0].mood == ""


def ranking(ids: list[int], scores: list[float], fitting: int) -> Ranking:
    places: IdArray = np.arange(1, len(ids) + 1)
    found = np.array(ids, dtype=np.int64)
    rows = np.array(scores, dtype=np.float32)
    return Ranking(found, rows, {"caption": rows}, places, places, fitting, 100)


def test_both_rankings_become_one() -> None:
    arc = Arc.of(ranking([5, 3, 9], [4.0, 3.0, 1.0], 2), ranking([7, 5, 8], [2.0, 0.0, -1.0], 1))
    assert arc.ranking.ids.tolist()[:3] == [5, 7, 3]
    assert set(arc.ranking.ids.tolist()) == {3, 5, 7, 8, 9}
    assert arc.ranking.fitting == 3
    fits = dict(zip(arc.ranking.ids.tolist(), arc.ends.T.tolist(), strict=True))
    # What a ranking does not know fits it like the last it does.
    assert (fits[5], fits[7], fits[8]) == ([4.0, 0.0], [1.0, 2.0], [1.0, -1.0])
    assert dict(zip(arc.ranking.ids.tolist(), arc.ranking.caption_places.tolist(), strict=True)) == {
        5: 1,
        3: 2,
        9: 3,
        7: 1,
        8: 3,
    }


def test_an_end_nobody_fits_is_no_obstacle() -> None:
    arc = Arc.of(ranking([], [], 0), ranking([7, 5], [2.0, 0.0], 2))
    assert arc.ranking.ids.tolist() == [7, 5]
    assert arc.ranking.fitting == 2


def test_words_without_a_place_on_the_axes_are_told_by_fit() -> None:
    arc = Arc.of(ranking([1, 2], [3.0, 0.0], 2), ranking([2, 1], [3.0, 0.0], 2))
    places = np.zeros((4, 2), dtype=np.float32)
    way = along(asked("xyzzy", "plugh"), arc, places, load_vocabulary())
    lies = dict(zip(arc.ranking.ids.tolist(), way.tolist(), strict=True))
    assert lies[2] > lies[1]


def test_the_way_is_that_of_the_words_on_the_axes() -> None:
    arc = Arc.of(ranking([1, 2], [3.0, 0.0], 2), ranking([2, 1], [3.0, 0.0], 2))
    places = np.array([[0.0, 2.0], [1.0, -1.0], [0.0, 0.0], [0.0, 0.0]], dtype=np.float32)
    one, other = along(asked("sad", "happy"), arc, places, load_vocabulary())
    assert one > other
    one, other = along(asked("calm", "energetic"), arc, places, load_vocabulary())
    assert one < other


def test_two_of_an_artist_and_apart_on_the_way_too() -> None:
    draw = np.random.default_rng(3)
    some = [
        Choice(make_track(n, artist=f"A{n % 12}"), 0.0, way=Way((1.0, 1.0), float(draw.standard_normal())))
        for n in range(80)
    ]
    queue = arrange(some, asked("quiet", "energetic", length=20))
    artists = [choice.track.tags.artist for choice in queue]
    assert max(artists.count(name) for name in artists) == 2
    assert all(one != other for one, other in pairwise(artists))
    lies = [choice.way.along for choice in queue if choice.way]
    assert np.corrcoef(lies, np.arange(20))[0, 1] > 0.95
    everything = [choice.way.along for choice in some if choice.way]
    assert lies[0] <= np.percentile(everything, 15)
    assert lies[-1] >= np.percentile(everything, 85)


def test_a_queue_of_one_goes_nowhere_and_says_nothing() -> None:
    [choice] = [Choice(make_track(1), 0.0, way=Way((1.0, 1.0), 0.0))]
    assert note(asked("quiet", "loud"), [choice]) == ""
    assert note(replace(asked("quiet", "loud"), arc=None), [choice, choice]) == ""
