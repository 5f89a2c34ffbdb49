"""Rows come a page at a time, and only so many stay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from table_rows import Fetch, row
from vibe_desktop.domain import TrackId, VibeError
from vibe_desktop.library.table import Row
from vibe_desktop.ui.library.page_cache import MOST_PAGES, PAGE, PageCache


def cache_of(count: int, fetch: Fetch) -> PageCache[Row]:
    cache: PageCache[Row] = PageCache(fetch, lambda _: None)
    cache.reset(np.arange(count, dtype=np.int64))
    return cache


def test_a_page_is_fetched_once() -> None:
    fetch = Fetch()
    cache = cache_of(PAGE * 3, fetch)
    titles = [found.title for index in range(PAGE) if (found := cache.row(index))]
    assert titles == [f"Song {number}" for number in range(PAGE)]
    assert [list(ids) for ids in fetch.asked] == [list(range(PAGE))]


def test_however_far_one_goes_only_so_many_rows_are_held() -> None:
    cache = cache_of(200_000, Fetch())
    for index in range(0, 200_000, PAGE // 2):
        cache.row(index)
    assert len(cache) == PAGE * MOST_PAGES


def test_what_was_used_last_stays() -> None:
    fetch = Fetch()
    cache = cache_of(PAGE * (MOST_PAGES + 2), fetch)
    for number in range(MOST_PAGES + 1):
        cache.row(number * PAGE)
        cache.row(0)
    assert fetch.asked.count(list(range(PAGE))) == 1


def test_the_last_page_may_be_short_and_nothing_lies_beyond() -> None:
    cache = cache_of(PAGE + 3, Fetch())
    last = cache.row(PAGE + 2)
    assert last is not None
    assert last.id == PAGE + 2
    assert cache.row(PAGE + 3) is None
    assert cache.row(-1) is None


def test_a_track_that_is_gone_leaves_an_empty_place() -> None:
    cache: PageCache[Row] = PageCache(lambda ids: [row(each) for each in ids if each != 1], lambda _: None)
    cache.reset(np.arange(3, dtype=np.int64))
    assert [cache.row(index) is None for index in range(3)] == [False, True, False]


def test_what_cannot_be_read_is_told_once_and_not_tried_for_every_cell() -> None:
    def fetch(ids: Sequence[TrackId]) -> list[Row]:
        raise VibeError("The disk is gone.", "Plug it in.")

    told: list[VibeError] = []
    cache: PageCache[Row] = PageCache(fetch, told.append)
    cache.reset(np.arange(5, dtype=np.int64))
    assert [cache.row(index) for index in range(5)] == [None] * 5
    assert [error.message for error in told] == ["The disk is gone."]


def test_a_newer_row_takes_the_place_of_the_older() -> None:
    cache = cache_of(10, Fetch())
    cache.row(0)
    cache.replace(row(4, title="Another name"))
    found = cache.row(4)
    assert found is not None
    assert found.title == "Another name"
    assert cache.held(4) is found
    assert cache.held(999) is None
