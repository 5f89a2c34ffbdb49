"""The program as a person runs it: commands in, sentences, JSON and exit codes out."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

NOT_FORESEEN = "was not foreseen"


class Program:
    """Runs commands in one profile.

    `before` is called in the new process before the program begins there
    (POSIX only), `environment` is added to this process's own.
    """

    def __init__(
        self,
        profile: Path,
        before: Callable[[], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.profile = profile
        self.before = before
        self.environment = dict(environment or {})

    def __call__(self, *arguments: str | Path | bytes, code: int = 0) -> str:
        """Run a command that must end with `code`; return what it printed to standard output."""
        result = self.run(*arguments)
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout

    def json(self, *arguments: str | Path | bytes, code: int = 0) -> Any:
        """Run a command with --json; return what it printed: JSON, and nothing else anywhere."""
        result = self.run(*arguments, "--json")
        assert result.returncode == code, result.stdout + result.stderr
        assert result.stderr == ""
        return json.loads(result.stdout)

    def complaint(self, *arguments: str | Path | bytes, code: int = 1) -> str:
        """Run a command that must fail as foreseen; return what it said, a sentence and what to do."""
        result = self.run(*arguments)
        assert result.returncode == code, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        assert NOT_FORESEEN not in result.stderr
        assert result.stdout == ""
        lines = result.stderr.strip().splitlines()
        assert all(line.endswith((".", "FOLDER", "--help")) or "  " in line for line in lines), lines
        return result.stderr.strip()

    def run(self, *arguments: str | Path | bytes) -> subprocess.CompletedProcess[str]:
        result = self.run_bytes(*arguments)
        return subprocess.CompletedProcess(
            result.args, result.returncode, result.stdout.decode(), result.stderr.decode()
        )

    def run_bytes(self, *arguments: str | Path | bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            preexec_fn=self.before,
            env={**os.environ, **self.environment},
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a command in a process group of its own, as a terminal does."""
        return subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **self.environment},
        )

    def command(self, *arguments: str | Path | bytes) -> list[str | Path | bytes]:
        return [sys.executable, "-m", "vibe_desktop", "--profile", self.profile, *arguments]


def new_program(folder: Path, models_folder: Path | None) -> Program:
    """Return a program with an empty profile below `folder`, with models if there are any."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    if models_folder:
        (profile / "models").symlink_to(models_folder, target_is_directory=True)
    return Program(profile)


def copied(program: Program, folder: Path) -> Program:
    """Return a program with a copy of another's profile below `folder`, its models linked."""
    shutil.copytree(program.profile, folder / "profile", symlinks=True)
    return Program(folder / "profile")


def without_privileges() -> Callable[[], None] | None:
    """Return what takes root's power over permissions from a new process; None where nobody is root.

    Root keeps its name but loses CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (prctl(2), capabilities(7)).
    """
    if os.name == "nt":
        pytest.skip("permissions are another thing on Windows")
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        pytest.skip("root can be made an ordinary person on Linux only")
    libc = ctypes.CDLL(None)

    def drop() -> None:
        for capability in (1, 2):
            if libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                raise OSError("a capability could not be dropped")

    return drop
