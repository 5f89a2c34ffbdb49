"""A disk to which upper and lower case are the same, as those of Windows, macOS and most sticks are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def caseless(below: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what is asked of the system about paths below a folder be answered whatever their case."""
    listdir, join = os.listdir, os.path.join
    top = os.fsencode(below)

    def real(path: Any) -> Any:
        """Return a path as the disk spells it, as far as that is there."""
        if not isinstance(path, bytes) or not path.startswith(top + b"/"):
            return path
        found = top
        for name in path[len(top) + 1 :].split(b"/"):
            alike = [each for each in listdir(found) if each.lower() == name.lower()] if found else []
            found = join(found, next(iter(alike), name))
        return found

    def insensitive(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def ask(path: Any = ".", *rest: Any, **more: Any) -> Any:
            return function(real(path), *rest, **more)

        return ask

    with patch.context() as context:
        for name in ("stat", "lstat", "listdir", "scandir"):
            context.setattr(os, name, insensitive(getattr(os, name)))
        yield
