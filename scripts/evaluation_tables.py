"""Tables of the evaluation of moods: described tracks, and requests with the tags that count as hits."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from vibe_desktop.domain import VibeError

COLUMNS = ("moods", "genres", "instruments", "heard")
"""What can be kept from the product."""

_IN_FILE = {"heard": "heard_caption"}


@dataclass(frozen=True, slots=True)
class Row:
    """One described track; a hidden column is empty here, but `truth` is always there."""

    artist: str
    album: str
    seconds: float | None
    moods: tuple[str, ...]
    genres: tuple[str, ...]
    instruments: tuple[str, ...]
    heard: str
    truth: frozenset[str]

    @property
    def columns(self) -> str:
        """The plain text of all columns that may be seen."""
        parts = (*self.moods, *self.genres, *self.instruments, self.heard)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in plain words; a track with any of the tags in `wanted` is a hit."""

    query: str
    wanted: frozenset[str]


def read_rows(file: Path, hidden: Sequence[str] = (), limit: int | None = None) -> list[Row]:
    """Read the tracks table, or its first `limit` tracks, leaving hidden columns empty.

    Raises `VibeError` where there is no such table.
    """
    empty = {_IN_FILE.get(column, column): "" for column in hidden}
    return [_row(line | empty, line["moods"]) for line in islice(_lines(file, "moods"), limit)]


def read_requests(file: Path) -> list[Asked]:
    """Read the requests table. Raises `VibeError` where there is none or nothing is asked."""
    asked = [Asked(line["query"], frozenset(_tags(line["moods"]))) for line in _lines(file, "query", "moods")]
    asked = [each for each in asked if each.query]
    if not asked:
        raise VibeError(f"{file} holds no request.", "Give it a row for each: a query and its moods.")
    return asked


def _row(line: dict[str, str], truth: str) -> Row:
    return Row(
        artist=line.get("artist_id", ""),
        album=line.get("album_id", ""),
        seconds=_number(line.get("seconds", "")),
        moods=_tags(line["moods"]),
        genres=_tags(line.get("genres", "")),
        instruments=_tags(line.get("instruments", "")),
        heard=line.get("heard_caption", ""),
        truth=frozenset(_tags(truth)),
    )


def _lines(file: Path, *needed: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a table by column, in any order of columns; "" for what a line does not say."""
    try:
        # What a spreadsheet saves may begin with a mark of its encoding.
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
            heads = reader.fieldnames or ()
            everywhere = all(name.startswith('"') for name in heads)
            reader.fieldnames = [_unquoted(name, everywhere=True) for name in heads]
            if missing := [name for name in needed if name not in reader.fieldnames]:
                raise VibeError(
                    f"{file} has no column {' and no column '.join(missing)}.",
                    "Separate columns by tabs and name them in the first line.",
                )
            for line in reader:
                # A line that is too long has a rest under the key None.
                yield {name: _unquoted(line[name], everywhere=everywhere) for name in reader.fieldnames}
    except (OSError, UnicodeDecodeError) as reason:
        raise VibeError(f"{file} cannot be read: {reason}.", "Give a table in UTF-8.") from reason


def _unquoted(field: str, *, everywhere: bool) -> str:
    """Return a field without the quotes that a program put around it, `everywhere` or where one stands in it.

    They are not left to `csv`: a caption cut off behind an opening quote would swallow the lines after it.
    """
    text = field.strip()
    inner = text[1:-1]
    put = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"').strip() if put and (everywhere or '"' in inner) else text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in text.split("|") if tag.strip())
