"""The order of a queue: artists apart, small steps, the best early."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mood_library import make_track
from vibe_desktop.moods.billing import Billing
from vibe_desktop.moods.choice import Choice
from vibe_desktop.moods.flow import in_flow, in_line

CALM = Billing("calm")


def by(artists: list[str], step: float = 0.01) -> list[Choice]:
    return [Choice(make_track(n, artist=artist), 5.0 - step * n) for n, artist in enumerate(artists, 1)]


def artists_of(queue: list[Choice]) -> list[str]:
    return [choice.track.tags.artist for choice in queue]


def ids(queue: list[Choice]) -> list[int]:
    return [choice.track.id for choice in queue]


def sounding(track_id: int, score: float = 3.0, *, energy: float | None = None, **tags: object) -> Choice:
    track = make_track(track_id, artist=f"Artist {track_id}")
    track = replace(track, tags=replace(track.tags, **tags))  # type: ignore[arg-type]
    return Choice(track, score, places=None if energy is None else (energy, 0.0, 0.0, 0.0))


@given(st.lists(st.sampled_from("ABCDE"), max_size=24), st.sampled_from([in_flow, in_line]))
def test_an_artist_follows_itself_only_where_it_must(artists: list[str], order: object) -> None:
    queue = artists_of(order(by(artists), CALM))  # type: ignore[operator]
    assert Counter(queue) == Counter(artists)
    repeats = sum(one == other for one, other in pairwise(queue))
    most = max(Counter(artists).values(), default=0)
    assert repeats == max(0, most - (len(artists) - most) - 1)


def test_the_best_comes_first_and_the_order_changes_little() -> None:
    assert ids(in_flow(by(["A", "B", "C", "C", "D"], step=0.1), CALM)) == [1, 2, 3, 5, 4]


def test_artists_are_kept_apart_however_well_they_fit() -> None:
    metal = [Choice(make_track(n, artist="A"), 4.0) for n in (1, 2)]
    assert ids(in_flow([*metal, Choice(make_track(9, artist="B"), 1.5)], CALM)) == [1, 9, 2]


def test_what_comes_before_counts() -> None:
    before = Choice(make_track(50, artist="A"), 1.0)
    assert ids(in_flow(by(["A", "B"]), CALM, before)) == [2, 1]


def test_an_artist_who_was_asked_for_may_follow_themself() -> None:
    assert ids(in_flow(by(["Low Tide", "Low Tide", "B"]), Billing("calm, by low tide"))) == [1, 2, 3]


def test_albums_are_kept_apart_where_artists_alone_would_not() -> None:
    various = [
        Choice(make_track(n, artist=f"Artist {n}", album=album), 5.0 - n / 9)
        for n, album in enumerate("XXY", 1)
    ]
    assert ids(in_flow(various, CALM)) == [1, 3, 2]


def test_steps_of_energy_are_small() -> None:
    levels = [0.0, 2.0, -2.0, 1.0, -1.0, 3.0]
    queue = in_flow([sounding(n, energy=level) for n, level in enumerate(levels)], CALM)
    energies = [choice.places[0] for choice in queue if choice.places]
    assert energies[0] == 0.0
    walked = sum(abs(one - other) for one, other in pairwise(energies))
    assert walked < sum(abs(one - other) for one, other in pairwise(levels))
    assert sorted(energies) == sorted(levels)


def test_steps_of_tempo_are_small_and_double_time_is_near() -> None:
    assert ids(in_flow([sounding(1, bpm=80.0), sounding(2, bpm=110.0), sounding(3, bpm=84.0)], CALM))[1] == 3
    assert ids(in_flow([sounding(1, bpm=80.0), sounding(2, bpm=110.0), sounding(3, bpm=161.0)], CALM))[1] == 3
    assert ids(in_flow([sounding(1, bpm=80.0), sounding(2, bpm=161.0), sounding(3, bpm=82.0)], CALM))[1] == 3


def test_keys_lead_to_their_neighbours() -> None:
    assert ids(in_flow([sounding(1, key="Am"), sounding(2, key="Ebm"), sounding(3, key="8B")], CALM))[1] == 3


def test_a_tempo_that_can_be_none_is_not_known() -> None:
    odd = [sounding(1, bpm=100.0), sounding(2, bpm=0.0), sounding(3, bpm=float("nan")), sounding(4, bpm=1e9)]
    assert ids(in_flow(odd, CALM)) == [1, 2, 3, 4]


def test_a_smaller_step_never_outdoes_a_better_fit() -> None:
    clear = [sounding(n, 5.0 - n, energy=level) for n, level in enumerate([0.0, 3.0, 0.1, 2.9])]
    assert ids(in_flow(clear, CALM)) == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(5))
def test_no_track_moves_by_more_than_a_few_places(seed: int) -> None:
    draw = np.random.default_rng(seed)
    some = [
        sounding(n, 3.0 - n / 500, energy=float(level), bpm=float(bpm))
        for n, (level, bpm) in enumerate(
            zip(draw.standard_normal(40), draw.uniform(60, 180, 40), strict=True)
        )
    ]
    queue = ids(in_flow(some, CALM))
    assert sorted(queue) == list(range(40))
    assert queue[0] == 0
    assert max(abs(at - track_id) for at, track_id in enumerate(queue)) <= 6


def test_those_that_stay_keep_their_order() -> None:
    some = [sounding(n, 3.0 - n / 100, energy=float(n % 5)) for n in range(20)]
    queue = ids(in_flow(some, CALM, stayed=[9, 2, 77, 14, 5]))
    assert [each for each in queue if each in {9, 2, 14, 5}] == [9, 2, 14, 5]
    assert sorted(queue) == list(range(20))


def test_where_nothing_is_known_the_best_comes_first() -> None:
    assert ids(in_flow([sounding(n) for n in range(9)], CALM)) == list(range(9))
