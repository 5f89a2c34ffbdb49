"""How fast the library is sorted, filtered, searched while typing, and shown, a page at a time."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from bench_made import fill_library
from bench_report import Figure, percentile

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench_report import Bench
    from vibe_desktop.app import App

_TIMES = 5
_PAGE = 100
_FILTERS = ("n", "night", "night riv", "evening")
_TYPED = ("n", "ni", "night", "night riv", "the echo")


def table(bench: Bench) -> None:
    """Take every order, several filters, pages and titles of the largest library."""
    size = max(bench.sizes)
    with bench.app(f"table-{size}") as app:
        fill_library(app, size, app.encoder.space, None)
        _orders(bench, app, size)
        _pages(bench, app, size)


def _orders(bench: Bench, app: App, size: int) -> None:
    orders, filters = taken_by_orders(app), taken_by_filters(app)
    for name, taken in (orders | filters).items():
        print(f"    {name:<28} {taken:8.1f} ms")
    for name, found in (("order", orders), ("filter", filters)):
        slowest = Figure(f"{size:,} tracks: slowest {name}", max(found.values()), "ms", 300.0, less=True)
        bench.found(slowest)


def taken_by_orders(app: App, times: int = _TIMES) -> dict[str, float]:
    """Return how long every order of the table takes, in milliseconds."""
    from vibe_desktop.library.table import Column

    return {
        f"by {column}{', descending' if down else ''}": _taken(
            partial(app.table.ids, column, descending=down), times
        )
        for column in Column
        for down in (False, True)
    }


def taken_by_filters(app: App, times: int = _TIMES) -> dict[str, float]:
    """Return how long some filters of the table take, in milliseconds."""
    return {f"with “{words}”": _taken(partial(app.table.ids, words=words), times) for words in _FILTERS}


def _pages(bench: Bench, app: App, size: int) -> None:
    ids = app.table.ids()
    starts = range(0, len(ids) - _PAGE, max(1, len(ids) // 50))
    pages = [_taken(partial(app.table.rows, ids[start : start + _PAGE]), 1) for start in starts]
    bench.found(Figure(f"{size:,} tracks: {_PAGE} rows, p50", percentile(pages, 50), "ms", 5.0, less=True))
    bench.found(Figure(f"{size:,} tracks: {_PAGE} rows, p95", percentile(pages, 95), "ms"))
    typed = [_taken(partial(app.reading_tracks.titles, text, 3)) for text in _TYPED]
    bench.found(Figure(f"{size:,} tracks: titles while typing, slowest", max(typed), "ms", 10.0, less=True))


def _taken(work: Callable[[], object], times: int = _TIMES) -> float:
    """Return the median of some runs, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return percentile(taken, 50)
