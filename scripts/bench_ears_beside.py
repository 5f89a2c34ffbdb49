"""The same windows through our front end and networks, and through librosa and laion-clap in torch."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench_ears_made import NoTorch
from bench_report import Figure, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench_report import Bench
    from vibe_desktop.domain import FloatMatrix

_TRACKS = 4
_AIM = 15.0
_SCRIPT = Path(__file__).with_name("bench_ears_torch.py")
_ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def beside(bench: Bench, claps: Mapping[str, Path], paths: list[Path]) -> None:
    """Take a window at a time, all on one thread; `claps` are folders of models by what to call them."""
    windows = _windows(paths)
    print(f"the same {len(windows)} windows, one thread, p50 of a window:")
    _ours(bench, claps, windows)
    try:
        theirs = _theirs(bench, windows)
    except NoTorch as reason:
        print(f"librosa and laion-clap were not measured: {reason}")
        return
    print(f"    {theirs['versions']}")
    for name, taken in theirs["windows"].items():
        bench.found(Figure(f"a window, {name}", 1000 * percentile(taken, 50), "ms"))


def _windows(paths: list[Path]) -> FloatMatrix:
    from vibe_desktop.audio.decode import UndecodableAudio, read_windows
    from vibe_desktop.models.clap import WINDOWS

    taken: list[FloatMatrix] = []
    for path in paths:
        try:
            taken.append(read_windows(os.fsencode(path), WINDOWS))
        except UndecodableAudio as reason:
            print(f"{path.name}: {reason}")
        if len(taken) == _TRACKS:
            break
    return np.vstack(taken)


def _ours(bench: Bench, claps: Mapping[str, Path], windows: FloatMatrix) -> None:
    from vibe_desktop.audio.clap_mel import log_mel, rounded
    from vibe_desktop.models.clap import ClapEar

    pictures = log_mel(rounded(windows[:1]))
    mel = _each(windows, lambda window: log_mel(rounded(window)))
    bench.found(Figure("a window, our log-mel", 1000 * percentile(mel, 50), "ms", _AIM, less=True))
    for title, models in claps.items():
        ear = ClapEar(models)
        ear.audio.embed(pictures)
        taken = _each(windows, lambda window: ear.audio.embed(log_mel(rounded(window))))  # noqa: B023 - at once
        bench.found(Figure(f"a window, {title}, log-mel and all", 1000 * percentile(taken, 50), "ms"))


def _each(windows: FloatMatrix, work: Callable[[FloatMatrix], object]) -> list[float]:
    taken = []
    for window in windows:
        start = time.perf_counter()
        work(window[None])
        taken.append(time.perf_counter() - start)
    return taken


def _theirs(bench: Bench, windows: FloatMatrix) -> dict[str, dict[str, list[float]]]:
    """Run the other script where torch is. Raises `NoTorch`."""
    file = bench.folder / "windows.npy"
    np.save(file, windows)
    one_thread = dict.fromkeys(_ONE_THREAD, "1")
    printed = bench.exports.run(_SCRIPT, file, environment=one_thread)
    found: dict[str, dict[str, list[float]]] = json.loads(printed.splitlines()[-1])
    return found
