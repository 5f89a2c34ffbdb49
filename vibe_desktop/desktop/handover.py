"""What a second start says to the first: one line of JSON, and anybody might have written it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST = 64 * 1024
"""bytes of a message, its end of line included"""


@dataclass(frozen=True, slots=True)
class Handover:
    """Show yourself, and take these files and folders (absolute, undecodable bytes as surrogates)."""

    paths: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the message as a line of ASCII: a path may hold bytes that are not text."""
        said = {"open": list(self.paths)} if self.paths else {"raise": True}
        return json.dumps(said).encode("ascii") + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Handover | None:
        """Return what a line says, None when it is not one of ours."""
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if said == {"raise": True}:
            return cls()
        paths = said.get("open") if isinstance(said, dict) and len(said) == 1 else None
        if not isinstance(paths, list) or not paths or not all(_is_path(path) for path in paths):
            return None
        return cls(tuple(paths))


def handovers(paths: Sequence[str]) -> Iterator[Handover]:
    """Yield what has to be said to hand over these paths: as few messages as their largest size allows.

    Relative paths are taken from the present folder; without any path there is one message.
    """
    batch: list[str] = []
    size = 0
    for path in map(os.path.abspath, paths):
        more = len(json.dumps(path)) + len(", ")
        if batch and size + more > LARGEST - len('{"open": []}\n'):
            yield Handover(tuple(batch))
            batch, size = [], 0
        batch.append(path)
        size += more
    yield Handover(tuple(batch))


def _is_path(value: object) -> bool:
    if not isinstance(value, str) or "\0" in value or not Path(value).is_absolute():
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True
