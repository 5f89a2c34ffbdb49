"""What tests of the library share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Give an empty music folder and a library that knows it."""
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.db.close()
