"""Everything a person made, gathered from their library."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from vibe_desktop.domain import PlaylistLine
from vibe_desktop.keepsakes.form import load_track
from vibe_desktop.keepsakes.request_form import request_tracks, with_places
from vibe_desktop.keepsakes.things import (
    Identity,
    Keepsakes,
    Kept,
    KeptEntry,
    KeptPlaylist,
    KeptTrack,
    Listen,
)
from vibe_desktop.library.codec import load_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vibe_desktop.domain import TrackId
    from vibe_desktop.library.database import Database

_AMONG = "AND track_id IN (SELECT value FROM json_each(?))"
COLUMNS = "t.path, r.path, t.content_key, t.title, t.artist, t.album, t.seconds, t.tags"
_IDENTITIES = f"""
    SELECT t.id, {COLUMNS}
    FROM json_each(?) wanted JOIN track t ON t.id = wanted.value JOIN root r ON r.id = t.root_id
    ORDER BY t.id
"""  # noqa: S608 - our own text
_PLAYLISTS = """
    SELECT id, name, mood, request, folder, made_at, changed_at FROM playlist
    WHERE deleted_at IS NULL ORDER BY made_at, id
"""
_ENTRIES = """
    SELECT playlist_id, track_id, reason, location, title, seconds FROM playlist_entry
    ORDER BY playlist_id, place
"""


def gather(db: Database, vocabulary: str = "") -> Keepsakes:
    """Return everything a person made, as it was at one moment, with `vocabulary` beside it."""
    with db.transaction():
        playlists = db.run(_PLAYLISTS)
        entries: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for playlist_id, *entry in db.run(_ENTRIES):
            entries[playlist_id].append(tuple(entry))
        kept = kept_of(db)
        wanted = set(kept)
        for playlist_id, _, _, request, *_ in playlists:
            wanted.update(entry[0] for entry in entries[playlist_id] if entry[0] is not None)
            wanted.update(request_tracks(request))
        identities = identities_of(db, wanted)
        waiting = db.run("SELECT identity, kept FROM waiting_keepsake ORDER BY id")
    place = {track_id: number for number, track_id in enumerate(identities)}
    tracks = [KeptTrack(identity, kept.get(each, Kept())) for each, identity in identities.items()]
    tracks += [load_track(*row) for row in waiting]
    return Keepsakes(
        tuple(tracks), tuple(_playlist(row, entries[row[0]], place) for row in playlists), vocabulary
    )


def kept_of(db: Database, ids: Iterable[TrackId] | None = None) -> dict[TrackId, Kept]:
    """Return what is kept of each track, or of each of `ids`, by its id."""
    where, wanted = ("", ()) if ids is None else (_AMONG, (json.dumps(list(ids)),))
    liked = dict(db.run(f"SELECT track_id, at FROM liked WHERE 1 {where}", wanted))  # noqa: S608 - our own
    captions = dict(
        db.run(f"SELECT track_id, own_sentence FROM caption WHERE own_sentence IS NOT NULL {where}", wanted)  # noqa: S608
    )
    listens: defaultdict[TrackId, list[Listen]] = defaultdict(list)
    sql = f"SELECT track_id, at, seconds, skipped FROM listen WHERE 1 {where}"  # noqa: S608 - our own text
    for track_id, at, seconds, skipped in db.run(sql, wanted):
        listens[track_id].append((at, seconds, bool(skipped)))
    return {
        each: Kept(liked.get(each), tuple(sorted(listens.get(each, ()))), captions.get(each, ""))
        for each in liked.keys() | captions.keys() | listens.keys()
    }


def identities_of(db: Database, ids: Iterable[TrackId]) -> dict[TrackId, Identity]:
    """Return what tracks can be recognised by, in the order of their ids."""
    return {row[0]: identity(row[1:]) for row in db.run(_IDENTITIES, (json.dumps(sorted(ids)),))}


def identity(row: Sequence[Any]) -> Identity:
    """Return what a track can be recognised by, made of its columns as `COLUMNS` has them."""
    path, folder, content_key, title, artist, album, seconds, tags = row
    separator = os.fsencode(os.sep)
    inside = path.removeprefix(folder).lstrip(separator)
    return Identity(
        path=os.fsdecode(inside.replace(separator, b"/")),
        folder=os.fsdecode(folder),
        content_key=(content_key or b"").hex(),
        recording=load_tags(tags).musicbrainz_recording_id,
        title=title,
        artist=artist,
        album=album,
        seconds=seconds,
    )


def _playlist(
    row: tuple[Any, ...], entries: Iterable[tuple[Any, ...]], place: Mapping[TrackId, int]
) -> KeptPlaylist:
    _, name, mood, request, folder, made_at, changed_at = row
    return KeptPlaylist(
        name=name,
        mood=mood,
        request=with_places(request, place.get),
        folder=os.fsdecode(folder or b""),
        made_at=made_at,
        changed_at=changed_at,
        entries=tuple(_entry(entry, place) for entry in entries),
    )


def _entry(entry: tuple[Any, ...], place: Mapping[TrackId, int]) -> KeptEntry:
    track_id, reason, location, title, seconds = entry
    if track_id is not None:
        return KeptEntry(place[track_id], reason)
    return KeptEntry(None, reason, PlaylistLine(location, title, seconds))
