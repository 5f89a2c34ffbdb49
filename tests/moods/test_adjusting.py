"""Adjusting a queue: each way changes what it says and little else."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest, Queue, Tags
from vibe_desktop.moods.changes import changes
from vibe_desktop.moods.engine import MoodEngine

SOUNDS = ("slow quiet soft calm", "calm soft drums", "drums beat", "fast loud energetic drums beat")
VOICES = ("instrumental", "singing female voice male")
CALM = MoodRequest("piano evening", "piano evening", length=20)


@pytest.fixture
def engine(tmp_path: Path) -> MoodEngine:
    draw = np.random.default_rng(4)
    songs = [
        Song(
            f"piano evening {word}" if n % 3 else f"metal morning {word}",
            Tags(
                title=f"T{n}", artist=f"A{n % 45}", album=f"L{n % 60}", seconds=float(draw.uniform(120, 300))
            ),
            f"{SOUNDS[n % 4]} {VOICES[n // 4 % 2]} {word}",
        )
        for n, word in enumerate(f"w{draw.integers(25)}" for _ in range(240))
    ]
    return make_engine(tmp_path, songs, load_vocabulary())


def ids(queue: Queue) -> list[int]:
    return [entry.track.id for entry in queue.entries]


def mean(queue: Queue, axis: str) -> float:
    return float(np.mean([entry.evidence[axis] for entry in queue.entries]))


def adjusted(engine: MoodEngine, request: MoodRequest, before: Queue, kept: Sequence[int] = ()) -> Queue:
    return engine.answer(request, kept=kept, before=ids(before))


@pytest.mark.parametrize("axis", ["energy", "voice"])
@pytest.mark.parametrize("way", [-0.4, 0.4, -1.0, 1.0])
def test_a_slider_moves_the_mean_its_way(engine: MoodEngine, axis: str, way: float) -> None:
    middle = engine.answer(CALM)
    before, after = (adjusted(engine, replace(CALM, steer=((axis, to),)), middle) for to in (-way, way))
    assert way * mean(before, axis) < way * mean(middle, axis) + 1e-6
    assert way * mean(after, axis) > way * mean(middle, axis) - 1e-6
    assert way * (mean(after, axis) - mean(before, axis)) > 0.2 * way**2
    told = changes(before.entries, before.request, after.entries, after.request)
    assert (axis, 1 if way > 0 else -1) in told.leans


def test_those_that_stay_keep_their_order_and_a_small_move_changes_less(engine: MoodEngine) -> None:
    before = engine.answer(CALM)
    stayed = []
    for way in (0.1, 0.4, 1.0):
        after = adjusted(engine, replace(CALM, steer=(("energy", way),)), before)
        still = [track_id for track_id in ids(after) if track_id in ids(before)]
        assert still == [track_id for track_id in ids(before) if track_id in still]
        stayed.append(len(still))
    assert stayed == sorted(stayed, reverse=True)
    assert stayed[0] >= 12


@pytest.mark.parametrize("seed", [0, 2])
def test_a_longer_queue_has_the_tracks_of_a_shorter_one(engine: MoodEngine, seed: int) -> None:
    queues = [set(ids(engine.answer(replace(CALM, length=length, seed=seed)))) for length in (5, 10, 20, 40)]
    assert all(shorter < longer for shorter, longer in pairwise(queues))


def test_the_same_request_is_the_same_queue(engine: MoodEngine) -> None:
    for wanted in ({"seed": 3}, {"minutes": 45.0}, {"steer": (("energy", 0.4),)}):
        request = replace(CALM, **wanted)
        assert engine.answer(request) == engine.answer(request)


def test_nothing_adjusted_changes_nothing(engine: MoodEngine) -> None:
    before = engine.answer(CALM)
    assert ids(adjusted(engine, CALM, before)) == ids(before)


@pytest.mark.parametrize("wanted", [{"length": 10}, {"length": 30}, {"length": None, "minutes": 120.0}])
def test_another_length_extends_or_shortens(engine: MoodEngine, wanted: dict[str, object]) -> None:
    before = engine.answer(CALM)
    after = adjusted(engine, replace(CALM, **wanted), before)  # type: ignore[arg-type]
    fewer, more = sorted((ids(before), ids(after)), key=len)
    assert len(set(fewer) - set(more)) <= (1 if "minutes" in wanted else 0)
    assert [each for each in ids(after) if each in ids(before)] == [
        each for each in ids(before) if each in ids(after)
    ]


def test_a_refused_track_goes_and_one_comes(engine: MoodEngine) -> None:
    before = engine.answer(CALM)
    gone = ids(before)[3]
    after = adjusted(engine, replace(CALM, refused=(gone,)), before)
    assert gone not in ids(after)
    assert len(set(ids(before)) - set(ids(after))) <= 2
    assert len(after.entries) == 20


def test_a_refill_keeps_and_brings_others(engine: MoodEngine) -> None:
    before = engine.answer(CALM)
    kept = ids(before)[:4]
    others = replace(CALM, refused=tuple(ids(before)[4:]))
    after = engine.answer(others, kept=kept)
    assert ids(after)[:4] == kept
    assert not set(ids(after)[4:]) & set(ids(before))
    assert len(after.entries) == 20


def test_a_seed_is_never_returned_and_leads_to_its_like(engine: MoodEngine) -> None:
    before = engine.answer(CALM)
    liked = ids(before)[5]
    after = adjusted(engine, replace(CALM, like=(liked,)), before)
    assert liked not in ids(after)
    assert len(set(ids(before)) & set(ids(after))) >= 5


def test_few_artists_still_fill_a_queue_and_it_is_said(tmp_path: Path) -> None:
    songs = [
        Song("calm piano", Tags(title=f"T{n}", artist=f"A{n % 3}", seconds=200.0), "calm") for n in range(60)
    ]
    queue = make_engine(tmp_path, songs, load_vocabulary()).answer(replace(CALM, mood="calm piano"))
    assert len(queue.entries) == 20
    artists = [entry.track.tags.artist for entry in queue.entries]
    assert sorted(artists.count(name) for name in set(artists)) == [6, 7, 7]
    assert all(one != other for one, other in pairwise(artists))
    assert queue.notes == ("Few artists of your music fit this, so some come more than twice.",)


def test_others_are_looked_for_before_an_artist_comes_too_often(tmp_path: Path) -> None:
    songs = [
        Song(
            "calm piano", Tags(title=f"T{n}", artist="A" if n < 220 else f"B{n}", seconds=200.0), "calm soft"
        )
        for n in range(260)
    ]
    queue = make_engine(tmp_path, songs, load_vocabulary()).answer(replace(CALM, mood="calm piano"))
    artists = [entry.track.tags.artist for entry in queue.entries]
    assert artists.count("A") == 2
    assert queue.notes == ()
