"""The queue: no song twice, artists apart, as long as asked."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mood_library import make_track
from vibe_desktop.domain import FloatVector, MoodRequest
from vibe_desktop.moods.arrange import DEFAULT_LENGTH, arrange
from vibe_desktop.moods.choice import Choice


def request(text: str = "calm", **wanted: object) -> MoodRequest:
    return MoodRequest(text=text, mood=text, **wanted)  # type: ignore[arg-type]


def choices(artists: list[str], *, seconds: float = 200.0, step: float = 0.1) -> list[Choice]:
    return [
        Choice(make_track(n, artist=artist, album=f"Album of {artist}", seconds=seconds), 5.0 - step * n)
        for n, artist in enumerate(artists, 1)
    ]


def artists_of(queue: list[Choice]) -> list[str]:
    return [choice.track.tags.artist for choice in queue]


def test_an_artist_comes_twice_at_most_while_others_fit() -> None:
    queue = arrange(choices(["A"] * 20 + [f"B{n}" for n in range(30)], step=0.02), request())
    assert len(queue) == DEFAULT_LENGTH
    assert Counter(artists_of(queue))["A"] == 2


@given(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=40), st.integers(1, 30))
def test_artists_come_no_more_often_than_cannot_be_helped(artists: list[str], length: int) -> None:
    queue = Counter(artists_of(arrange(choices(artists), request(length=length))))
    there = Counter(artists)
    assert queue.total() == min(length, len(artists))
    for name, count in queue.items():
        # Whoever comes a third time does so after all others came as often as they could.
        assert count <= 2 or all(queue[other] >= min(there[other], count - 1) for other in there), name


def test_a_library_of_one_artist_still_fills_the_queue() -> None:
    assert len(arrange(choices(["A"] * 40), request())) == DEFAULT_LENGTH


def test_an_artist_who_was_asked_for_is_not_held_back() -> None:
    queue = arrange(choices(["The Ferry"] * 20 + ["B"] * 30), request("calm songs by the ferry", length=20))
    assert Counter(artists_of(queue))["The Ferry"] >= 17


def test_a_name_that_is_a_word_is_asked_for_only_as_a_name() -> None:
    rain = choices(["Rain"] * 20 + [f"B{n}" for n in range(30)], step=0.02)
    assert Counter(artists_of(arrange(rain, request("soft rain"))))["Rain"] == 2
    assert Counter(artists_of(arrange(rain, request("songs by Rain"))))["Rain"] > 10
    assert Counter(artists_of(arrange(rain, request("calm “rain” songs"))))["Rain"] > 10


def test_artists_of_kept_tracks_count() -> None:
    kept = [Choice(make_track(90 + n, artist="A"), 1.0) for n in range(2)]
    queue = arrange(choices(["A"] * 5 + [f"B{n}" for n in range(30)]), request(length=12), kept)
    assert queue[:2] == kept
    assert Counter(artists_of(queue))["A"] == 2


def test_tracks_of_one_album_make_way_for_others_that_fit_about_as_well() -> None:
    albums = ["Sampler"] * 10 + [f"Album {n}" for n in range(10)]
    various = [
        Choice(make_track(n, artist=f"Artist {n}", album=album, path=f"/{album}/{n}.ogg"), 5.0 - n / 100)
        for n, album in enumerate(albums, 1)
    ]
    queue = arrange(various, request(length=8))
    assert Counter(choice.track.tags.album for choice in queue)["Sampler"] <= 3
    assert queue[0].track.id == 1


def test_albums_of_the_same_title_are_not_one() -> None:
    hits = [
        Choice(make_track(n, artist=f"Artist {n}", album="Greatest Hits", path=f"/{n}/1.ogg"), 5.0 - n / 100)
        for n in range(1, 30)
    ]
    assert {choice.track.id for choice in arrange(hits, request(length=8))} == set(range(1, 9))


def direction(*numbers: float) -> FloatVector:
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_a_queue_is_not_ten_times_nearly_the_same() -> None:
    same = [Choice(make_track(n), 5.0 - n / 100, portrait=direction(1, 0.01 * n, 0)) for n in range(1, 11)]
    chance = np.random.default_rng(1).standard_normal((30, 3))
    others = [
        Choice(make_track(100 + n), 4.85 - n / 100, portrait=direction(*row)) for n, row in enumerate(chance)
    ]
    queue = arrange([*same, *others], request(length=10))
    assert queue[0].track.id == 1
    assert sum(choice.track.id <= 10 for choice in queue) < 8
    assert sum(choice.track.id <= 10 for choice in arrange([*same, *others[-3:]], request(length=10))) >= 7


def test_unlikeness_never_outdoes_fit() -> None:
    best = [Choice(make_track(n), 5.0, portrait=direction(1, 0)) for n in range(1, 11)]
    worse = [Choice(make_track(100 + n), 4.5, portrait=direction(n - 15, 1)) for n in range(30)]
    assert {choice.track.id for choice in arrange([*best, *worse], request(length=10))} == set(range(1, 11))


def test_unknown_artists_are_not_one_artist() -> None:
    assert [choice.track.id for choice in arrange(choices([""] * 10), request(length=10))] == list(
        range(1, 11)
    )


def test_a_song_comes_once() -> None:
    same = [
        Choice(make_track(n, title=title, artist="A"), 5.0 - n)
        for n, title in enumerate(["X", "X (Live)", "Y"], 1)
    ]
    assert sorted(choice.track.id for choice in arrange(same, request())) == [1, 3]


def test_a_copy_of_the_same_audio_does_not_come_again() -> None:
    copies = [
        Choice(make_track(n, title=f"Untitled {n}"), 5.0, content)
        for n, content in enumerate([b"x", b"x", None, None])
    ]
    assert sorted(choice.track.id for choice in arrange(copies, request())) == [0, 2, 3]


def test_jingles_come_only_when_asked_for_or_alone() -> None:
    mixed = [*choices(["A", "B"]), Choice(make_track(9, artist="C", seconds=8.0), 9.0)]
    assert 9 not in {choice.track.id for choice in arrange(mixed, request())}
    assert 9 in {choice.track.id for choice in arrange(mixed, request("a short jingle"))}
    assert [choice.track.id for choice in arrange(mixed[2:], request())] == [9]


def test_a_file_without_any_sound_is_a_jingle_too() -> None:
    silent = Choice(make_track(9, artist="C", seconds=0.0), 9.0)
    assert 9 not in {choice.track.id for choice in arrange([*choices(["A", "B"]), silent], request())}


@given(
    st.lists(st.floats(60, 600), min_size=40, max_size=80),
    st.sampled_from([20.0, 45.0, 90.0]),
)
def test_minutes_are_met_within_half_a_minute(lengths: list[float], minutes: float) -> None:
    varied = [Choice(make_track(n, artist=f"A{n}", seconds=s), 5 - n / 50) for n, s in enumerate(lengths, 1)]
    # Lengths that all differ by less than a minute in forty tracks leave room to exchange.
    varied += [Choice(make_track(1000 + n, artist=f"B{n}", seconds=90.0 + 15 * n), 1.0) for n in range(30)]
    queue = arrange(varied, request(minutes=minutes))
    assert abs(sum(choice.seconds for choice in queue) - minutes * 60) <= 30


def test_minutes_longer_than_all_there_is_take_all_there_is() -> None:
    assert len(arrange(choices(["A", "B", "C"]), request(minutes=60.0))) == 3


def test_minutes_and_a_number_hold_both() -> None:
    assert len(arrange(choices([f"A{n}" for n in range(40)]), request(minutes=60.0, length=5))) == 5


def test_a_number_of_tracks_is_chosen_to_last_the_minutes() -> None:
    lengths = [150.0] * 10 + [200.0 + 7 * n for n in range(20)]
    varied = [Choice(make_track(n, artist=f"A{n}", seconds=s), 5 - n / 50) for n, s in enumerate(lengths, 1)]
    queue = arrange(varied, request(minutes=30.0, length=7))
    assert len(queue) == 7
    assert abs(sum(choice.seconds for choice in queue) - 1800) <= 30


def test_one_long_mix_does_not_fill_a_short_queue() -> None:
    mixed = [Choice(make_track(99, artist="Z", seconds=7200.0), 9.0), *choices([f"A{n}" for n in range(20)])]
    assert 99 not in {choice.track.id for choice in arrange(mixed, request(minutes=30.0))}


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_same_request_and_seed_give_the_same_queue(seed: int) -> None:
    some = choices([f"A{n % 9}" for n in range(60)], step=0.01)
    assert arrange(some, request(seed=seed)) == arrange(list(some), request(seed=seed))


def test_a_seed_exchanges_only_near_equals() -> None:
    clear = choices([f"A{n}" for n in range(10)], step=0.5)
    close = choices([f"A{n}" for n in range(60)], step=0.01)
    first, second = (arrange(clear, request(seed=seed, length=5)) for seed in (0, 3))
    assert [one.track for one in first] == [other.track for other in second]
    first, second = (arrange(close, request(seed=seed, length=5)) for seed in (0, 3))
    assert {one.track.id for one in first} != {other.track.id for other in second}
    assert max(choice.track.id for choice in second) <= 5 + 25


def many(count: int = 120) -> list[Choice]:
    draw = np.random.default_rng(5)
    return [
        Choice(
            make_track(n, artist=f"A{draw.integers(40)}", album=f"L{draw.integers(60)}", seconds=seconds),
            5.0 - n / 60,
            portrait=direction(*draw.standard_normal(8)),
            places=tuple(draw.standard_normal(4).tolist()),
        )
        for n, seconds in enumerate(draw.uniform(100, 400, count).tolist(), 1)
    ]


def ids(queue: list[Choice]) -> list[int]:
    return [choice.track.id for choice in queue]


@pytest.mark.parametrize("seed", [0, 3])
def test_a_longer_queue_extends_a_shorter_one(seed: int) -> None:
    queues = [set(ids(arrange(many(), request(length=length, seed=seed)))) for length in (5, 10, 20, 25, 50)]
    assert all(shorter < longer for shorter, longer in pairwise(queues))
    assert set(ids(arrange(many(), request(seed=seed)))) == queues[3]


def test_more_minutes_extend_the_queue_but_for_a_few_exchanged_to_meet_them() -> None:
    queues = [set(ids(arrange(many(), request(minutes=minutes)))) for minutes in (20.0, 45.0, 90.0)]
    for shorter, longer in pairwise(queues):
        assert len(shorter - longer) <= 1
        assert len(longer) > len(shorter)


@given(st.sampled_from([15.0, 30.0, 45.0, 60.0, 120.0]), st.integers(0, 5))
def test_minutes_are_met_with_two_of_an_artist(minutes: float, seed: int) -> None:
    queue = arrange(many(200), request(minutes=minutes, seed=seed))
    assert abs(sum(choice.seconds for choice in queue) - minutes * 60) <= 30
    assert max(Counter(artists_of(queue)).values()) <= 2


def test_what_was_there_and_still_fits_stays_in_its_order() -> None:
    before = [17, 3, 25, 9, 1]
    queue = ids(arrange(many(), request(length=25), before=before))
    assert [each for each in queue if each in before] == before
    # Without them the queue is what it was; with them little else moved.
    assert len(set(queue) & set(ids(arrange(many(), request(length=25))))) >= 22


def test_what_was_there_does_not_stay_where_others_fit_better() -> None:
    assert not {118, 119, 120} & set(ids(arrange(many(), request(length=10), before=[118, 119, 120])))


def test_the_same_queue_again_is_the_same() -> None:
    queue = ids(arrange(many(), request(length=25)))
    assert ids(arrange(many(), request(length=25), before=queue)) == queue


def test_a_longer_queue_keeps_the_shorter_ones_order() -> None:
    short = ids(arrange(many(), request(length=10)))
    longer = ids(arrange(many(), request(length=20), before=short))
    assert [each for each in longer if each in short] == short


def test_a_refill_keeps_what_is_kept_in_front_and_brings_others() -> None:
    first = arrange(many(), request(length=20))
    kept = [first[4], first[2]]
    gone = set(ids(first)) - set(ids(kept))
    rest = [choice for choice in many() if choice.track.id not in set(ids(first))]
    queue = arrange(rest, request(length=20), kept)
    assert queue[:2] == kept
    assert len(queue) == 20
    assert not gone & set(ids(queue))
    assert max(Counter(artists_of(queue)).values()) <= 2


def test_a_leaning_that_brings_nothing_new_orders_anew() -> None:
    before = [4, 9, 2, 7]
    few = [choice for choice in many() if choice.track.id in before]
    assert ids(arrange(few, request(), before=before)) == before
    assert ids(arrange(few, request(steer=(("energy", 0.5),)), before=before)) == ids(arrange(few, request()))
