"""What an adjustment changed, from the queues before and after."""

from mood_library import make_track
from vibe_desktop.domain import MoodRequest, QueueEntry
from vibe_desktop.moods.changes import Changes, changes

ASKED = MoodRequest("calm", "calm")


def entry(track_id: int, **places: float) -> QueueEntry:
    return QueueEntry(1, make_track(track_id), None, None, "", dict(places))


def steered(**ways: float) -> MoodRequest:
    return MoodRequest("calm", "calm", steer=tuple(ways.items()))


def test_stayed_came_and_went_are_counted() -> None:
    told = changes([entry(n) for n in (1, 2, 3)], ASKED, [entry(n) for n in (3, 4, 2, 5)], ASKED)
    assert told == Changes(stayed=2, came=2, went=1, reordered=True)
    assert told.before == 3


def test_a_slider_is_told_where_the_new_ones_do_lie_further_that_way() -> None:
    before = [entry(1, energy=1.0, voice=0.5), entry(2, energy=0.0, voice=0.0)]
    after = [entry(2, energy=0.0, voice=0.0), entry(3, energy=-1.0, voice=0.5)]
    assert changes(before, ASKED, after, steered(energy=-0.5)).leans == (("energy", -1),)
    assert changes(before, steered(energy=-0.5), after, steered(energy=-1.0)).leans == (("energy", -1),)
    # It was moved the other way, or not at all, or the new ones are no different.
    assert changes(before, ASKED, after, steered(energy=0.5)).leans == ()
    assert changes(before, steered(energy=-0.5), after, steered(energy=-0.5)).leans == ()
    assert changes(before, ASKED, after, steered(voice=1.0)).leans == ()


def test_a_slider_let_go_leads_back() -> None:
    before, after = [entry(1, energy=-1.0)], [entry(2, energy=0.5)]
    assert changes(before, steered(energy=-1.0), after, ASKED).leans == (("energy", 1),)


def test_where_nothing_is_known_of_tracks_no_way_is_told() -> None:
    assert changes([entry(1)], ASKED, [entry(2)], steered(energy=1.0)).leans == ()
    assert changes([entry(1, energy=0.0)], ASKED, [entry(1, energy=0.0)], steered(energy=1.0)).leans == ()


def test_tracks_that_were_named_are_told() -> None:
    before = [entry(n) for n in (1, 2, 3)]
    liked = MoodRequest("calm", "calm", like=(2,), refused=(3, 77))
    told = changes(before, MoodRequest("calm", "calm", refused=(77,)), [entry(1), entry(2)], liked)
    assert [track.id for track in told.liked] == [2]
    assert [track.id for track in told.refused] == [3]
    assert changes(before, liked, before, liked).liked == ()


def test_more_time_is_told_only_where_it_was_asked_for() -> None:
    short, longer = [entry(n) for n in range(5)], [entry(n) for n in range(9)]
    assert changes(short, ASKED, longer, MoodRequest("calm", "calm", minutes=30.0)).longer
    assert not changes(longer, ASKED, short, MoodRequest("calm", "calm", minutes=15.0)).longer
    assert not changes(short, ASKED, longer, ASKED).longer


def test_another_order_is_told_of_those_that_stayed() -> None:
    before = [entry(n) for n in (1, 2, 3)]
    assert changes(before, ASKED, [entry(n) for n in (2, 1, 3)], ASKED).reordered
    assert not changes(before, ASKED, [entry(n) for n in (9, 1, 8, 3)], ASKED).reordered
