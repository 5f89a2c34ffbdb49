"""What each ear costs: a track step by step and by workers, memory, prompts; and laion-clap's own beside it.

CLAP's networks have random weights, unless folders are given: no step of them takes longer or
shorter for what a weight is.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

import bench_ears_text
from bench_ears_beside import beside
from bench_ears_made import NoTorch
from bench_indexing import music, steps
from bench_made import moods
from bench_report import Figure, percentile
from vibe_desktop.index.tasks import Listening
from vibe_desktop.index.workers import Workers
from vibe_desktop.models.installed import read_manifest
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from types import TracebackType

    from bench_report import Bench
    from vibe_desktop.domain import FloatMatrix

_WORKERS = 2
_SECONDS_EACH = 600
_MEGABYTE = 1e6
_MOODS = 100
_ENSEMBLES = 30
_AIMED = ("HTSAT-tiny", "int8")
"""The build that is installed by default, which the aims are for."""


@dataclass(frozen=True, slots=True)
class _Aims:
    track: float | None = None
    mel: float | None = None
    prompt: float | None = None
    worker: float | None = None


_CLAP_AIMS = _Aims(track=600, mel=15, prompt=15, worker=450)


@dataclass(frozen=True, slots=True)
class Contender:
    """An ear to measure: what to call it, its name in the program, where it is installed."""

    title: str
    ear: str
    models: Path
    aims: _Aims = _Aims()


def ears(bench: Bench) -> None:
    """Measure MusiCNN and every CLAP there is or can be made; then laion-clap and librosa."""
    paths = music(bench)
    claps = [install(bench, folder) for folder in clap_folders(bench)]
    for each in (Contender("MusiCNN", "musicnn", bench.models), *claps):
        _listen(bench, each, paths)
        if each in claps:
            _read(bench, each)
    beside(bench, {each.title: each.models for each in claps}, paths)


def clap_folders(bench: Bench) -> list[Path]:
    """Return the exported folders that were given, or made ones, or none where they cannot be made."""
    if bench.clap:
        return list(bench.clap)
    try:
        made = bench.exports.networks()
    except NoTorch as reason:
        print(f"CLAP was not measured (give exported networks with --clap): {reason}")
        return []
    print("CLAP's weights are random here; the time they take does not depend on them.")
    return made


def install(bench: Bench, folder: Path) -> Contender:
    """Copy an exported folder to where the program looks for it."""
    settings = read_manifest(folder).settings
    build = tuple(str(settings.get(fact, "")) for fact in ("variant", "precision"))
    title = " ".join(filter(None, ("CLAP", *build))) if any(build) else f"CLAP from {folder.name}"
    models = Path(tempfile.mkdtemp(dir=bench.folder, prefix="ear-"))
    shutil.copytree(folder, models / "clap")
    return Contender(title, "clap", models, _CLAP_AIMS if build == _AIMED else _Aims())


def _listen(bench: Bench, each: Contender, paths: list[Path]) -> None:
    if each.ear == "clap":
        from vibe_desktop.models.clap import ClapEar

        steps(bench, each.title, ClapEar(each.models), clap_pictures, paths)
    else:
        from vibe_desktop.audio.log_mel import log_mel
        from vibe_desktop.models.musicnn import MusicnnEar
        from vibe_desktop.models.sbert import SentenceEncoder

        steps(bench, each.title, MusicnnEar(each.models, SentenceEncoder(each.models)), log_mel, paths)
    for count in (1, _WORKERS):
        _listen_by(bench, each, count, paths)


def clap_pictures(windows: FloatMatrix) -> list[FloatMatrix]:
    """Return the picture of each window, one at a time as the ear makes them."""
    from vibe_desktop.audio.clap_mel import log_mel, rounded

    return [log_mel(rounded(window[None])) for window in windows]


def _listen_by(bench: Bench, each: Contender, count: int, paths: list[Path]) -> None:
    """Hear all tracks in workers, as an index job does. What is told is the rate once they have all begun."""
    workers = Workers(Listening(str(each.models), each.ear), count, seconds_each=_SECONDS_EACH)
    ends, heard = [], 0
    start = time.perf_counter()
    with _Watch() as watch:
        for outcome in workers.run(list(map(os.fsencode, paths)), Progress()):
            ends.append(time.perf_counter())
            heard += outcome.result is not None
            if outcome.failure:
                print(f"{Path(os.fsdecode(outcome.item)).name}: {outcome.failure}")
    by = f"{each.title}: {count} worker{'s' if count > 1 else ''}"
    print(f"    {heard} of {len(paths)} heard; the first after {ends[0] - start:.1f} s")
    if len(ends) > count:
        taken = 1000 * (ends[-1] - ends[count - 1]) / (len(ends) - count)
        aim = each.aims.track if count == _WORKERS else None
        bench.found(Figure(f"{by}, a track all in", taken, "ms", aim, less=True))
    if count == _WORKERS:
        bench.found(
            Figure(f"{each.title}: a worker's memory", watch.most["rss"], "MB", each.aims.worker, less=True)
        )
        bench.found(Figure(f"{each.title}: the same, its share of pages", watch.most["pss"], "MB"))
        bench.found(Figure(f"{each.title}: its peak", watch.most["peak"], "MB"))


def _read(bench: Bench, each: Contender) -> None:
    """Ask prompts in a process like the one that answers moods."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        asked = moods(_MOODS + _ENSEMBLES)
        reading = pool.submit(
            bench_ears_text.read, bench.models, each.models, asked[:_MOODS], asked[_MOODS:]
        ).result()
    print(f"    a prompt has {reading.tokens:.1f} tokens, a mood is asked in {reading.sentences:.1f} prompts")
    title = each.title
    bench.found(Figure(f"{title}: first prompt, network loaded", 1000 * reading.first, "ms"))
    prompts, ensembles = reading.prompts, reading.ensembles
    bench.found(
        Figure(f"{title}: one prompt, p50", 1000 * percentile(prompts, 50), "ms", each.aims.prompt, less=True)
    )
    bench.found(Figure(f"{title}: one prompt, p95", 1000 * percentile(prompts, 95), "ms"))
    bench.found(Figure(f"{title}: a mood's prompts, p50", 1000 * percentile(ensembles, 50), "ms"))
    bench.found(Figure(f"{title}: a mood's prompts, p95", 1000 * percentile(ensembles, 95), "ms"))
    bench.found(Figure(f"{title}: the neutral prompts, once", reading.neutral, "s"))
    bench.found(Figure(f"{title}: memory of who answers", reading.memory / _MEGABYTE, "MB"))
    bench.found(Figure(f"{title}: of that for reading prompts", reading.added / _MEGABYTE, "MB"))


class _Watch:
    """Looks at this process's children ten times a second; `most` is the largest any had, in MB.

    "rss" is what was resident, "pss" the same with shared pages divided among those who share
    them, "peak" what the system itself noted as the most ever resident (0 where it does not tell).
    """

    def __init__(self) -> None:
        self.most = {"rss": 0.0, "pss": 0.0, "peak": 0.0}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.1):
            for child in psutil.Process().children():
                try:
                    full = child.memory_full_info()
                except psutil.Error:  # it ended meanwhile
                    continue
                seen = {"rss": full.rss, "pss": getattr(full, "pss", 0), "peak": _peak(child.pid)}
                self.most = {kind: max(most, seen[kind] / _MEGABYTE) for kind, most in self.most.items()}


def _peak(pid: int) -> int:
    """Return the most bytes that were ever resident in a process, or 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
