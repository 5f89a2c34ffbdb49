"""The vectors of phrases, kept so that a text network need not be asked the same twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from vibe_desktop.domain import FloatVector, VibeError
from vibe_desktop.library.codec import plain
from vibe_desktop.library.database import Database

_MOST = 20_000
"""Phrases kept, the newest: about 40 MB at 512 numbers each."""

_KEEP = "INSERT OR REPLACE INTO phrase (fingerprint, text, value) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM phrase WHERE rowid <= (SELECT max(rowid) FROM phrase) - ?"

log = logging.getLogger(__name__)


class PhraseTable:
    """A `PhraseStore` in the library. Keeping is a convenience: where it cannot be done, nothing fails."""

    def __init__(self, db: Database) -> None:
        """Work on `db`, which may be one that only reads."""
        self._db = db

    def find(self, fingerprint: str, phrases: Sequence[str]) -> dict[str, FloatVector]:
        """Return those that are known of the encoder with this fingerprint."""
        known = {plain(phrase): phrase for phrase in phrases if plain(phrase) == phrase}
        rows = self._db.run(
            "SELECT text, value FROM phrase"
            " WHERE fingerprint = ? AND text IN (SELECT value FROM json_each(?))",
            (fingerprint, json.dumps(list(known))),
        )
        return {text: np.frombuffer(value, dtype="<f4") for text, value in rows}

    def keep(self, fingerprint: str, vectors: Mapping[str, FloatVector]) -> None:
        """Remember vectors, float32 of one length, for the encoder with this fingerprint.

        Not where the library cannot be written to just now: nobody waits for this.
        """
        rows = [
            (fingerprint, phrase, np.asarray(vector, "<f4").tobytes())
            for phrase, vector in vectors.items()
            if plain(phrase) == phrase
        ]
        try:
            with self._db.transaction(wait=False):
                self._db.run_many(_KEEP, rows)
                self._db.run(_FORGET, (_MOST,))
        except VibeError as reason:
            log.info("The vectors of %d phrases were not kept: %s", len(rows), reason.message)


class LazyPhrases:
    """A `PhraseStore` that is opened only when a phrase is asked for: not everything is worth a library."""

    def __init__(self, opened: Callable[[], PhraseTable]) -> None:
        """Take what returns the table, the same one each time."""
        self._opened = opened

    def find(self, fingerprint: str, phrases: Sequence[str]) -> dict[str, FloatVector]:
        """See `PhraseTable.find`."""
        return self._opened().find(fingerprint, phrases)

    def keep(self, fingerprint: str, vectors: Mapping[str, FloatVector]) -> None:
        """See `PhraseTable.keep`."""
        self._opened().keep(fingerprint, vectors)
