"""How fast a mood is answered in libraries of several sizes, and what the search index costs."""

from __future__ import annotations

import gc
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from bench_ears import clap_folders
from bench_made import fill_library, fill_windows, moods, requests
from bench_report import Figure, percentile
from vibe_desktop.models.clap import ClapEar
from vibe_desktop.models.ears import EarChoice
from vibe_desktop.moods.candidates import CANDIDATES
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench_report import Bench
    from vibe_desktop.app import App
    from vibe_desktop.index.neighbours import Neighbours

_MOODS = 60
_AIMS = {20_000: 25.0, 200_000: 80.0}


def query(bench: Bench) -> None:
    """Answer moods: the first of a fresh start, then many different ones, stage by stage."""
    for size in bench.sizes:
        with bench.app(f"query-{size}") as app:
            sounds = app.ear().ear
            fill_library(app, size, app.encoder.space, sounds.space if sounds else None)
            app.stores.neighbours.refresh(app.encoder.space)
        _answer(bench, f"query-{size}", f"{size:,} tracks", lambda app: app.ear(), _AIMS.get(size))


def passages(bench: Bench) -> None:
    """Answer the same moods by CLAP, which has kept six windows of every track; weights may be random."""
    for folder in clap_folders(bench)[:1]:  # the first is the one that is installed by default
        for size in bench.sizes:
            name = f"passages-{size}"
            with bench.app(name) as app:
                shutil.copytree(folder, app.profile.models / "clap")
                fill_library(app, size, app.encoder.space, None)
                fill_windows(app, size, ClapEar(app.profile.models).space)
                app.stores.neighbours.refresh(app.encoder.space)
            _answer(bench, name, f"{size:,} tracks by CLAP", _by_clap)
            memory = psutil.Process().memory_info().rss / 1e6
            bench.found(Figure(f"{size:,} tracks by CLAP: memory, not only for this", memory, "MB"))


def _by_clap(app: App) -> EarChoice:
    return EarChoice(ClapEar(app.profile.models, app.phrases), "It is to be measured, whatever it can tell.")


@dataclass(slots=True)
class Answers:
    """How long moods took, in milliseconds: the first of a fresh start, the others, and these apart."""

    first: float = 0.0
    whole: list[float] = field(default_factory=list)
    ways: dict[str, list[float]] = field(default_factory=dict)
    stages: dict[str, list[float]] = field(default_factory=dict)


def answer_moods(app: App, choice: EarChoice, count: int = _MOODS) -> Answers:
    """Answer a mood with a program that has just started, then `count` others."""
    from vibe_desktop.moods.named import Names

    app.meanings.prepare(Progress())
    asked = requests(app.vocabulary, Names(app.stores.tracks), count + 1)
    _, first = next(asked)
    start = time.perf_counter()
    engine = app.engine(choice)
    engine.answer(first())
    answers = Answers(1000 * (time.perf_counter() - start))
    # As the answering process does once it is warm.
    gc.collect()
    gc.freeze()
    for way, read in asked:
        start = time.perf_counter()
        request = read()
        parsed = time.perf_counter()
        queue = engine.answer(request)
        answers.whole.append(1000 * (time.perf_counter() - start))
        answers.ways.setdefault(f"with {way}", []).append(answers.whole[-1])
        for stage, seconds in {"parse": parsed - start, **engine.timings}.items():
            answers.stages.setdefault(stage, []).append(1000 * seconds)
    print(f"    {len(queue.entries)} entries in the last queue")
    return answers


def _answer(
    bench: Bench, profile: str, title: str, choose: Callable[[App], EarChoice], aim: float | None = None
) -> None:
    """Answer moods with a profile: the first of a fresh start, then many, stage by stage."""
    with bench.app(profile) as app:
        answers = answer_moods(app, choose(app))
    _print_times(answers.stages | answers.ways)
    bench.found(Figure(f"{title}: first mood", answers.first, "ms"))
    bench.found(Figure(f"{title}: warm, p50", percentile(answers.whole, 50), "ms", aim, less=True))
    bench.found(Figure(f"{title}: warm, p95", percentile(answers.whole, 95), "ms"))


def _print_times(times: Mapping[str, Sequence[float]]) -> None:
    """Print what each stage took where it was needed, and each kind of request as a whole."""
    for name, each in times.items():
        print(
            f"    {name:<12} p50 {percentile(each, 50):8.2f} ms   p95 {percentile(each, 95):8.2f} ms"
            f"   in {len(each)} requests"
        )


def index(bench: Bench) -> None:
    """Build, save, load and view a search index over the largest library."""
    size = max(bench.sizes)
    with bench.app(f"index-{size}") as app:
        fill_library(app, size, app.encoder.space, None)
        _index(bench, app, size)


def _index(bench: Bench, app: App, size: int) -> None:
    from usearch.index import Index

    from vibe_desktop.index.neighbours import NeighbourCache, Neighbours

    cache = NeighbourCache(app.stores.db, app.stores.vectors, app.profile.index)
    space = app.encoder.space
    start = time.perf_counter()
    ids, vectors = app.stores.vectors.matrix(space)
    bench.found(Figure(f"{size:,} vectors read from the database", time.perf_counter() - start, "s"))
    start = time.perf_counter()
    file = cache.build(space, ids, vectors)
    bench.found(Figure(f"{size:,} vectors: build and save", time.perf_counter() - start, "s"))
    bench.found(Figure(f"{size:,} vectors: file", file.stat().st_size / 1e6, "MB"))
    for name, view in (("load", False), ("view", True)):
        start = time.perf_counter()
        Index.restore(str(file), view=view)
        bench.found(Figure(f"{size:,} vectors: {name}", 1000 * (time.perf_counter() - start), "ms"))
    start = time.perf_counter()
    graph = cache.open(space)
    bench.found(Figure(f"{size:,} vectors: read, checked, viewed", time.perf_counter() - start, "s"))
    _compare(bench, app, graph, Neighbours(ids, vectors))


def _compare(bench: Bench, app: App, graph: Neighbours, exact: Neighbours) -> None:
    """Search both ways for the 300 nearest of several moods and tell how many the graph finds."""
    times: dict[str, list[float]] = {"graph": [], "exact": []}
    shared = []
    for mood in moods(_MOODS):
        [vector] = app.encoder.encode([mood])
        found = {}
        for name, neighbours in (("graph", graph), ("exact", exact)):
            start = time.perf_counter()
            ids, _ = neighbours.nearest(vector, CANDIDATES)
            times[name].append(1000 * (time.perf_counter() - start))
            found[name] = set(ids.tolist())
        shared.append(100 * len(found["graph"] & found["exact"]) / len(found["exact"]))
    for name, taken in times.items():
        bench.found(
            Figure(f"{len(exact):,} vectors: {CANDIDATES} nearest, {name}", percentile(taken, 50), "ms")
        )
    bench.found(Figure("of the exact ones the graph finds, mean", sum(shared) / len(shared), "%"))
