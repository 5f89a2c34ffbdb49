"""Tracks written to files other programs read: a playlist, or a table of everything known."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from vibe_desktop import reports
from vibe_desktop.domain import PlaylistLine, VibeError
from vibe_desktop.saving import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vibe_desktop.app import App
    from vibe_desktop.domain import Queue, Track


def export_queue(answer: Queue, file: Path, *, relative: bool) -> Path | None:
    """Write a queue, named after its mood; returns the file, or None where there was nothing to save.

    Raises `VibeError` as `export_tracks` does.
    """
    if not answer.entries:
        return None
    export_tracks([entry.track for entry in answer.entries], file, answer.request.text, relative=relative)
    return file


def export_playlist(opened: App, playlist_id: int, file: Path, *, relative: bool) -> Path:
    """Write a saved playlist; lines that lead to no known track are written as they were read.

    Raises `VibeError` as `export_tracks` does, and where the playlist is gone.
    """
    name = opened.playlists.get(playlist_id).name
    export_tracks(opened.playlist_contents(playlist_id), file, name, relative=relative)
    return file


def export_tracks(
    entries: Sequence[Track | PlaylistLine], file: Path, name: str = "", *, relative: bool
) -> None:
    """Write tracks in the format the file's name ends in: .m3u8, .xspf, .csv or .json; all or nothing.

    `name` is what a playlist calls itself; the file's own name if not given. A
    table has only tracks.

    Raises `VibeError` for another ending and where the file cannot be written.
    """
    ending = file.suffix.lower()
    if ending in (".m3u8", ".m3u"):
        from vibe_desktop.playlists.m3u import write_m3u

        write_m3u(file, entries, name=name.strip() or file.stem, relative=relative)
    elif ending == ".xspf":
        from vibe_desktop.playlists.xspf import write_xspf

        write_xspf(file, entries, name=name.strip() or file.stem, relative=relative)
    elif ending in _TABLES:
        tracks = [entry for entry in entries if not isinstance(entry, PlaylistLine)]
        write_whole(file, _TABLES[ending](tracks))
    else:
        raise VibeError(
            f"“{file.name}” ends in nothing this can be saved as.",
            "Choose a name that ends in .m3u8 or .xspf for a playlist, or in .csv or .json for a table.",
        )


def _csv(tracks: Sequence[Track]) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for track in tracks:
        table.writerow([_cell(column(track)) for column in _COLUMNS.values()])
    return text.getvalue()


_COLUMNS: dict[str, Callable[[Track], object]] = {
    "id": lambda track: track.id,
    "path": lambda track: track.path,
    "state": lambda track: track.state.value,
    "title": lambda track: track.tags.title,
    "artist": lambda track: track.tags.artist,
    "album": lambda track: track.tags.album,
    "year": lambda track: track.tags.year,
    "seconds": lambda track: track.tags.seconds,
    "genres": lambda track: "; ".join(track.tags.genres),
    "caption": lambda track: track.caption.sentence,
    "keywords": lambda track: "; ".join(track.caption.keywords),
    "heard": lambda track: "; ".join(label.name for label in track.labels),
}


# The last four are the first of them as wide as a Japanese letter, which some spreadsheets take as well.
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a text for a formula, so that whoever reads the table can undo it.

    A text that would begin one gets an apostrophe in front, also where all that comes before its `=` is
    apostrophes. So a cell of apostrophes and then one of these marks has one apostrophe too many, no other
    cell has any, and a script that takes it off has the text as it was; in JSON it always is.
    Source: https://owasp.org/www-community/attacks/CSV_Injection.
    """
    begins_formula = isinstance(value, str) and value.lstrip("'").startswith(_BEGIN_FORMULAS)
    return f"'{value}" if begins_formula else value


def _json(tracks: Sequence[Track]) -> str:
    return json.dumps([reports.track(track) for track in tracks], indent=2) + "\n"


_TABLES: dict[str, Callable[[Sequence[Track]], str]] = {".csv": _csv, ".json": _json}
