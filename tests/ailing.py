"""The program on a disk in trouble, and mounts that only it can see: `ailing_disk/sitecustomize.py`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from program import Program

_DISK = Path(__file__).parent / "ailing_disk"


def on_ailing_disk(
    program: Program,
    folders: Mapping[Path, str] | None = None,
    dies_before: str = "",
    sectors: Mapping[Path, tuple[int, int]] | None = None,
) -> Program:
    """Return the program as it runs where listing these folders fails, or where it is killed somewhere.

    Of databases, `sectors` from one byte to another cannot be read or written.
    """
    trouble = {
        "folders": {str(path): what for path, what in (folders or {}).items()},
        "sectors": {str(path): span for path, span in (sectors or {}).items()},
    }
    environment = {
        "PYTHONPATH": str(_DISK),
        "AILING_DISK": json.dumps({**trouble, "dies before": dies_before}),
    }
    return Program(program.profile, program.before, environment)


class WithMount(Program):
    """A program in a namespace of its own, where one folder is mounted a second time."""

    def __init__(self, program: Program, source: Path, target: Path) -> None:
        super().__init__(program.profile, program.before, program.environment)
        self._mount = ["mount", "--bind", str(source), str(target)]
        if sys.platform != "linux" or not shutil.which("unshare"):
            pytest.skip("folders are mounted twice on Linux only")
        probe = subprocess.run(["unshare", "-rm", *self._mount], check=False, capture_output=True, text=True)
        if probe.returncode:
            pytest.skip(f"nothing may be mounted here: {probe.stderr.strip()}")

    def command(self, *arguments: str | Path | bytes) -> list[str | Path | bytes]:
        script = '"$1" "$2" "$3" "$4" && shift 4 && exec "$@"'
        return ["unshare", "-rm", "sh", "-c", script, "sh", *self._mount, *super().command(*arguments)]
