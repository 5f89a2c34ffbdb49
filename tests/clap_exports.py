"""What the tests of the export share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vibe_desktop.domain import FloatMatrix

Note = Callable[[str, float], None]
"""Keeps a figure for the summary."""
INSIDE = Path(__file__).parent / "export" / "inside"
SENTENCES = [
    "piano",
    "A calm piano piece for a rainy evening.",
    "fast, aggressive heavy metal with distorted guitars, double bass drums and screamed vocals",
    "Ünïcödé, 夜に聴きたい静かなピアノ 🎷",
    "  spaces   and\ttabs ",
    "A queue of songs that goes on and on through the night. " * 12,
]


@dataclass(frozen=True)
class Environment:
    """The export's own Python, and how to start things there: without a network, stand-ins at hand."""

    scripts: Path
    place: Path
    requirements: Path

    def run(self, *command: object) -> str:
        """Return what a script printed; a failure shows everything it said."""
        python = self.place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        done = self._start([python, *command])
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def export(self, *arguments: object) -> str:
        """Return what the exporter printed, started as a person starts it."""
        done = self.try_export(*arguments)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def try_export(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run the exporter with the project's own Python, which has no torch."""
        place = ["--environment", self.place, "--requirements", self.requirements]
        return self._start([sys.executable, self.scripts / "export_clap.py", *arguments, *place])

    @staticmethod
    def _start(command: list[object]) -> subprocess.CompletedProcess[str]:
        quiet = {"HF_HUB_OFFLINE": "1", "ORT_DISABLE_TELEMETRY": "1", "WANDB_MODE": "disabled"}
        return subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            encoding="utf-8",
            env=os.environ | quiet | {"PYTHONPATH": str(INSIDE / "standin"), "PYTHONUTF8": "1"},
        )


@dataclass(frozen=True)
class Exported:
    """Where the exports of each form lie, and what the exporter printed."""

    folders: dict[str, Path]
    printed: dict[str, str]


@dataclass(frozen=True)
class Originals:
    """Windows of a track, and what the original programs make of them and of the sentences."""

    windows: FloatMatrix
    answers: dict[str, FloatMatrix]
