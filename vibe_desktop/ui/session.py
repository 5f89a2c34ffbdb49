"""Where the window and the music were, kept so that both come back."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vibe_desktop.domain import VibeError
from vibe_desktop.saving import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1


class SessionFile:
    """Reads and writes one JSON document. Whatever cannot be read is as if it had never been."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = ""
        self._let_down = False

    def load(self) -> dict[str, Any]:
        """Return what was kept, {} where there is nothing to be made of it."""
        with suppress(OSError, ValueError, RecursionError):
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(document, dict) and document.get("format") == FORMAT:
                return document
        return {}

    def keep(self, state: Mapping[str, Any]) -> None:
        """Save as things go on, every few seconds.

        Raises `VibeError` only the first time it cannot be, and never where nothing may be written at all.
        """
        try:
            self.save(state)
        except VibeError:
            if not self._let_down and os.access(self._path.parent, os.W_OK):
                self._let_down = True
                raise
        else:
            self._let_down = False

    def save(self, state: Mapping[str, Any]) -> None:
        """Write the state unless it is what was written last. Raises `VibeError` where it cannot be."""
        text = json.dumps({"format": FORMAT, **state})
        if text != self._written:
            write_whole(self._path, text)
            self._written = text
