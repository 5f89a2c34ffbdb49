"""Playlists of other programs, taken in: their lines are compared with the tracks of the library."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from vibe_desktop.domain import PlaylistEntry, VibeError
from vibe_desktop.keepsakes.merging import settle
from vibe_desktop.library.tag_values import line
from vibe_desktop.playlists.reading import paths, read_playlist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vibe_desktop.domain import PlaylistLine, TrackId
    from vibe_desktop.library.saved import PlaylistStore
    from vibe_desktop.library.tracks import TrackStore


def import_playlist(tracks: TrackStore, playlists: PlaylistStore, file: Path) -> int:
    """Keep a playlist of another program and return its id.

    Lines that lead to no track of the library stay in it as they are. Only
    `file` itself is opened. Raises `VibeError` where it cannot be read or holds nothing.
    """
    read = read_playlist(file)
    if not read.lines:
        raise VibeError(f"There is nothing in the playlist {file}.", "Choose another one.")
    known = tracks.at_paths([path for each in read.lines for path in each.paths])
    entries = [PlaylistEntry(_first(each.paths, known), line=_shown(each.written)) for each in read.lines]
    folder = os.fsencode(os.path.abspath(file.parent))  # noqa: PTH100 - links as the person knows them
    return playlists.create(line(read.name or file.stem), entries, folder=folder)


def resolve(tracks: TrackStore, playlists: PlaylistStore) -> int:
    """Look again for the tracks of imported lines and of keepsakes; return how many became known."""
    settled = settle(tracks.db)
    if not playlists.unresolved():
        return settled
    with tracks.db.transaction():  # a person may change a playlist meanwhile
        return settled + _resolve(tracks, playlists)


def _resolve(tracks: TrackStore, playlists: PlaylistStore) -> int:
    lines = [
        (playlist_id, place, paths(location, folder))
        for playlist_id, place, location, folder in playlists.unresolved()
    ]
    known = tracks.at_paths([path for *_, candidates in lines for path in candidates])
    found = ((playlist_id, place, _first(each, known)) for playlist_id, place, each in lines)
    resolved = [
        (playlist_id, place, track_id) for playlist_id, place, track_id in found if track_id is not None
    ]
    playlists.resolve(resolved)
    return len(resolved)


def _shown(written: PlaylistLine) -> PlaylistLine:
    """Return a line whose title can be shown among others, its location as it stands."""
    return replace(written, title=line(written.title))


def _first(candidates: Sequence[bytes], known: Mapping[bytes, TrackId]) -> TrackId | None:
    return next((known[path] for path in candidates if path in known), None)
