"""A disk to which several spellings are one name: in any case, as on most sticks, or with any accents."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest


def any_case(name: bytes) -> bytes:
    return name.lower()


def any_accents(name: bytes) -> bytes:
    return unicodedata.normalize("NFD", name.decode()).encode()


@contextmanager
def lenient(below: Path, same: Callable[[bytes], bytes], patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what is asked of the system below a folder be answered for all names that are the `same`."""
    listdir, join = os.listdir, os.path.join
    top = os.fsencode(below)

    def real(path: Any) -> Any:
        """Return a path as the disk spells it, as far as that is there."""
        if not isinstance(path, bytes) or not path.startswith(top + b"/"):
            return path
        found = top
        for name in path[len(top) + 1 :].split(b"/"):
            alike = [each for each in listdir(found) if same(each) == same(name)] if found else []
            found = join(found, next(iter(alike), name))
        return found

    def leniently(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def ask(path: Any = ".", *rest: Any, **more: Any) -> Any:
            return function(real(path), *rest, **more)

        return ask

    with patch.context() as context:
        for name in ("stat", "lstat", "listdir", "scandir"):
            context.setattr(os, name, leniently(getattr(os, name)))
        yield
