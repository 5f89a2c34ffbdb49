"""Keepsakes to a file and from one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import VibeError
from vibe_desktop.keepsakes import form
from vibe_desktop.keepsakes.gathering import gather
from vibe_desktop.keepsakes.merging import Words, merge
from vibe_desktop.keepsakes.things import Unfit, UnfitWords
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

    Words that no import could take are left out and told. Raises `VibeError` where it cannot be written.
    """
    words, trouble = _words_in(vocabulary)
    keepsakes = gather(db, words)
    if trouble:
        keepsakes = replace(keepsakes, left_out=replace(trouble, file=vocabulary))
    write_whole(file, form.dump(keepsakes))
    return keepsakes


def import_keepsakes(db: Database, vocabulary: Path, file: Path) -> Merged:
    """Add what is in `file` to what a person made here: all of it or, with a `VibeError`, nothing."""
    keepsakes = _read(file)
    words = Words.NONE
    try:
        with db.transaction(lasting=True):
            merged = merge(db, keepsakes)
            words = _take_words(keepsakes.vocabulary, vocabulary)
    except BaseException:
        if words is Words.TAKEN:
            vocabulary.unlink()
        raise
    return replace(merged, vocabulary=words)


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
    if words and (trouble := _trouble_with(words)):
        raise form.OddError(f"its “vocabulary” {trouble}")


def _trouble_with(words: str) -> UnfitWords | None:
    """Tell why words could not be read as a vocabulary here; None where they could."""
    if len(words.encode(errors="replace")) > _LARGEST_VOCABULARY:
        return UnfitWords(Unfit.TOO_LONG)
    with TemporaryDirectory() as folder:
        place = Path(folder) / "vocabulary.toml"
        write_whole(place, words)
        try:
            load_vocabulary(extra=place)
        except VibeError as error:
            return UnfitWords(Unfit.ODD, error.message.partition(f"{Unfit.ODD}: ")[2].rstrip("."))
    return None


def _words_in(vocabulary: Path) -> tuple[str, UnfitWords | None]:
    """Return the words of a vocabulary, "" where there is none, and why they cannot be taken along."""
    try:
        with open_regular(os.fsencode(vocabulary)) as stream:
            content = stream.read(_LARGEST_VOCABULARY + 1)
        if len(content) > _LARGEST_VOCABULARY:
            return "", UnfitWords(Unfit.TOO_LONG)
        words = content.decode("utf-8")
    except FileNotFoundError:
        return "", None
    except UnicodeDecodeError:
        return "", UnfitWords(Unfit.NO_TEXT)
    except OSError as error:
        return "", UnfitWords(Unfit.UNREADABLE, error.strerror or str(error))
    trouble = _trouble_with(words)
    return "" if trouble else words, trouble


def _take_words(words: str, vocabulary: Path) -> Words:
    """Keep words that came where there are none yet; tell what became of them."""
    if not words:
        return Words.NONE
    if os.path.lexists(vocabulary):
        return Words.SAME if _words_in(vocabulary)[0] == words else Words.KEPT
    write_whole(vocabulary, words)
    return Words.TAKEN
