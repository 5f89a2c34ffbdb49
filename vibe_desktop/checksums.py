"""How a file is told from any other by its bytes, and how many there are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_of(path: Path, *, follow_symlinks: bool = True) -> int:
    """Return the bytes of a file; 0 if there is none, or another run has just moved it. Raises `OSError`."""
    try:
        return path.stat(follow_symlinks=follow_symlinks).st_size
    except FileNotFoundError:
        return 0
