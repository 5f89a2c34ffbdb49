"""Tracks written to files other programs read: a playlist, or a table of everything known."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from vibe_desktop import reports
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vibe_desktop.domain import Track


def export_tracks(tracks: Sequence[Track], file: Path, *, relative: bool) -> None:
    """Write tracks in the format the file's name ends in: .m3u8, .csv or .json; all of it or nothing.

    Raises `VibeError` for another ending and where the file cannot be written.
    """
    ending = file.suffix.lower()
    if ending in (".m3u8", ".m3u"):
        from vibe_desktop.playlists.m3u import write_m3u

        write_m3u(file, tracks, name=file.stem, relative=relative)
    elif ending in _TABLES:
        _write(file, _TABLES[ending](tracks))
    else:
        raise VibeError(
            f"“{file.name}” ends in nothing this can be saved as.",
            "Choose a name that ends in .m3u8 for a playlist, or in .csv or .json for a table.",
        )


def _csv(tracks: Sequence[Track]) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(
        [
            "id",
            "path",
            "state",
            "title",
            "artist",
            "album",
            "year",
            "seconds",
            "genres",
            "caption",
            "keywords",
            "heard",
        ]
    )
    for track in tracks:
        tags = track.tags
        labels = [label.name for label in track.labels]
        lists = [
            "; ".join(tags.genres),
            track.caption.sentence,
            "; ".join(track.caption.keywords),
            "; ".join(labels),
        ]
        row = [
            track.id,
            track.path,
            track.state.value,
            tags.title,
            tags.artist,
            tags.album,
            tags.year,
            tags.seconds,
        ]
        table.writerow([_cell(value) for value in row + lists])
    return text.getvalue()


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a tag for a formula."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


def _json(tracks: Sequence[Track]) -> str:
    return json.dumps([reports.track(track) for track in tracks], indent=2) + "\n"


_TABLES: dict[str, Callable[[Sequence[Track]], str]] = {".csv": _csv, ".json": _json}


def _write(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8", errors="replace", newline="")
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise VibeError(
            f"{file} cannot be written: {error.strerror}.", "Choose another place, or make room on the disk."
        ) from error
