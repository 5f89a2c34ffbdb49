"""Makes `.venv` with the project and its tools in it, and remembers that it did."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import dev_system
from dev_system import say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

_VERSION = "{}.{}".format(*sys.version_info)
_STAMP = VENV / "set-up.json"  # what the environment was made from; written last
_LOCK = ROOT / ".venv.lock"  # held during a set-up, and left with a mark in it by one that was interrupted


class SetupError(Exception):
    """A step failed; the message says which and how to go on."""


def set_up() -> None:
    """Bring `.venv` and the system's libraries to what the project needs; quick when they are there."""
    stamp = _read_stamp()
    if not _is_current(stamp):
        with _alone() as lock:
            if not _is_current(_read_stamp()):  # else another one did it while this one waited
                _make(lock)
    elif stamp["missing"]:
        _look_again(stamp)


def reach_program() -> None:
    """Let this process import the parts of the program that need nothing compiled."""
    library = "Lib" if os.name == "nt" else f"lib/python{_VERSION}"
    sys.path[1:1] = [str(ROOT), str(VENV / library / "site-packages")]


def _read_stamp() -> dict[str, Any]:
    try:
        return dict(json.loads(_STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):  # never written, or cut short: the set-up runs again
        return {}


def _write_stamp(missing: list[str]) -> None:
    part = _STAMP.with_suffix(".part")
    part.write_text(json.dumps({**_base(), "project": _project(), "missing": missing}), encoding="utf-8")
    part.replace(_STAMP)


def _base() -> dict[str, str]:
    """Return what an environment cannot outlive: its Python's version and its place."""
    return {"python": _VERSION, "place": str(ROOT)}


def _project() -> str:
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def _is_current(stamp: dict[str, Any]) -> bool:
    expected = {**_base(), "project": _project()}
    return PYTHON.exists() and expected.items() <= stamp.items()


def _look_again(stamp: dict[str, Any]) -> None:
    """See whether system packages that could not be installed before have come since."""
    missing = dev_system.missing()
    dev_system.explain(missing)
    if missing != stamp["missing"]:
        _write_stamp(missing)


def _make(lock: BinaryIO) -> None:
    missing = dev_system.install_missing()
    interrupted = bool(lock.read())
    lock.write(b"set-up under way")
    lock.flush()
    if interrupted or not _is_usable(_read_stamp()):
        say(f"making {VENV}")
        _step("making the environment", [sys.executable, "-m", "venv", "--clear", VENV])
    _STAMP.unlink(missing_ok=True)
    say("installing the project and its tools (the first time takes a few minutes)")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet"]
    _step("updating pip", [*pip, "pip>=25.1"])  # the first that knows dependency groups
    group = f"{ROOT / 'pyproject.toml'}:dev"
    _step("installing the packages", [*pip, "--editable", ROOT, "--group", group])
    _write_stamp(missing)
    lock.truncate(0)


def _is_usable(stamp: dict[str, Any]) -> bool:
    """Whether the environment that is there can be brought up to date in its place."""
    if stamp and not _base().items() <= stamp.items():
        return False
    question = "import pip, sys; print('{}.{}'.format(*sys.version_info))"
    try:
        answer = subprocess.run([PYTHON, "-c", question], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == _VERSION


def _step(name: str, command: list[str | Path]) -> None:
    try:
        subprocess.run(command, cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"{name} failed (see above). Once that is mended, the same command starts it again."
        raise SetupError(message) from error


@contextlib.contextmanager
def _alone() -> Iterator[BinaryIO]:
    """Wait until no other set-up of this checkout is under way; yield the file that is held meanwhile."""
    with _LOCK.open("a+b") as lock:
        lock.seek(0)
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
