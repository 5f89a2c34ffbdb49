"""Makes the environment that scripts/export_clap.py works in, and starts the script again inside it.

Standard library only, as nothing else is there yet.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("export_clap_requirements.txt")
OLDEST, NEWEST = (3, 11), (3, 12)
"""The Pythons that numpy 1 was built for and the program runs on."""

_STAMP = "export-clap.json"  # what the environment was made from; written last


def enter(place: Path, requirements: Path) -> None:
    """Return at once inside the environment; else make it where it is missing and never return."""
    python = _python(place)
    if Path(sys.prefix).resolve() == place.resolve():
        return
    make(place, requirements)
    sys.stdout.flush()
    command = [str(python), *sys.argv]
    if os.name == "nt":  # exec there starts a second process and lets go of the first
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def make(place: Path, requirements: Path) -> None:
    """Put the required packages into a virtual environment at `place`, unless it has them already.

    Exits with a sentence where that cannot be done.
    """
    wanted = _facts(requirements)
    if _read_stamp(place) == wanted:
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        names = " or ".join("{}.{}".format(*version) for version in (OLDEST, NEWEST))
        sys.exit(
            f"Exporting needs Python {names}, which numpy 1 still knows: start this again with one of them."
        )
    print(
        f"making an environment for the export in {place} (once; 2 GB or, with graphics libraries, several)",
        flush=True,
    )
    _step("make the environment", [sys.executable, "-m", "venv", "--clear", place])
    pip: list[str | Path] = [_python(place), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _step("install the packages", [*pip, "--requirement", requirements])
    _step("use the packages together", [_python(place), "-c", "from transformers import ClapModel"])
    (place / _STAMP).write_text(json.dumps(wanted), encoding="utf-8")


def usual_place() -> Path:
    """Return the folder of the person's cache where the environment is kept."""
    if sys.platform == "win32":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "vibe-desktop" / "export-clap"


def _python(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _facts(requirements: Path) -> dict[str, str]:
    try:
        content = requirements.read_bytes()
    except OSError as error:
        sys.exit(f"The list of packages cannot be read: {error}.")
    return {"python": "{}.{}".format(*sys.version_info), "requirements": hashlib.sha256(content).hexdigest()}


def _read_stamp(place: Path) -> object:
    try:
        return json.loads((place / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # never finished: the environment is made again
        return None


def _step(name: str, command: list[str | Path]) -> None:
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(
            f"It was not possible to {name}; see above. Once that is mended, start the same command again."
        )
