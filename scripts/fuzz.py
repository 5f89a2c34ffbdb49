"""Feeds every reader of foreign bytes with bytes nobody meant: `python scripts/fuzz.py --minutes 60`.

The playlist, lyrics, weights, settings, manifest and message readers run under
Atheris (coverage-guided; `pip install --group fuzz`), or without it are fed
mutations of whole files. Tags, sound and pictures are always mutations of tiny
real files, read in worker processes as the program does. Prints a line of
figures for each target; what was found is kept in a folder, one file each with
a `.txt` beside it that says why. Ends with 1 where anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import fuzz_targets
from fuzz_media import FEEDERS
from fuzz_mutating import Mutator

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_GUIDED = Path(__file__).with_name("fuzz_guided.py")
_MOST_FINDINGS = 20
_RUNS = re.compile(rb"(?:stat::number_of_executed_units:\s+|Done )(\d+)")
_LAST_COUNT = re.compile(rb"^#(\d+)\s", re.MULTILINE)
_ONE_SECONDS = 10
_MEMORY_MB = 2048


@dataclass
class Figures:
    """What feeding one target came to."""

    target: str
    how: str
    executions: int = 0
    findings: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """Return a row of the table."""
        rate = self.executions / self.seconds if self.seconds else 0.0
        return (
            f"{self.target:<10} {self.how:<9} {self.executions:>12,} fed {rate:>9,.0f} a second"
            f" {self.findings:>4} found {self.seconds:>7.0f} s"
        )


def keep(folder: Path, target: str, data: bytes, why: str) -> None:
    """Keep a finding and its reason."""
    file = folder / f"{target}-{hashlib.sha256(data).hexdigest()[:12]}"
    file.write_bytes(data)
    file.with_suffix(".txt").write_text(why, encoding="utf-8")


def guided(name: str, seconds: float, folder: Path) -> Figures:
    """Feed a target under Atheris; after a finding go on with the time that is left."""
    figures = Figures(name, "guided")
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    target = fuzz_targets.targets()[name]()
    for seed in target.seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    began = time.monotonic()
    while (left := seconds - (time.monotonic() - began)) >= 1 and figures.findings < _MOST_FINDINGS:
        ended = subprocess.run(
            [
                sys.executable, _GUIDED, name, f"-max_total_time={int(left)}", f"-max_len={target.longest}",
                f"-timeout={_ONE_SECONDS}", f"-rss_limit_mb={_MEMORY_MB}", "-print_final_stats=1",
                f"-artifact_prefix={folder}/{name}-", corpus,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )  # fmt: skip
        counted = _RUNS.findall(ended.stdout) or _LAST_COUNT.findall(ended.stdout)
        figures.executions += int(counted[-1]) if counted else 0
        if ended.returncode:
            figures.findings += 1
            (folder / f"{name}-{figures.findings}.txt").write_bytes(ended.stdout[-8000:])
    figures.seconds = time.monotonic() - began
    return figures


def blind(name: str, seconds: float, folder: Path, seed: int) -> Figures:
    """Feed a target in this process with mutations of its seeds."""
    figures = Figures(name, "mutating")
    target = fuzz_targets.targets()[name]()
    mutator = Mutator(target.seeds, seed)
    seen = set()
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        data = mutator.mutated(mutator.choose())
        figures.executions += 1
        try:
            target.feed(data)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            where = traceback.extract_tb(error.__traceback__)[-1]
            if (where.filename, where.lineno) not in seen:
                seen.add((where.filename, where.lineno))
                keep(folder, name, data, "".join(traceback.format_exception(error)))
    figures.findings, figures.seconds = len(seen), time.monotonic() - began
    return figures


def fed(name: str, seconds: float, folder: Path, seed: int) -> Figures:
    """Feed what reads files in worker processes."""
    figures = Figures(name, "workers")
    began = time.monotonic()
    for each in FEEDERS[name](seed, seconds):
        figures.executions += 1
        if each.finding:
            figures.findings += 1
            keep(folder, name, each.data, each.finding)
    figures.seconds = time.monotonic() - began
    return figures


@contextmanager
def files_in_memory() -> Iterator[None]:
    """Have every file made meanwhile lie in memory, where the system has such a folder, and be gone after."""
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    shared = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="vibe-fuzz-", dir=shared) as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            tempfile.tempdir = before[0]
            if before[1] is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before[1]


def feed(name: str, seconds: float, options: argparse.Namespace) -> Figures:
    """Feed one target in the way that suits it."""
    if name in FEEDERS:
        return fed(name, seconds, options.findings, options.seed)
    if find_spec("atheris") is not None and not options.blind:
        return guided(name, seconds, options.findings)
    return blind(name, seconds, options.findings, options.seed)


def main() -> int:
    """Feed the targets asked for, or all, an equal share of the time each."""
    names = [*fuzz_targets.targets(), *FEEDERS]
    parser = argparse.ArgumentParser(description="Feed every reader of foreign bytes.")
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(names)}; all when none is named")
    parser.add_argument("--minutes", type=float, default=5.0, help="in all (5)")
    parser.add_argument(
        "--findings", type=Path, default=Path("build/fuzz"), metavar="DIR", help="what was found"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the mutations; Atheris chooses its own")
    parser.add_argument("--blind", action="store_true", help="mutate only, even where Atheris is installed")
    options = parser.parse_args()
    if odd := set(options.targets) - set(names):
        parser.error(f"there is no target {', '.join(sorted(odd))}")
    options.findings.mkdir(parents=True, exist_ok=True)
    chosen = options.targets or names
    share = 60 * options.minutes / len(chosen)
    found = 0
    with files_in_memory():
        for name in chosen:
            figures = feed(name, share, options)
            print(figures.line(), flush=True)
            found += figures.findings
    print(f"{found} found" + (f"; see {options.findings}" if found else ""), flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
