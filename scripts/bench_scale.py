"""The same work in libraries of several sizes, from real files to a clean exit, in one table.

Of every size there is a folder of real files, tiny but valid; the program's own command takes them
in, and an ear is said to have heard them. All that is measured is measured on that library.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import bench_scale_others as others
from bench_made import moods, tagged_files
from bench_queries import answer_moods
from bench_report import percentile
from bench_scale_made import SECONDS, change, let_hear, size_of
from bench_scale_table import Table
from bench_scale_watch import PROGRAM, WORKERS, Failed, Run, run
from bench_screen import NoScreen, screen, session_bus
from bench_table import taken_by_filters, taken_by_orders
from bench_ui import environment_of, window
from page_marks import fill
from vibe_desktop.index.neighbours import EXACT_BELOW, NeighbourCache
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench_report import Bench
    from vibe_desktop.app import App

_BESIDE = 20_000
_TIMES = 3
_MB = 1e6


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a library of one size is made and used: its music, and the home of whoever uses it."""

    size: int
    folder: Path

    @property
    def music(self) -> Path:
        return self.folder / "music"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def profile(self) -> Profile:
        return Profile(self.home / "share" / "vibe-desktop")

    def index(self) -> Run:
        """Let the program look for music, without listening."""
        program = [sys.executable, "-m", "vibe_desktop", "--profile", str(self.profile.folder)]
        return run([*program, "index", str(self.music), "--no-listen", "--workers", "2", "--json"])


def scale(bench: Bench) -> None:
    """Do the same in libraries of all sizes; beside it, let other programs scan about 20,000 of the files."""
    table, beside = Table(bench.sizes), min(bench.sizes, key=lambda size: abs(size - _BESIDE))
    told = ""
    for size in bench.sizes:
        place = _Place(size, bench.folder / f"scale-{size}")
        tagged_files(place.music, size, SECONDS)
        _files(bench, table, place)
        _library(bench, table, place)
        _window(bench, table, place)
        if size == beside:
            told = _beside(place, table)
    page = f"{_machine()}\n\n{table.markdown()}\n\n{told}".rstrip()
    print(f"\n{page}")
    if bench.markdown:
        fill(bench.markdown, "bench_scale", page)


def _machine() -> str:
    import psutil

    cores = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else 0
    memory = psutil.virtual_memory().total / 2**30
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, {memory:.0f} GiB of memory:"


# --- files ---


def _files(bench: Bench, table: Table, place: _Place) -> None:
    """Take the files in, look again with nothing changed, and with one in a hundred changed."""
    size = place.size
    with _app(bench, place) as app:
        app.meanings.prepare(Progress())
    first = place.index()
    table.found("first scan: found, tags read, captioned, embedded", "s", size, first.seconds)
    _let_hear(bench, place)
    heard = place.index()
    table.found("all described anew after an ear heard them", "s", size, heard.seconds)
    unchanged = [place.index() for _ in range(_TIMES)]
    seconds = statistics.median(each.seconds for each in unchanged)
    table.found("scan with nothing changed, the program's start included", "s", size, seconds, 5.0)
    change(place.music)
    changed = place.index()
    table.found("scan with 1 % changed, ready for moods", "s", size, changed.seconds, 60.0)
    _let_hear(bench, place)  # these too: nothing is left for the window to listen to
    place.index()
    for name, each in (("first scan", first), ("scan with nothing changed", unchanged[0])):
        table.found(f"{name}: memory of the program", "MB", size, each.memory[PROGRAM] / _MB)
        if WORKERS in each.memory:
            table.found(f"{name}: memory of a worker", "MB", size, each.memory[WORKERS] / _MB)
    taken = size_of(*place.profile.folder.glob(f"{place.profile.database.name}*"))
    table.found("database", "MB", size, taken / _MB)
    table.found("search index", "MB", size, size_of(place.profile.index) / _MB)


def _let_hear(bench: Bench, place: _Place) -> None:
    with _app(bench, place) as app:
        ear = app.ear().ear
        if ear is not None:
            let_hear(app, ear.space)


def _app(bench: Bench, place: _Place) -> App:
    return bench.app(str(place.profile.folder.relative_to(bench.folder)))


# --- the library ---


def _library(bench: Bench, table: Table, place: _Place) -> None:
    """Sort, filter, search and answer moods in this process."""
    size = place.size
    with _app(bench, place) as app:
        orders, filters = taken_by_orders(app, _TIMES), taken_by_filters(app, _TIMES)
        table.found("sorting by the slowest column", "ms", size, max(orders.values()))
        table.found("filtering by the slowest words", "ms", size, max(filters.values()))
        cache = NeighbourCache(app.stores.db, app.stores.vectors, app.profile.index)
        space = app.encoder.space
        if size >= EXACT_BELOW:
            ids, vectors = app.stores.vectors.matrix(space)
            taken = _seconds(lambda: cache.build(space, ids, vectors))
            table.found("search index built and saved", "s", size, taken)
        table.found(
            "vectors read, search index checked and opened", "s", size,
            _seconds(lambda: cache.open(space)),
        )  # fmt: skip
        answers = answer_moods(app, app.ear())
        table.found("first mood, everything opened for it", "ms", size, answers.first)
        table.found("mood, p50", "ms", size, percentile(answers.whole, 50))
        table.found("mood, p95", "ms", size, percentile(answers.whole, 95), 80.0)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- the window ---


def _window(bench: Bench, table: Table, place: _Place) -> None:
    """Open the window, use it, and leave."""
    if sys.platform != "linux":
        print("the window: not measured: this needs an X server")
        return
    try:
        with ExitStack() as stack:
            shown = {"DISPLAY": stack.enter_context(screen()), **stack.enter_context(session_bus())}
            environment = environment_of(place.home, shown)
            starts = [window(bench, environment, {"use": False}) for _ in range(_TIMES)]
            asked = {"use": True, "moods": moods(6), "playable": []}
            told = window(bench, environment, asked, "bench_scale_window")
            gone = time.monotonic()
    except NoScreen as reason:
        print(f"the window: not measured: {reason}")
        return
    size, facts = place.size, told["facts"]
    for name, what in (("picture", "painted"), ("a letter typed is answered", "usable")):
        seconds = statistics.median(start["taken"][what][0] for start in starts)
        aim = 1.0 if what == "painted" else None
        table.found(f"window: {name}, from its start on", "s", size, seconds, aim)
    for part, aim in (("window", 300.0), ("answering", None), ("job", None)):
        with suppress(KeyError):  # a job over few tracks is over before it is looked at
            table.found(f"memory of the {part} process", "MB", size, facts[part] / _MB, aim)
    longest = max(max(gaps) for gaps in told["gaps"].values())
    table.found("window: longest stall", "ms", size, longest)
    table.found("window: from closing it to the end of all processes", "s", size, gone - facts["left at"])


# --- beside it ---


def _beside(place: _Place, table: Table) -> str:
    """Let others scan the same files; return a table of it."""
    lines = [
        f"| {place.size:,} files | first scan | nothing changed | 1 % changed | memory |",
        "|---|---|---|---|---|",
    ]
    own = [f"{table.value(name, place.size) or 0:.1f} s" for name in _SCANS]
    memory = table.value("first scan: memory of the program", place.size) or 0
    lines.append(f"| Vibe Desktop | {' | '.join(own)} | {memory:.0f} MB |")
    for name, command, opened in (("mpd", "mpd", others.mpd), ("beets", "beet", others.beets)):
        if not others.installed(command):
            lines.append(f"| {name} | not installed | | | |")
            continue
        try:
            with opened(place.folder / name, place.music) as (first, again):
                runs = [first(), again()]
                change(place.music)
                runs.append(again())
        except Failed as reason:
            print(f"{name}: {reason}")
            continue
        cells = [f"{each.seconds:.1f} s" for each in runs]
        lines.append(
            f"| {name} | {' | '.join(cells)} | {max(each.memory[PROGRAM] for each in runs) / _MB:.0f} MB |"
        )
        print(lines[-1])
    return "\n".join(lines)


_SCANS = (
    "first scan: found, tags read, captioned, embedded",
    "scan with nothing changed, the program's start included",
    "scan with 1 % changed, ready for moods",
)
