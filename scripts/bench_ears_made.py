"""CLAP's networks to measure, exported once from checkpoints with random weights; and where torch is.

Both the environment and what makes the checkpoints are those of the exporter's tests (`tests/export`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

import export_clap_environment
from vibe_desktop.paths import resource

_ROOT = Path(__file__).resolve().parent.parent
_SCRIPTS = _ROOT / "scripts"
_INSIDE = _ROOT / "tests" / "export" / "inside"
_MAKER = _INSIDE / "made_checkpoints.py"
_TEXTS = (*sorted((_ROOT / "docs").glob("*.md")), *map(resource, ("prompts.toml", "vocabulary.toml")))
"""What the tokenizer is trained on: with the prompts' own words in it, a prompt has about as many tokens
as RoBERTa's gives it."""
_NETWORKS = ("tiny/int8", "tiny/fp32", "base/int8")
_NOT_NEEDED = "torchvision"  # laion-clap imports it, and embeds without; a stand-in takes its place
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "WANDB_MODE": "disabled",
    "PYTHONUTF8": "1",
    "PYTHONPATH": str(_INSIDE / "standin"),
}


class NoTorch(Exception):  # noqa: N818 - a state; the message says why
    """There is no environment with torch, or something failed in it."""


class Exports:
    """The exported networks and the environment with torch that makes them, both kept in a folder."""

    def __init__(self, kept: Path, *, torch: bool = True) -> None:
        """Remember where; nothing is made before it is needed, and without `torch` nothing at all."""
        self._kept = kept
        self._torch = torch

    def networks(self) -> list[Path]:
        """Return the exported folders, made where they are missing. Raises `NoTorch`."""
        if not self._made.is_dir():
            self._make()
        return [self._made / name for name in _NETWORKS]

    def run(self, script: Path, *arguments: Path | str, environment: dict[str, str] | None = None) -> str:
        """Run a script where torch is and return what it printed. Raises `NoTorch`."""
        python = self.environment() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        known = os.environ | _QUIET | (environment or {})
        done = subprocess.run(
            [python, script, *arguments], env=known, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["it does not say why"]
            raise NoTorch(f"{script.name} failed: {lines[-1]}")
        return done.stdout

    def environment(self) -> Path:
        """Return the environment's folder, made where it is missing. Raises `NoTorch`."""
        if not self._torch:
            raise NoTorch("left out, as asked.")
        place, fewer = self._kept / "export", self._kept / "export-requirements.txt"
        packages = export_clap_environment.REQUIREMENTS.read_text(encoding="utf-8").splitlines()
        with FileLock(self._kept / "export.lock"):
            kept = [line for line in packages if not line.startswith(_NOT_NEEDED)]
            fewer.write_text("\n".join(kept) + "\n", encoding="utf-8")
            try:
                export_clap_environment.make(place, fewer)
            except SystemExit as reason:
                raise NoTorch(str(reason)) from reason
        return place

    @property
    def _made(self) -> Path:
        """A folder of its own for every version of what makes them."""
        sources = [*sorted(_SCRIPTS.glob("export_clap*")), _MAKER, Path(__file__)]
        content = b"".join(source.read_bytes() for source in sources)
        return self._kept / "bench-clap" / hashlib.sha256(content).hexdigest()[:16]

    def _make(self) -> None:
        """Make checkpoints, export them, and keep only what is measured."""
        print("making CLAP's networks with random weights (once; a few minutes)", flush=True)
        place = self._made.parent
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=place, prefix="making-") as name:
            work = Path(name)
            self.run(_MAKER, work, *_TEXTS)
            for size in ("tiny", "base"):
                self._export(work, size)
            (work / "exported").rename(self._made)

    def _export(self, work: Path, size: str) -> None:
        both = f"{size}/fp32" in _NETWORKS
        into = work / "exported" / size
        self.run(
            *(_SCRIPTS / "export_clap.py", "--environment", self.environment()),
            *("--laion", work / f"laion-{size}.pt", "--audio-model", f"HTSAT-{size}"),
            *("--text-model", work / "roberta-base", "--precision", "both" if both else "int8"),
            *("--into", into if both else into / "int8"),
        )
