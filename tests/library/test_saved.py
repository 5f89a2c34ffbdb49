"""Saved playlists: kept, renamed, deleted and brought back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libraries import add_tracks
from shelf import Shelf
from vibe_desktop.domain import MoodRequest, PlaylistEntry, PlaylistLine, VibeError
from vibe_desktop.library.codec import dump_request, load_request
from vibe_desktop.library.saved import PlaylistStore


@pytest.fixture
def playlists(shelf: Shelf) -> PlaylistStore:
    add_tracks(shelf.db, 5)
    shelf.db.run("UPDATE track SET seconds = 60.0 WHERE id < 3")
    return PlaylistStore(shelf.db)


def test_a_playlist_keeps_its_order_its_reasons_and_lines_that_lead_to_no_track(
    playlists: PlaylistStore,
) -> None:
    line = PlaylistLine("../gone.mp3", "Ann - Gone", 12.5)
    entries = [
        PlaylistEntry(3, "heard: piano"),
        PlaylistEntry(None, line=line),
        PlaylistEntry(1),
        PlaylistEntry(3),
    ]
    playlist_id = playlists.create("Rainy  \n walk", entries, mood="rainy walk", request_json="{}")
    assert playlists.entries(playlist_id) == entries
    [saved] = playlists.all()
    assert (saved.id, saved.name, saved.mood, saved.request_json) == (
        playlist_id,
        "Rainy walk",
        "rainy walk",
        "{}",
    )
    assert (saved.tracks, saved.unresolved, saved.seconds) == (3, 1, 60.0)
    assert playlists.get(playlist_id) == saved


def test_plain_ids_will_do_and_those_that_no_longer_exist_are_left_out(playlists: PlaylistStore) -> None:
    playlist_id = playlists.create("", [2, 999, 1])
    assert [entry.track_id for entry in playlists.entries(playlist_id)] == [2, 1]
    assert playlists.get(playlist_id).name == "Playlist"


def test_a_line_whose_track_is_gone_meanwhile_stays_a_line(playlists: PlaylistStore) -> None:
    line = PlaylistLine("a.mp3")
    playlist_id = playlists.create("", [PlaylistEntry(999, line=line)])
    assert playlists.entries(playlist_id) == [PlaylistEntry(None, line=line)]


def test_other_entries_and_another_name(playlists: PlaylistStore) -> None:
    playlist_id = playlists.create("One", [1, 2, 3])
    playlists.replace(playlist_id, [4])
    playlists.rename(playlist_id, "Two")
    assert [entry.track_id for entry in playlists.entries(playlist_id)] == [4]
    assert playlists.get(playlist_id).name == "Two"
    assert playlists.get(playlist_id).changed_at >= playlists.get(playlist_id).made_at


def test_a_deleted_playlist_comes_back_whole(playlists: PlaylistStore) -> None:
    first, second = playlists.create("One", [1, 2]), playlists.create("Two", [])
    assert [each.id for each in playlists.all()] == [second, first]
    kept = playlists.get(first)
    playlists.delete(first)
    assert [each.id for each in playlists.all()] == [second]
    for change in (lambda: playlists.get(first), lambda: playlists.rename(first, "x")):
        with pytest.raises(VibeError, match="no longer there"):
            change()
    playlists.restore(first)
    assert playlists.get(first) == kept
    assert [entry.track_id for entry in playlists.entries(first)] == [1, 2]


def test_lines_become_tracks_once_these_are_known(playlists: PlaylistStore) -> None:
    lines = [PlaylistEntry(None, line=PlaylistLine(name)) for name in ("a.mp3", "b.mp3")]
    playlist_id = playlists.create("Mixed", [PlaylistEntry(1), *lines], folder=b"/lists")
    assert playlists.unresolved() == [
        (playlist_id, 1, "a.mp3", b"/lists"),
        (playlist_id, 2, "b.mp3", b"/lists"),
    ]
    playlists.resolve([(playlist_id, 2, 5), (playlist_id, 0, 4)])
    assert [entry.track_id for entry in playlists.entries(playlist_id)] == [1, None, 5]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(text=st.text(st.characters(exclude_categories=()), max_size=20), seconds=st.floats() | st.none())
def test_any_text_can_be_kept(playlists: PlaylistStore, text: str, seconds: float | None) -> None:
    line = PlaylistLine(text, text, seconds)
    playlist_id = playlists.create(text, [PlaylistEntry(1, text), PlaylistEntry(None, line=line)], mood=text)
    assert len(playlists.entries(playlist_id)) == 2
    playlists.rename(playlist_id, text)


def test_a_request_comes_back_as_it_was() -> None:
    request = MoodRequest(
        "rainy", "rainy", avoid=("vocals",), years=(1980, 1989), minutes=45.0, seed=3,
        steer=(("energy", -0.5),), like=(4, 5), refused=(6,),
    )  # fmt: skip
    assert load_request(dump_request(request)) == request


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"text": "a"}', "3"])
def test_what_is_no_request_is_none(text: str) -> None:
    assert load_request(text) is None


def test_a_request_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    request = load_request('{"text": "a", "mood": "b", "weather": "rain"}')
    assert request == MoodRequest("a", "b")
