"""What the window imports before it is shown, and what while nobody waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from own_models import link_models
from tiny_clap import install_tiny_clap
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

_NETWORKS = ("onnxruntime", "onnx", "av", "usearch", "tokenizers")


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


def test_choosing_and_counting_an_ear_loads_none_of_its_networks(tmp_path: Path, models_folder: Path) -> None:
    profile = tmp_path / "profile"
    link_models(models_folder, profile / "models")
    install_tiny_clap(profile / "models")
    there = imported(f"""
from pathlib import Path
from vibe_desktop.app import App
from vibe_desktop.models.status import status
from vibe_desktop.paths import Profile
from vibe_desktop.ui.coverage import read_coverage
with App(Profile(Path({str(profile)!r}))) as app:
    assert read_coverage(app, "auto").title == "CLAP"
    assert read_coverage(app, "clap").title == "CLAP"
    assert app.room_taken("clap") > 0
    status(app.profile.models)
""")
    assert there.isdisjoint(_NETWORKS)
