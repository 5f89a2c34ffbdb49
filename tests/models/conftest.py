"""A hub on this machine, and a download from it that waits next to nothing between tries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import Hub, entry_of, serving
from hub_run import FILES, Run
from vibe_desktop.models import download_hub
from vibe_desktop.models.catalog import ModelEntry


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Give a hub that serves the files."""
    with serving(Hub(dict(FILES.values())), monkeypatch) as hub:
        yield hub


@pytest.fixture
def only_audio() -> ModelEntry:
    """Return an entry that pins the first file alone."""
    return entry_of({"audio.onnx": FILES["audio.onnx"]})


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a download that is yet to begin."""
    monkeypatch.setattr(download_hub, "_FIRST_WAIT", 0.001)
    monkeypatch.setattr(download_hub, "_LOOK_SECONDS", 0.01)
    return Run(tmp_path)
