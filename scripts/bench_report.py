"""What the measurements share: where they work, what they found, and the table at the end."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.app import App
from vibe_desktop.paths import Profile

if TYPE_CHECKING:
    from bench_ears_made import Exports


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured; `aim` is what we hope for, at least or (`less`) at most."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    less: bool = False

    @property
    def verdict(self) -> str:
        """How the value stands to the aim, in words."""
        if self.aim is None:
            return ""
        reached = self.value <= self.aim if self.less else self.value >= self.aim
        return (
            f"{'under' if self.less else 'at least'} {self.aim:,g}: {'reached' if reached else 'NOT reached'}"
        )


@dataclass(slots=True)
class Bench:
    """One run: its temporary folder, what it was asked to measure with, and what it found so far."""

    folder: Path
    models: Path
    music: Path | None
    files: int
    tracks: int
    sizes: Sequence[int]
    window: int
    why: bool
    exports: Exports
    clap: Sequence[Path] = ()
    markdown: Path | None = None
    figures: list[Figure] = field(default_factory=list)

    def section(self, name: str) -> None:
        """Print a heading."""
        print(f"\n== {name} ==", flush=True)

    def found(self, figure: Figure) -> None:
        """Keep a figure for the table and print it."""
        self.figures.append(figure)
        print(_line(figure), flush=True)

    def app(self, name: str) -> App:
        """Return the program on a profile of its own, with the models copied in."""
        profile = Profile(self.folder / name)
        shutil.copytree(self.models, profile.models, dirs_exist_ok=True)
        return App(profile)

    def print_summary(self) -> None:
        """Print every figure that has an aim."""
        self.section("aims")
        for figure in self.figures:
            if figure.aim is not None:
                print(f"{_line(figure)}   {figure.verdict}")


def _line(figure: Figure) -> str:
    return f"{figure.name:<58}{figure.value:>12,.1f} {figure.unit:<10}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` percent of the values do not exceed."""
    return float(np.percentile(values, share))
