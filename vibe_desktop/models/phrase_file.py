"""The vectors of the phrases that are the same for every request, kept beside the model that made them."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from vibe_desktop.saving import move

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vibe_desktop.domain import FloatVector

_MOST = 20_000
"""Phrases kept, the newest: 30 MB at 384 numbers each, twice what the vocabulary has."""

log = logging.getLogger(__name__)


class PhraseFile:
    """A `PhraseStore` in one file, for thousands of phrases that are always wanted together.

    Reading all of it takes as long as looking up a tenth one by one. It may be deleted at any time;
    one that cannot be read or written is as good as none.
    """

    def __init__(self, file: Path) -> None:
        """Work on `file`, of the kind `numpy.savez` writes."""
        self._file = file

    def find(self, fingerprint: str, phrases: Sequence[str]) -> dict[str, FloatVector]:
        """Return those that are known of the encoder with this fingerprint."""
        known = self._all(fingerprint)
        return {phrase: known[phrase] for phrase in phrases if phrase in known}

    def keep(self, fingerprint: str, vectors: Mapping[str, FloatVector]) -> None:
        """Remember vectors, float32 of one length, for the encoder with this fingerprint, and no other's."""
        if not vectors:
            return
        known = {text: row for text, row in self._all(fingerprint).items() if text not in vectors}
        known.update(vectors)
        newest = list(known)[-_MOST:]
        rows = np.stack([known[text] for text in newest]).astype(np.float32)
        part = self._file.with_name(f".{self._file.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as stream:
                np.savez(stream, fingerprint=_bytes(fingerprint), texts=_bytes(json.dumps(newest)), rows=rows)
            move(part, self._file)
        except OSError as reason:
            log.info("The vectors of %d phrases were not kept: %s", len(vectors), reason)
            with suppress(OSError):
                part.unlink()

    def _all(self, fingerprint: str) -> dict[str, FloatVector]:
        try:
            # Opened here: numpy leaves one open that is no archive.
            with self._file.open("rb") as stream, np.load(stream) as kept:
                if bytes(kept["fingerprint"]).decode() != fingerprint:
                    return {}
                return dict(zip(json.loads(bytes(kept["texts"])), kept["rows"], strict=True))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as reason:
            log.info("%s could not be read: %s", self._file, reason)
            return {}


def _bytes(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), dtype=np.uint8)
