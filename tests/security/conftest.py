"""What the tests of hostile input share: a library, and a watch over every file that is opened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from shelf import Shelf

_opened: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _opened is not None and event in ("open", "os.listdir", "os.scandir", "subprocess.Popen", "os.system"):
        _opened.append(str(arguments[0]))
    if _opened is not None and event.startswith(("socket.", "urllib.")):
        _opened.append(f"{event} {arguments}")


# It cannot be taken back, so it is one for all tests and does nothing most of the time.
sys.addaudithook(_watch)


@contextmanager
def _watching() -> Iterator[list[str]]:
    global _opened  # noqa: PLW0603 - the hook outlives every test
    seen: list[str] = []
    _opened = seen
    try:
        yield seen
    finally:
        _opened = None


@pytest.fixture
def watching() -> Callable[[], AbstractContextManager[list[str]]]:
    """Return what tells of every file that Python opens, and every way out it takes, while it is entered."""
    return _watching


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Return an empty library with a music folder."""
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.db.close()
