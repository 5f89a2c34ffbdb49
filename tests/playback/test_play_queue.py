"""The queue: what follows what, and every step taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from players import entry
from vibe_desktop.domain import MoodRequest
from vibe_desktop.playback.play_queue import MOST_STEPS, Item, PlayQueue, Repeat


@pytest.fixture
def queue() -> PlayQueue:
    queue = PlayQueue()
    queue.replace([entry(number) for number in range(1, 6)], name="rain")
    return queue


def tracks(queue: PlayQueue) -> list[int]:
    return [item.entry.track.id for item in queue.items]


def track(item: Item | None) -> int | None:
    return item.entry.track.id if item else None


def keys(queue: PlayQueue, *ids: int) -> list[int]:
    return [item.key for item in queue.items if item.entry.track.id in ids]


def play(queue: PlayQueue, track_id: int) -> None:
    queue.make_current(queue.item(keys(queue, track_id)[0]))


def test_follows_in_order_and_ends(queue: PlayQueue) -> None:
    assert (track(queue.following()), queue.at) == (1, None)
    play(queue, 5)
    assert (queue.following(), track(queue.preceding()), queue.at) == (None, 4, 4)


def test_repeat(queue: PlayQueue) -> None:
    play(queue, 5)
    queue.repeat = Repeat.ALL
    assert track(queue.following()) == 1
    queue.repeat = Repeat.ONE
    assert (track(queue.following()), track(queue.following(asked=True))) == (5, 1)
    play(queue, 1)
    queue.repeat = Repeat.ALL
    assert track(queue.preceding()) == 5


def test_the_current_track_stays_current_when_it_is_removed(queue: PlayQueue) -> None:
    play(queue, 3)
    queue.remove(keys(queue, 1, 3))
    assert (queue.at, track(queue.current)) == (None, 3)
    assert (track(queue.following()), track(queue.preceding())) == (4, 2)
    queue.insert(0, [entry(8)])
    assert (tracks(queue), track(queue.following())) == ([8, 2, 4, 5], 4)
    queue.insert(queue.next_index, [entry(9)])
    assert (tracks(queue), track(queue.following())) == ([8, 2, 9, 4, 5], 9)


def test_what_followed_a_removed_track_follows_wherever_things_go(queue: PlayQueue) -> None:
    play(queue, 3)
    queue.remove(keys(queue, 3))
    queue.move(keys(queue, 5), 0)
    assert (tracks(queue), track(queue.following())) == ([5, 1, 2, 4], 4)
    queue.remove(keys(queue, 5, 1))
    assert track(queue.following()) == 4
    queue.undo()
    assert track(queue.following()) == 4
    queue.remove(keys(queue, 4))
    assert queue.following() is None
    queue.undo()
    assert track(queue.following()) == 4


def test_undo_of_a_removal_finds_the_current_track_again(queue: PlayQueue) -> None:
    play(queue, 3)
    queue.remove(keys(queue, 3))
    assert queue.undo()
    assert (queue.at, track(queue.following())) == (2, 4)


@pytest.mark.parametrize(
    ("moved", "index", "expected"),
    [((4, 5), 0, [4, 5, 1, 2, 3]), ((1,), 5, [2, 3, 4, 5, 1]), ((1, 4), 2, [2, 1, 4, 3, 5])],
)
def test_move(queue: PlayQueue, moved: tuple[int, ...], index: int, expected: list[int]) -> None:
    queue.move(keys(queue, *moved), index)
    assert tracks(queue) == expected
    assert queue.undo_text == ("Move 1 track" if len(moved) == 1 else "Move 2 tracks")


def test_what_changes_nothing_is_no_step(queue: PlayQueue) -> None:
    version = queue.version
    queue.move(keys(queue, 1), 0)
    queue.remove([999])
    queue.insert(2, [])
    queue.rename("rain")
    assert (queue.version, queue.undo_text) == (version, "New queue “rain”")


def test_undo_and_redo_bring_back_everything(queue: PlayQueue) -> None:
    request = MoodRequest("calm", "calm")
    queue.replace([entry(8)], name="calm", request=request, notes=["Only one."])
    assert queue.undo()
    assert (tracks(queue), queue.name, queue.request, queue.notes) == ([1, 2, 3, 4, 5], "rain", None, ())
    assert queue.redo_text == "New queue “calm”"
    assert queue.redo()
    assert (tracks(queue), queue.name, queue.request, queue.notes) == ([8], "calm", request, ("Only one.",))
    assert not queue.redo()
    queue.undo()
    queue.rename("wet")
    assert (queue.redo_text, queue.redo()) == ("", False)


def test_no_more_steps_are_kept_than_anyone_needs(queue: PlayQueue) -> None:
    for number in range(MOST_STEPS + 20):
        queue.rename(str(number))
    steps = 0
    while queue.undo():
        steps += 1
    assert steps == MOST_STEPS


def test_a_new_queue_follows_the_track_that_plays(queue: PlayQueue) -> None:
    play(queue, 3)
    queue.replace([entry(3), entry(7)])
    assert (queue.at, track(queue.current), track(queue.following())) == (None, 3, 3)


def test_keeping_the_current_track_keeps_places_of_those_that_stay(queue: PlayQueue) -> None:
    play(queue, 3)
    before = {item.entry.track.id: item.key for item in queue.items}
    queue.replace([entry(2), entry(3, "new reason"), entry(7)], keep_current=True)
    after = {item.entry.track.id: item.key for item in queue.items}
    assert (after[2], after[3]) == (before[2], before[3])
    assert queue.at == 1
    assert queue.current
    assert queue.current.entry.reason == "new reason"
    queue.replace([entry(8)], keep_current=True)
    assert (tracks(queue), queue.at, track(queue.following())) == ([3, 8], 0, 8)


Step = tuple[str, list[int], int]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["insert", "remove", "move", "replace", "play"]),
            st.lists(st.integers(0, 7), max_size=3),
            st.integers(-1, 8),
        ),
        max_size=12,
    )
)
def test_any_steps_can_be_taken_back_and_done_again(steps: list[Step]) -> None:
    queue = PlayQueue()
    states = [queue.items]
    for what, numbers, index in steps:
        chosen = [queue.items[number].key for number in numbers if number < len(queue.items)]
        if what == "insert":
            queue.insert(index, [entry(number + 1) for number in numbers])
        elif what == "remove":
            queue.remove(chosen)
        elif what == "move":
            queue.move(chosen, index)
        elif what == "replace":
            queue.replace([entry(number + 1) for number in numbers], keep_current=index % 2 == 0)
        elif chosen:
            queue.make_current(queue.item(chosen[0]))
        if queue.items != states[-1]:
            states.append(queue.items)
        following = queue.following()
        assert following is None or queue.item(following.key) is following
        assert queue.at is None or queue.items[queue.at] is queue.current
        assert len({item.key for item in queue.items}) == len(queue.items)
    last = queue.items
    while queue.undo():
        pass
    assert queue.items == ()
    while queue.redo():
        pass
    assert queue.items == last
