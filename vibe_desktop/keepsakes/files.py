"""Keepsakes to a file and from one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import VibeError
from vibe_desktop.keepsakes import form
from vibe_desktop.keepsakes.gathering import gather
from vibe_desktop.keepsakes.merging import merge
from vibe_desktop.library.opening import open_regular
from vibe_desktop.saving import write_whole

if TYPE_CHECKING:
    from vibe_desktop.keepsakes.merging import Merged
    from vibe_desktop.keepsakes.things import Keepsakes
    from vibe_desktop.library.database import Database

# Some six million plays; read whole, it takes about ten times as much memory.
_LARGEST = 256 << 20
_LARGEST_VOCABULARY = 4 << 20


def export_keepsakes(db: Database, vocabulary: Path, file: Path) -> Keepsakes:
    """Write everything a person made to `file`, all or nothing, with the words in `vocabulary`.

    Raises `VibeError` where it cannot be written.
    """
    keepsakes = gather(db, _words_in(vocabulary))
    write_whole(file, form.dump(keepsakes))
    return keepsakes


def import_keepsakes(db: Database, vocabulary: Path, file: Path) -> Merged:
    """Add what is in `file` to what a person made here: all of it or, with a `VibeError`, nothing."""
    keepsakes = _read(file)
    with db.transaction(lasting=True):
        merged = merge(db, keepsakes)
        merged.vocabulary = _take_words(keepsakes.vocabulary, vocabulary)
    return merged


def _read(file: Path) -> Keepsakes:
    try:
        with open_regular(os.fsencode(file)) as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise VibeError(
            f"{file} cannot be read: {error.strerror or error}.", "Choose a file that can be read."
        ) from error
    if len(content) > _LARGEST:
        raise VibeError(f"{file} is larger than any keepsakes file.", "Choose another file.")
    try:
        keepsakes = form.load(content.decode("utf-8-sig"))
        _check_words(keepsakes.vocabulary)
    except (form.OddError, UnicodeDecodeError) as odd:
        reason = odd if isinstance(odd, form.OddError) else "it is not text"
        raise VibeError(
            f"{file} is not a keepsakes file, or it is damaged: {reason}.",
            "Nothing was changed. Choose a file that Vibe Desktop exported.",
        ) from odd
    return keepsakes


def _check_words(words: str) -> None:
    """Raise `OddError` where the words could not be read here."""
    if not words:
        return
    if len(words) > _LARGEST_VOCABULARY:
        raise form.OddError("its “vocabulary” is too long")
    with TemporaryDirectory() as folder:
        place = Path(folder) / "vocabulary.toml"
        write_whole(place, words)
        try:
            load_vocabulary(extra=place)
        except VibeError as error:
            reason = error.message.partition("could not be read: ")[2].rstrip(".")
            raise form.OddError(f"its “vocabulary” could not be read: {reason}") from error


def _words_in(vocabulary: Path) -> str:
    with suppress(OSError, UnicodeDecodeError), open_regular(os.fsencode(vocabulary)) as stream:
        return stream.read(_LARGEST_VOCABULARY).decode("utf-8")
    return ""


def _take_words(words: str, vocabulary: Path) -> str:
    """Keep words that came where there are none yet; tell what became of them."""
    if not words:
        return "none"
    if os.path.lexists(vocabulary):
        return "same" if _words_in(vocabulary) == words else "kept"
    write_whole(vocabulary, words)
    return "taken"
