"""Captions written, rewritten and searched; nothing a person types is ever a query language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shelf import Shelf
from vibe_desktop.domain import Hearing, Label, TrackId
from vibe_desktop.library.descriptions import CaptionJob


@pytest.fixture(scope="module")
def lasting_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    path = shelf.put("song.mp3")
    shelf.scan()
    shelf.descriptions.store_captions([(shelf.tag(path, title="Near and not"), "A or b.", ("a",), b"")])
    yield shelf
    shelf.db.close()


def _stock(shelf: Shelf, *titles: str) -> list[TrackId]:
    paths = [shelf.put(f"folder/{number}.mp3") for number in range(len(titles))]
    shelf.scan()
    return [shelf.tag(path, title=title) for path, title in zip(paths, titles, strict=True)]


def _jobs(shelf: Shelf, recipe: str = "r", among: list[TrackId] | None = None) -> list[CaptionJob]:
    return [job for batch in shelf.descriptions.uncaptioned(recipe, among) for job in batch]


def _caption(shelf: Shelf, recipe: str = "r") -> int:
    jobs = _jobs(shelf, recipe)
    shelf.descriptions.store_captions(
        [(job.track_id, f"About {job.tags.title}.", (job.tags.title,), job.source) for job in jobs]
    )
    return len(jobs)


def _hear(shelf: Shelf, track_id: TrackId, label: str) -> None:
    shelf.db.run(
        "INSERT OR IGNORE INTO space (id, name, kind, dimensions, fingerprint) VALUES (1, 'e', 'ear', 2, 'f')"
    )
    hearing = Hearing(np.ones(2, np.float32), np.ones(2, np.float32), (Label(label, 0.25),))
    shelf.descriptions.store_hearings(1, [(track_id, hearing)])


def test_a_caption_job_tells_tags_heard_labels_and_the_path_inside_the_added_folder(shelf: Shelf) -> None:
    [track_id] = _stock(shelf, "Moon")
    _hear(shelf, track_id, "piano")
    [job] = _jobs(shelf)
    assert (job.track_id, Path(job.path), job.tags.title) == (track_id, Path("folder/0.mp3"), "Moon")
    assert job.labels == (Label("piano", 0.25),)


def test_only_what_changed_is_captioned_again(shelf: Shelf) -> None:
    one, two, three = _stock(shelf, "One", "Two", "Three")
    assert _caption(shelf) == 3
    assert _caption(shelf) == 0
    shelf.tag(shelf.music / "folder" / "0.mp3", title="Another")
    _hear(shelf, two, "piano")
    assert [job.track_id for job in _jobs(shelf)] == [one, two]
    assert [job.track_id for job in _jobs(shelf, among=[two, three])] == [two]
    assert _caption(shelf) == 2
    assert _caption(shelf, "another recipe") == 3


def test_a_moved_folder_is_described_anew_but_a_moved_library_is_not(shelf: Shelf) -> None:
    _stock(shelf, "One")
    _caption(shelf)
    (shelf.music / "folder").rename(shelf.music / "Ana - Live")
    shelf.scan()
    assert [Path(job.path).parent.name for job in _jobs(shelf)] == ["Ana - Live"]
    _caption(shelf)
    shelf.music.rename(shelf.folder / "Music")
    shelf.scan(shelf.folder / "Music")
    assert shelf.tracks.counts().present == 1
    assert _jobs(shelf) == []


def test_tracks_that_are_unread_or_missing_are_not_captioned(shelf: Shelf) -> None:
    _stock(shelf, "One", "Two")
    shelf.put("unread.mp3")
    (shelf.music / "folder" / "0.mp3").unlink()
    shelf.scan()
    assert [job.tags.title for job in _jobs(shelf)] == ["Two"]


def test_captions_stored_between_two_batches_neither_repeat_nor_skip_any(shelf: Shelf) -> None:
    ids = sorted(_stock(shelf, *(f"Song {number}" for number in range(1100))))
    seen = []
    for batch in shelf.descriptions.uncaptioned("r"):
        seen += [job.track_id for job in batch]
        shelf.descriptions.store_captions([(job.track_id, "x", (), job.source) for job in batch])
    assert seen == ids
    assert [track_id for track_id, _ in shelf.descriptions.terms()] == ids


def test_a_persons_own_sentence_wins_survives_rewriting_and_can_be_taken_back(shelf: Shelf) -> None:
    [track_id] = _stock(shelf, "Moon")
    shelf.descriptions.set_own(track_id, "  our first dance ")
    _caption(shelf)
    [track] = shelf.tracks.tracks([track_id])
    assert (track.caption.sentence, track.caption.own) == ("our first dance", True)
    assert [found for found, _ in shelf.descriptions.search(["dance"], 5)] == [track_id]
    shelf.descriptions.set_own(track_id, " ")
    [track] = shelf.tracks.tracks([track_id])
    assert (track.caption.sentence, track.caption.own) == ("About Moon.", False)
    assert shelf.descriptions.search(["dance"], 5) == []


def test_keywords_are_searched_shown_and_kept_when_a_caption_is_rewritten(shelf: Shelf) -> None:
    one, two = _stock(shelf, "One", "Two")
    _caption(shelf)
    shelf.descriptions.store_keywords([(one, ("mellow", "warm")), (two, ())])
    assert [found for found, _ in shelf.descriptions.search(["warm"], 5)] == [one]
    _caption(shelf, "another recipe")
    assert shelf.tracks.tracks([one])[0].caption.keywords == ("mellow", "warm")
    before = shelf.db.connection.total_changes()
    shelf.descriptions.store_keywords([(one, ("mellow", "warm")), (two, ())])
    assert shelf.db.connection.total_changes() == before


def test_captions_whose_keywords_follow_are_found_with_those_though_the_program_ended_between(
    shelf: Shelf,
) -> None:
    one, two = _stock(shelf, "One", "Two")
    rows = [(one, "A brook.", ("same",), b""), (two, "A river.", ("same",), b"")]
    shelf.descriptions.store_captions(rows)
    shelf.descriptions.store_keywords([(one, ("same",)), (two, ("same",))])
    shelf.descriptions.keywords_done()
    anew = [(one, "A waterfall.", ("same",), b"1"), (two, "A lake.", ("same",), b"1")]
    shelf.descriptions.store_captions(anew, keywords_follow=True)
    shelf.reopen()
    assert shelf.descriptions.keywords_due()
    shelf.descriptions.store_keywords([(one, ("same",))])
    assert [found for found, _ in shelf.descriptions.search(["waterfall", "lake", "brook"], 5)] == [one]
    shelf.descriptions.store_keywords([(two, ("same",))])
    assert [found for found, _ in shelf.descriptions.search(["lake", "river"], 5)] == [two]
    before = shelf.db.connection.total_changes()
    shelf.descriptions.store_keywords([(one, ("same",)), (two, ("same",))])
    assert shelf.db.connection.total_changes() == before


def test_words_that_were_stored_in_many_parts_are_joined_and_found_as_before(shelf: Shelf) -> None:
    ids = _stock(shelf, *(f"Song {number}" for number in range(12)))
    for round_ in ("Rain.", "Calm rain."):
        for track_id in ids:
            shelf.descriptions.store_captions([(track_id, round_, (), b"")])
    parts = "SELECT count(DISTINCT segid) FROM words_idx"
    before, checks = shelf.descriptions.search(["calm", "rain"], 20), count()
    assert shelf.db.run(parts)[0][0] > 1
    shelf.descriptions.join_words(lambda: next(checks))
    assert shelf.db.run(parts) == [(1,)]
    assert shelf.descriptions.search(["calm", "rain"], 20) == before
    assert len(before) == 12
    assert next(checks) >= 2
    changes = shelf.db.connection.total_changes()
    shelf.descriptions.join_words(lambda: next(checks))
    assert shelf.db.connection.total_changes() - changes <= 2


def test_the_best_match_comes_first_and_only_tracks_that_are_here_are_found(shelf: Shelf) -> None:
    one, two, three = _stock(shelf, "Rain", "Rain rain rain", "Sun")
    _caption(shelf)
    shelf.descriptions.store_keywords([(two, ("rain",))])
    found = shelf.descriptions.search(["rain", "sun"], 10)
    assert {track_id for track_id, _ in found} == {one, two, three}
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert [track_id for track_id, _ in shelf.descriptions.search(["rain"], 1)] == [two]
    (shelf.music / "folder" / "1.mp3").unlink()
    shelf.scan()
    assert [track_id for track_id, _ in shelf.descriptions.search(["rain"], 10)] == [one]


def test_accents_and_case_do_not_matter(shelf: Shelf) -> None:
    [track_id] = _stock(shelf, "Noël ÉTÉ")
    _caption(shelf)
    for word in ("noel", "NOËL", "ete", "e\u0301te\u0301"):
        assert [found for found, _ in shelf.descriptions.search([word], 5)] == [track_id]


_SYNTAX = [
    '"',
    "'",
    "*",
    "NEAR(a b, 3)",
    "a AND",
    "NOT",
    "title:near",
    "-near",
    "^near",
    "(",
    "{title}",
    "\0",
    '""',
]


@pytest.mark.parametrize("text", _SYNTAX)
def test_query_syntax_is_only_words(lasting_shelf: Shelf, text: str) -> None:
    lasting_shelf.descriptions.search([text], 5)
    lasting_shelf.descriptions.search([text, "near"], 5)
    assert lasting_shelf.descriptions.search(["near", text], 5)


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=6))
@example(["\ud800"])
@example(["\U0001f600", "\u0301", "\u00bd", "\u2460"])
@example(["x" * 10_000])
@example(["near"] * 3000)
def test_no_words_are_ever_an_error(lasting_shelf: Shelf, wanted: list[str]) -> None:
    assert len(lasting_shelf.descriptions.search(wanted, 5)) <= 1


def test_captions_for_a_track_that_is_gone_are_dropped(shelf: Shelf) -> None:
    shelf.descriptions.store_captions([(99, "x", (), b"")])
    shelf.descriptions.set_own(99, "x")
    shelf.descriptions.store_keywords([(99, ("x",))])
    assert list(shelf.descriptions.terms()) == []
    assert shelf.db.run("SELECT count(*) FROM words") == [(0,)]
