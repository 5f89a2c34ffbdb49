"""Hears a folder of music in this process alone, and says what that costs and what it gives.

    python scripts/measure_musicnn.py MODELS_FOLDER MUSIC_FOLDER [PHRASE ...]

Prints seconds of processor time a track for decoding, the front end and the
network, the memory the process came to, how widely the tags spread, which
labels were given, and the ten tracks that sound most like each phrase.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import psutil

from vibe_desktop.audio.decode import UndecodableAudio, read_windows
from vibe_desktop.audio.log_mel import log_mel
from vibe_desktop.domain import Hearing
from vibe_desktop.models.musicnn import MusicnnEar
from vibe_desktop.models.sbert import SentenceEncoder

_SUFFIXES = {".mp3", ".ogg", ".opus", ".flac", ".m4a", ".wav", ".wma", ".wv", ".ape"}
_BEST = 10
_P = ParamSpec("_P")
_T = TypeVar("_T")

spent: Counter[str] = Counter()


def timed(stage: str, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run `work` and add its processor time to `spent`."""
    began = time.process_time()
    try:
        return work(*args, **kwargs)
    finally:
        spent[stage] += time.process_time() - began  # type: ignore[assignment] # a Counter adds floats too


def listen(ear: MusicnnEar, path: Path) -> Hearing | None:
    """Hear one file; say so and return None if that cannot be."""
    try:
        windows = timed("decode", read_windows, os.fsencode(path), ear.windows)
    except UndecodableAudio as error:
        print(f"{path.name}: {error}")
        return None
    for window in windows:
        timed("front end", log_mel, window[np.newaxis])
    return timed("front end and network", ear.hear, windows)


def main() -> None:
    """Hear everything, then print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("models", type=Path)
    parser.add_argument("music", type=Path)
    parser.add_argument("phrases", nargs="*")
    options = parser.parse_args()
    ear = MusicnnEar(options.models, SentenceEncoder(options.models, threads=1))
    paths = sorted(path for path in options.music.rglob("*") if path.suffix.lower() in _SUFFIXES)
    heard = [(path, hearing) for path in paths if (hearing := listen(ear, path))]
    for stage, seconds in spent.items():
        print(f"{stage}: {seconds / len(heard):.3f} s a track")
    print(f"memory: {psutil.Process().memory_info().rss / 1e6:.0f} MB after {len(heard)} tracks")
    vectors = np.stack([hearing.vector for _, hearing in heard])
    print(f"tags' deviation, median: {np.median(vectors.std(axis=0)):.2f} of the usual")
    print(
        "labels:", dict(Counter(label.name for _, hearing in heard for label in hearing.labels).most_common())
    )
    for phrase in options.phrases:
        scores = ear.score([phrase], vectors)[0]
        best = [f"{heard[n][0].name} {scores[n]:.1f}" for n in np.argsort(-scores)[:_BEST]]
        print(f"{phrase}: {', '.join(best)}")


if __name__ == "__main__":
    main()
