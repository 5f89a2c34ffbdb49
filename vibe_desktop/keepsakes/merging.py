"""Keepsakes taken into a library: added to what is there, which always wins, and never twice."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vibe_desktop.counting import Made
from vibe_desktop.domain import PlaylistEntry
from vibe_desktop.keepsakes import request_form
from vibe_desktop.keepsakes.form import dump_track, load_track
from vibe_desktop.keepsakes.gathering import kept_of
from vibe_desktop.keepsakes.matching import Matcher
from vibe_desktop.keepsakes.things import Kept, KeptTrack
from vibe_desktop.library.codec import plain
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.saved import PlaylistStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vibe_desktop.domain import TrackId
    from vibe_desktop.keepsakes.things import Identity, Keepsakes, KeptEntry, KeptPlaylist
    from vibe_desktop.library.database import Database
    from vibe_desktop.library.saved import Playlist


class Words(StrEnum):
    """What became of words of the person's own that came along."""

    NONE = "none"
    """none came"""
    TAKEN = "taken"
    SAME = "same"
    KEPT = "kept"
    """those here are others, and stayed"""


@dataclass(frozen=True, slots=True)
class Merged(Made):
    """What was new to the library."""

    waiting: int = 0
    """tracks that are not here: what is kept of them waits for the day they are"""
    own_captions_kept: int = 0
    """captions that are others here, and stayed"""
    vocabulary: Words = Words.NONE


def merge(db: Database, keepsakes: Keepsakes) -> Merged:
    """Add keepsakes to the library and tell what was new; inside the caller's transaction or one of its own.

    Nothing that is there is changed, but a playlist that went on elsewhere: it takes over the order from
    there and keeps at its end what only it has here.
    """
    new: Counter[str] = Counter()
    with db.transaction(lasting=True):
        matcher = Matcher(db, [each.identity for each in keepsakes.tracks])
        ids = [matcher.find(each.identity) for each in keepsakes.tracks]
        here: dict[TrackId, Kept] = {}
        for track_id, track in zip(ids, keepsakes.tracks, strict=True):
            if track_id is None:
                _wait(db, track)
                new["waiting"] += 1
            else:
                here[track_id] = here.get(track_id, Kept()).joined(track.kept)
        new += _apply(db, here)
        new["playlists"] = _Playlists(db, keepsakes, ids).merge()
    return Merged(
        likes=new["likes"],
        listens=new["listens"],
        captions=new["captions"],
        playlists=new["playlists"],
        waiting=new["waiting"],
        own_captions_kept=new["own_captions_kept"],
    )


def settle(db: Database) -> int:
    """Give what waits to the tracks that are here by now; return how many were found."""
    if not db.run("SELECT 1 FROM waiting_keepsake LIMIT 1"):
        return 0
    with db.transaction(lasting=True):
        rows = db.run("SELECT id, identity, kept FROM waiting_keepsake ORDER BY id")
        waiting = {row[0]: load_track(*row[1:]) for row in rows}
        matcher = Matcher(db, [each.identity for each in waiting.values()])
        found = {row: track_id for row, each in waiting.items() if (track_id := matcher.find(each.identity))}
        for row, track_id in found.items():
            _apply(db, {track_id: waiting[row].kept})
            _lead(db, waiting[row].identity, track_id)
            db.run("DELETE FROM waiting_keepsake WHERE id = ?", (row,))
    return len(found)


def _wait(db: Database, track: KeptTrack) -> None:
    """Keep what is kept of a track that is not here, added to what waits for it already."""
    identity, _ = dump_track(track)
    known = db.run("SELECT kept FROM waiting_keepsake WHERE identity = ?", (identity,))
    kept = load_track(identity, known[0][0]).kept.joined(track.kept) if known else track.kept
    db.run(
        "INSERT INTO waiting_keepsake (identity, kept) VALUES (?, ?)"
        " ON CONFLICT (identity) DO UPDATE SET kept = excluded.kept",
        dump_track(KeptTrack(track.identity, kept)),
    )


def _lead(db: Database, identity: Identity, track_id: TrackId) -> None:
    """Let the lines of playlists that stand for a track lead to it."""
    db.run(
        "UPDATE playlist_entry SET track_id = ? WHERE track_id IS NULL AND location = ? AND title = ?",
        (track_id, plain(identity.line.location), plain(identity.line.title)),
    )


def _apply(db: Database, brought: Mapping[TrackId, Kept]) -> Counter[str]:
    """Add what is kept of tracks to what is kept of them here; count what was new, as `Merged` does."""
    new: Counter[str] = Counter()
    known = kept_of(db, brought)
    descriptions = DescriptionStore(db)
    for track_id, kept in brought.items():
        own = known.get(track_id, Kept())
        if kept.liked_at is not None and own.liked_at is None:
            db.run("INSERT INTO liked (track_id, at) VALUES (?, ?)", (track_id, kept.liked_at))
            new["likes"] += 1
        listens = list((Counter(kept.listens) - Counter(own.listens)).elements())
        db.run_many(
            "INSERT INTO listen (track_id, at, seconds, skipped) VALUES (?, ?, ?, ?)",
            [(track_id, *listen) for listen in listens],
        )
        new["listens"] += len(listens)
        if kept.caption and not own.caption:
            descriptions.set_own(track_id, kept.caption)
            new["captions"] += 1
        elif kept.caption and plain(kept.caption).strip() != own.caption:
            new["own_captions_kept"] += 1
    return new


class _Playlists:
    """The playlists of keepsakes beside those of the library. Two are the same if made at the same moment."""

    def __init__(self, db: Database, keepsakes: Keepsakes, ids: Sequence[TrackId | None]) -> None:
        self._db = db
        self._store = PlaylistStore(db)
        self._keepsakes = keepsakes
        self._ids = ids
        self._by_line = {
            (each.identity.line.location, each.identity.line.title): track_id
            for each, track_id in zip(keepsakes.tracks, ids, strict=True)
            if track_id is not None
        }

    def merge(self) -> int:
        """Take in those that are new or went on elsewhere; return how many."""
        taken = 0
        made = Counter(each.made_at for each in self._keepsakes.playlists)
        known: defaultdict[float, list[Playlist]] = defaultdict(list)
        for each in self._store.all():
            known[each.made_at].append(each)
        for playlist in self._keepsakes.playlists:
            same = _same(playlist, known[playlist.made_at], alone=made[playlist.made_at] == 1)
            if same is not None:
                known[playlist.made_at].remove(same)
            if same is None:
                self._add(playlist)
            elif same.changed_at < playlist.changed_at:
                self._go_on(same.id, playlist)
            else:
                continue
            taken += 1
        return taken

    def _add(self, playlist: KeptPlaylist) -> None:
        playlist_id = self._store.create(
            playlist.name,
            [self._entry(each) for each in playlist.entries],
            mood=playlist.mood,
            request_json=request_form.stored(playlist.request, self._ids.__getitem__),
            folder=os.fsencode(playlist.folder) or None,
        )
        self._set_times(playlist_id, playlist)

    def _go_on(self, playlist_id: int, playlist: KeptPlaylist) -> None:
        there = [self._entry(each) for each in playlist.entries]
        only_here = Counter(map(_what, self._store.entries(playlist_id))) - Counter(map(_what, there))
        rest = []
        for entry in self._store.entries(playlist_id):
            if only_here[_what(entry)] > 0:
                only_here[_what(entry)] -= 1
                rest.append(entry)
        self._store.replace(playlist_id, [*there, *rest])
        self._set_times(playlist_id, playlist)

    def _set_times(self, playlist_id: int, playlist: KeptPlaylist) -> None:
        self._db.run(
            "UPDATE playlist SET made_at = ?, changed_at = ? WHERE id = ?",
            (playlist.made_at, playlist.changed_at, playlist_id),
        )

    def _entry(self, entry: KeptEntry) -> PlaylistEntry:
        if entry.track is None:
            line = entry.line
            track_id = self._by_line.get((line.location, line.title)) if line else None
            return PlaylistEntry(track_id, entry.reason, line)
        line = self._keepsakes.tracks[entry.track].identity.line
        return PlaylistEntry(self._ids[entry.track], entry.reason, line)


def _same(playlist: KeptPlaylist, known: Sequence[Playlist], *, alone: bool) -> Playlist | None:
    """Return which of those made at its moment is the same: the one of its name, or the only one."""
    for each in known:
        if each.name == playlist.name:
            return each
    return known[0] if alone and len(known) == 1 else None


def _what(entry: PlaylistEntry) -> tuple[TrackId | None, str]:
    """Return what an entry stands for, whatever the reason for it."""
    return entry.track_id, entry.line.location if entry.track_id is None and entry.line else ""
