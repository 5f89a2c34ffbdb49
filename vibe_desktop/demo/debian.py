"""Real music for the demonstration: Debian's own packages, fetched and unpacked but never installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from vibe_desktop.domain import VibeError
from vibe_desktop.progress import Progress

PACKAGES = ("asc-music", "fretsonfire-songs-muldjord", "singularity-music")

_TOOLS = ("apt-get", "dpkg-deb")
_AUDIO = frozenset({".mp3", ".flac", ".m4a", ".ogg", ".oga", ".opus", ".wav"})
_WORK = ".fetching-"
_LONGEST = 900.0  # seconds for one package; the largest has about 130 MB
_REMEDY = "Connect to the internet, run `sudo apt-get update` and try again, or use music of your own."


def available() -> bool:
    """Whether this system has Debian's tools."""
    return all(shutil.which(tool) for tool in _TOOLS)


def fetch(folder: Path, progress: Progress) -> list[Path]:
    """Put each package's audio into `folder`/<package> and return all files, sorted.

    Needs no root. What is already there is not fetched again. VibeError when
    the tools are missing or a package cannot be had.
    """
    missing = [package for package in PACKAGES if not (folder / package).is_dir()]
    if missing and not available():
        raise VibeError("Debian's music needs apt-get and dpkg-deb, which are not on this system.", _REMEDY)
    for left in folder.glob(f"{_WORK}*"):  # by a killed run: a hundred megabytes
        shutil.rmtree(left, ignore_errors=True)
    progress.begin("Fetching music", len(missing))
    for package in missing:
        _fetch_one(package, folder)
        progress.advance(note=package)
    return sorted(file for package in PACKAGES for file in (folder / package).rglob("*") if file.is_file())


def _fetch_one(package: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_WORK, dir=folder) as place:
            work = Path(place)
            _run(["apt-get", "--quiet", "--quiet", "download", package], work)
            archive = next(work.glob("*.deb"), None)
            if archive is None:
                raise VibeError(f"Debian's package {package} could not be fetched.", _REMEDY)
            _run(["dpkg-deb", "--extract", str(archive), "unpacked"], work)
            _keep_audio(work / "unpacked", work / "audio")
            # Last and at once, so that a folder of this name always means a whole package.
            (work / "audio").replace(folder / package)
    except OSError as error:
        raise VibeError(
            f"Debian's music could not be stored in {folder}: {error.strerror or error}.",
            "Make room on the disk, or choose another profile folder.",
        ) from error


def _keep_audio(unpacked: Path, target: Path) -> None:
    """Move regular audio files below usr/share to `target`, folders kept; links stay behind."""
    target.mkdir()
    for file in sorted(unpacked.rglob("*")):
        if file.suffix.lower() in _AUDIO and file.is_file() and not file.is_symlink():
            place = target / file.relative_to(unpacked / "usr" / "share")
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)


def _run(command: list[str], work: Path) -> None:
    try:
        subprocess.run(  # noqa: S603 - fixed words and our own paths, no shell
            command,
            cwd=work,
            check=True,
            timeout=_LONGEST,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise VibeError(f"`{' '.join(command)}` took too long.", _REMEDY) from error
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.startswith(("E:", "dpkg-deb:"))]
        reason = lines[-1] if lines else f"exit code {error.returncode}"
        raise VibeError(f"`{' '.join(command)}` failed: {reason}", _REMEDY) from error
