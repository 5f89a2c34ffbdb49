"""What a program knows of its files, by their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from program import Program


def reasons(program: Program) -> dict[str, str]:
    """Return why each file was set aside; of several reasons the last."""
    return {Path(each["path"]).name: each["reason"] for each in program.json("library")["failures"]}


def tracks(program: Program, folder: Path) -> dict[str, dict[str, Any]]:
    """Return everything that is known of each track, by way of a file in `folder`."""
    program("export", folder / "known.json")
    everything: list[dict[str, Any]] = json.loads((folder / "known.json").read_text(encoding="utf-8"))
    return {Path(each["path"]).name: each for each in everything}
