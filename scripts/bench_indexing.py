"""How fast a library becomes known: scanned, captioned, embedded, heard; and how much memory that takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from bench_made import moods, sentences, tagged_files, tracks_to_hear
from bench_report import Figure, percentile
from vibe_desktop.index.tasks import Listening
from vibe_desktop.index.workers import Workers
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench_report import Bench
    from vibe_desktop.domain import Ear, FloatMatrix

_EMBEDDING = "Understanding captions"
_WORKERS = 2


class _Clock(Progress):
    """Progress that keeps the moment each stage began."""

    def __init__(self) -> None:
        super().__init__()
        self.began: dict[str, float] = {}

    def begin(self, stage: str, total: int | None = None, *, can_wait: bool = False) -> None:
        self.began.setdefault(stage, time.perf_counter())
        super().begin(stage, total, can_wait=can_wait)


def scan(bench: Bench) -> None:
    """Index generated tagged files without listening, then once more unchanged."""
    music = bench.folder / "tagged"
    tagged_files(music, bench.files)
    with bench.app("scan") as app:
        clock, start = _Clock(), time.perf_counter()
        app.index([music], clock, listen=False, workers=_WORKERS)
        end = time.perf_counter()
        for stage in clock.stages():
            bench.found(Figure(f"{stage.stage} ({stage.done:,})", stage.rate, "a second"))
        described = clock.began.get(_EMBEDDING, end) - start
        counts = app.stores.tracks.counts()
        print(f"{counts.tags_read:,} of {counts.tracks:,} files read, {counts.captioned:,} captioned")
        bench.found(Figure("files from disk to caption", counts.captioned / described, "files/s", aim=1_000))
        bench.found(Figure("all of it, text vectors included", counts.captioned / (end - start), "files/s"))
        start = time.perf_counter()
        app.index([music], Progress(), listen=False, workers=_WORKERS)
        bench.found(Figure("again, with nothing changed", time.perf_counter() - start, "s"))


def embed(bench: Bench) -> None:
    """Turn captions, then single moods, into vectors."""
    from vibe_desktop.models.sbert import SentenceEncoder

    encoder = SentenceEncoder(bench.models)
    start = time.perf_counter()
    encoder.encode(["the first"])
    bench.found(Figure("first sentence, network loaded", 1000 * (time.perf_counter() - start), "ms"))
    captions = sentences(2_000)
    encoder.encode(captions[:256])
    start = time.perf_counter()
    for begin in range(0, len(captions), 256):
        encoder.encode(captions[begin : begin + 256])
    bench.found(Figure("captions", len(captions) / (time.perf_counter() - start), "a second", aim=400))
    times = [seconds(lambda mood=mood: encoder.encode([mood])) for mood in moods(100)]  # type: ignore[misc]
    bench.found(Figure("one mood, p50", 1000 * percentile(times, 50), "ms"))
    bench.found(Figure("one mood, p95", 1000 * percentile(times, 95), "ms"))


def listen(bench: Bench) -> None:
    """Hear tracks: first step by step in this process, then in one and in two workers."""
    from vibe_desktop.audio.log_mel import log_mel
    from vibe_desktop.models.musicnn import MusicnnEar
    from vibe_desktop.models.sbert import SentenceEncoder

    paths = music(bench)
    ear = MusicnnEar(bench.models, SentenceEncoder(bench.models))
    steps(bench, "one track, one thread", ear, log_mel, paths)
    for count in (1, _WORKERS):
        workers = Workers(Listening(str(bench.models), "musicnn"), count, seconds_each=120)
        start = time.perf_counter()
        ends, heard = [], 0
        for outcome in workers.run(list(map(os.fsencode, paths)), Progress()):
            ends.append(time.perf_counter())
            heard += outcome.result is not None
        print(f"{heard} of {len(paths)} heard; the first after {ends[0] - start:.1f} s")
        rate = (len(ends) - 1) / (ends[-1] - ends[0]) if len(ends) > 1 else 0.0
        name = f"tracks heard by {count} worker{'s' if count > 1 else ''}"
        bench.found(Figure(name, rate, "tracks/s", aim=2 if count == _WORKERS else None))


def steps(
    bench: Bench, title: str, ear: Ear, front_end: Callable[[FloatMatrix], object], paths: list[Path]
) -> None:
    """Hear tracks in this process; `front_end` is how the ear turns windows into its network's input."""
    from vibe_desktop.audio.decode import UndecodableAudio, read_windows

    decode, mel, whole = [], [], []
    for path in paths:
        try:
            start = time.perf_counter()
            windows = read_windows(os.fsencode(path), ear.windows)
            decode.append(time.perf_counter() - start)
        except UndecodableAudio as reason:
            print(f"{path.name}: {reason}")
            continue
        mel.append(seconds(lambda windows=windows: front_end(windows)))  # type: ignore[misc]
        whole.append(seconds(lambda windows=windows: ear.hear(windows)))  # type: ignore[misc]
    middle = {"decode": percentile(decode, 50), "log-mel": percentile(mel, 50)}
    middle["networks"] = percentile(whole, 50) - middle["log-mel"]
    for name, taken in middle.items():
        bench.found(Figure(f"{title}: {name}, p50", 1000 * taken, "ms"))


def memory(bench: Bench) -> None:
    """Index with two listening workers in a process of its own and watch all processes."""
    paths = music(bench)
    profile = bench.app("memory").profile.folder
    program_line = [sys.executable, "-m", "vibe_desktop", "--profile", str(profile)]
    command = [*program_line, "index", os.path.commonpath(paths), "--workers", str(_WORKERS), "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as program:
        most = {"rss": 0, "pss": 0}
        while program.poll() is None:
            for kind, size in _sizes(psutil.Process(program.pid)).items():
                most[kind] = max(most[kind], size)
            time.sleep(0.2)
    if program.returncode:
        print(f"the program ended with code {program.returncode}: no figure")
        return
    bench.found(
        Figure("memory of all processes while listening", most["rss"] / 1e6, "MB", aim=700, less=True)
    )
    if most["pss"]:
        bench.found(Figure("the same, shared pages counted once", most["pss"] / 1e6, "MB"))


def _sizes(program: psutil.Process) -> dict[str, int]:
    rss = pss = 0
    try:
        processes = [program, *program.children(recursive=True)]
    except psutil.Error:
        return {"rss": 0, "pss": 0}
    for process in processes:
        try:
            full = process.memory_full_info()
        except psutil.Error:  # it ended meanwhile
            continue
        rss += full.rss
        pss += getattr(full, "pss", 0)
    return {"rss": rss, "pss": pss}


def music(bench: Bench) -> list[Path]:
    """Return the tracks to hear: some from all over the given folder, or made ones."""
    if bench.music is None:
        made = bench.folder / "heard"
        return sorted(made.iterdir()) if made.exists() else tracks_to_hear(made, bench.tracks)
    from vibe_desktop.library.walk import AUDIO

    found = sorted(path for path in bench.music.rglob("*") if path.suffix[1:].lower().encode() in AUDIO)
    return found[:: max(1, len(found) // bench.tracks)][: bench.tracks]


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
