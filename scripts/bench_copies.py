"""How long a copy of the library takes when the program ends, and a restored one until it is there."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from bench_made import fill_library
from bench_report import Figure
from vibe_desktop.kept_words import restored_words
from vibe_desktop.library.backup import copies, keep
from vibe_desktop.library.restoring import open_library

if TYPE_CHECKING:
    from pathlib import Path

    from bench_report import Bench

_WHOLE = 16_000
"""Tracks that make about 40 MB."""


def copies_made(bench: Bench) -> None:
    """Copy and restore a library that is copied whole, and the largest, of which only some is."""
    for size in (_WHOLE, max(bench.sizes)):
        with bench.app(f"copies-{size}") as app:
            fill_library(app, size, app.encoder.space, None)
            app.tastes.set_liked(range(1, size, 7), liked=True)
            for number in range(1, 1000):
                app.tastes.record_play(number, 1.7e9 + number, 60.0)
            database = app.profile.database
        _measure(bench, database, size)


def _measure(bench: Bench, database: Path, size: int) -> None:
    what = f"{size:,} tracks, {database.stat().st_size / 1e6:,.0f} MB"
    began = time.perf_counter()
    if not keep(database):
        raise RuntimeError("no copy was made")
    bench.found(Figure(f"{what}: copied at the end", time.perf_counter() - began, "s", 1.0, less=True))
    [copy] = copies(database)
    bench.found(Figure(f"{what}: size of the copy", copy.path.stat().st_size / 1e6, "MB"))
    for name, offset, length in (("one page in a hundred", 4096, 100), ("its beginning", 0, 0)):
        _damage(database, offset, length)
        began = time.perf_counter()
        db, restored = open_library(database)
        bench.found(Figure(f"{what}: restored, {name} damaged", time.perf_counter() - began, "s"))
        db.close()
        print(f"    {restored_words(restored) if restored else 'not damaged'}")


def _damage(database: Path, offset: int, every: int) -> None:
    """Overwrite the page at `offset`, and further ones `every` so many pages."""
    with database.open("rb+") as file:
        for place in range(offset, database.stat().st_size, every * 4096 or database.stat().st_size):
            file.seek(place)
            file.write(os.urandom(4096))
    database.with_name(f"{database.name}.checked").unlink(missing_ok=True)
