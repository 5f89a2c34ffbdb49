"""What `bench.py scale` measures on: real tiny files of any number, some of them changed, all heard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from bench_made import INSTRUMENTS, MOODS, numbered, templates
from vibe_desktop.domain import Hearing, Label
from vibe_desktop.index.workers import batched

if TYPE_CHECKING:
    from pathlib import Path

    from vibe_desktop.app import App
    from vibe_desktop.domain import Space

SECONDS = 0.1
"""How long the music in each file is: long enough to be valid, and 200,000 of them take little room."""

_CHANGED = 100
_OTHERS = 70
_BATCH = 4096


def change(folder: Path) -> int:
    """Put other songs into every hundredth file below a folder, in their own format; return into how many."""
    songs: dict[str, list[bytes]] = {}
    for content, suffix in templates(folder, _OTHERS, 2 * SECONDS):
        songs.setdefault(suffix, []).append(content)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())[::_CHANGED]
    for number, path in enumerate(paths):
        others = songs[path.suffix]
        path.write_bytes(numbered(others[number % len(others)], path.suffix, number))
    return len(paths)


def let_hear(app: App, space: Space) -> None:
    """Let an ear have heard all it has not heard, as if it had listened: vectors around 100 points."""
    rng = np.random.default_rng(5)
    centres = rng.normal(0, 1, (100, space.dimensions))
    spread = np.full(space.dimensions, 0.1, np.float32)
    left = app.stores.vectors.unheard(space, f"hear:{space.name}")
    unheard = sorted((number, key) for number, _, key in left)
    for rows in batched(unheard, _BATCH):
        numbers = np.array([number for number, _ in rows])
        around = rng.normal(0, 0.5, (len(rows), space.dimensions))
        heard = (centres[numbers % 100] + around).astype(np.float32)
        with app.stores.db.transaction():
            sources = [(number, vector, key) for (number, key), vector in zip(rows, heard, strict=True)]
            app.stores.vectors.put(space, sources)
            hearings = [(number, Hearing(vector, spread, _labels(number))) for number, vector, _ in sources]
            app.stores.descriptions.store_hearings(app.stores.vectors.space_id(space), hearings)


def _labels(number: int) -> tuple[Label, ...]:
    return Label(INSTRUMENTS[number % 10], 0.6), Label(MOODS[number // 10 % 12], 0.3)


def size_of(*places: Path) -> int:
    """Return how many bytes files take, and all that lies in folders."""
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    return sum(os.path.getsize(file) for file in files if file.is_file())  # noqa: PTH202 - as short
