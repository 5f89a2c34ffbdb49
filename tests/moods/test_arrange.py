"""The queue: no song twice, artists apart, as long as asked."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mood_library import make_track
from vibe_desktop.domain import MoodRequest
from vibe_desktop.moods.arrange import DEFAULT_LENGTH, Choice, arrange, space_out


def request(text: str = "calm", **wanted: object) -> MoodRequest:
    return MoodRequest(text=text, mood=text, **wanted)  # type: ignore[arg-type]


def choices(artists: list[str], *, seconds: float = 200.0, step: float = 0.1) -> list[Choice]:
    return [
        Choice(make_track(n, artist=artist, album=f"Album of {artist}", seconds=seconds), 5.0 - step * n)
        for n, artist in enumerate(artists, 1)
    ]


def artists_of(queue: list[Choice]) -> list[str]:
    return [choice.track.tags.artist for choice in queue]


@given(st.lists(st.sampled_from("ABCDE"), max_size=24))
def test_an_artist_follows_itself_only_where_it_must(artists: list[str]) -> None:
    queue = artists_of(space_out(choices(artists, step=0.01)))
    assert Counter(queue) == Counter(artists)
    repeats = sum(one == other for one, other in pairwise(queue))
    most = max(Counter(artists).values(), default=0)
    assert repeats == max(0, most - (len(artists) - most) - 1)


def test_the_best_comes_first_and_the_order_changes_little() -> None:
    queue = space_out(choices(["A", "B", "C", "C", "D"], step=0.1))
    assert [choice.track.id for choice in queue] == [1, 2, 3, 5, 4]


def test_a_much_worse_fit_is_not_drawn_forward_to_keep_an_artist_apart() -> None:
    metal = [Choice(make_track(n, artist="A"), 4.0) for n in (1, 2, 3)]
    queue = space_out([*metal, Choice(make_track(9, artist="B"), 1.5)])
    assert [choice.track.id for choice in queue] == [1, 2, 3, 9]


def test_albums_are_kept_apart_where_artists_alone_would_not() -> None:
    various = [
        Choice(make_track(n, artist=f"Artist {n}", album=album), 5.0 - n / 9)
        for n, album in enumerate("XXY", 1)
    ]
    assert [choice.track.id for choice in space_out(various)] == [1, 3, 2]


def test_an_artist_has_three_at_most_while_others_fit() -> None:
    queue = arrange(choices(["A"] * 20 + [f"B{n}" for n in range(30)], step=0.02), request())
    assert len(queue) == DEFAULT_LENGTH
    assert Counter(artists_of(queue))["A"] == 3


def test_an_artist_who_fits_much_better_than_all_others_is_not_held_back() -> None:
    metal = [Choice(make_track(n, artist="A"), 6.0) for n in range(1, 6)]
    others = [Choice(make_track(10 + n, artist=f"B{n}"), 2.0) for n in range(30)]
    queue = arrange([*metal, *others], request(length=5))
    assert {choice.track.id for choice in queue} == {1, 2, 3, 4, 5}


def test_a_library_of_one_artist_still_fills_the_queue() -> None:
    assert len(arrange(choices(["A"] * 40), request())) == DEFAULT_LENGTH


def test_an_artist_who_was_asked_for_is_not_held_back() -> None:
    queue = arrange(choices(["The Ferry"] * 20 + ["B"] * 30), request("calm songs by the ferry", length=20))
    assert Counter(artists_of(queue))["The Ferry"] >= 17


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
