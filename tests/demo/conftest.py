"""The synthesised collection, made once for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from vibe_desktop.demo.clips import synthesise
from vibe_desktop.progress import Progress


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the files of the whole collection."""
    return synthesise(tmp_path_factory.mktemp("demo"), Progress())
