"""A short torture: what it does to a library and what it looks at work, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "torture.py"


def test_a_few_rounds_lose_nothing(models_folder: Path) -> None:
    options = [
        "--seed",
        "3",
        "--rounds",
        "6",
        "--size",
        "20",
        "--hostile",
        "0.4",
        "--models",
        str(models_folder),
    ]
    run = subprocess.run(
        [sys.executable, SCRIPT, *options, "--json"], capture_output=True, check=False, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert (found["rounds"], found["failure"]) == (6, "")
    assert found["actions"]["settle"] >= 1
