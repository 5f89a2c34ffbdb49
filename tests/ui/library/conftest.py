"""Libraries for the table: one of 200,000 rows made once, and ids out of the air."""

from __future__ import annotations

import pytest

from large_library import fill
from vibe_desktop.paths import Profile

ROWS = 200_000


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Return a profile that knows 200,000 songs; no test may change it."""
    profile = Profile(tmp_path_factory.mktemp("large"))
    fill(profile.database, ROWS)
    return profile
