"""Music to try the program with: Debian's where apt is there, otherwise pieces our own code plays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vibe_desktop.demo import debian
from vibe_desktop.domain import VibeError
from vibe_desktop.progress import Progress


@dataclass(frozen=True, slots=True)
class DemoMusic:
    """A folder of music and, in words, where it comes from."""

    folder: Path
    source: str


def provide(folder: Path, progress: Progress) -> DemoMusic:
    """Put music below `folder` unless it is already there; a folder of its own for each source.

    For one process at a time. Where Debian's music cannot be had, the pieces are synthesised and
    `source` says why.
    """
    real = folder / "debian"
    if debian.available():
        try:
            debian.fetch(real, progress)
        except VibeError as error:
            return _synthesised(folder, progress, f" ({error.message})")
        return DemoMusic(real, f"Debian's packages {', '.join(debian.PACKAGES)}")
    return _synthesised(folder, progress, "")


def _synthesised(folder: Path, progress: Progress, why: str) -> DemoMusic:
    from vibe_desktop.demo.clips import synthesise

    target = folder / "synthesised"
    files = synthesise(target, progress)
    return DemoMusic(target, f"{len(files)} pieces synthesised by this program{why}")
