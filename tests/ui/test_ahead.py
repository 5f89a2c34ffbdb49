"""What the window imports before it is shown, and what while nobody waits for it."""

from __future__ import annotations

import subprocess
import sys

from vibe_desktop.ui import ahead

_NOT_YET = (
    "numpy",
    "psutil",
    "apsw",
    "multiprocessing",
    "vibe_desktop.moods.chips",
    "vibe_desktop.library.tracks",
)
_NEVER = ("onnxruntime", "onnx", "av", "usearch", "tokenizers", "typer", "rich", "vibe_desktop.models.sbert")


def imported(code: str) -> set[str]:
    """Return the modules a fresh Python has after this."""
    told = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_window_starts_without_what_only_its_work_needs() -> None:
    there = imported("import vibe_desktop.__main__, vibe_desktop.ui.start")
    assert "PySide6.QtWidgets" in there
    assert there.isdisjoint((*_NOT_YET, *_NEVER))


def test_what_comes_next_is_imported_ahead_and_stays_light() -> None:
    there = imported("from vibe_desktop.ui import ahead; ahead.load()")
    assert there.issuperset(ahead.SOON)
    assert there.isdisjoint(_NEVER)
