"""A person who likes, plays, describes and lists songs, and the harness's own memory of it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from vibe_desktop.domain import PlaylistEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from torture_music import Song
    from vibe_desktop.app import App
    from vibe_desktop.domain import TrackId
    from vibe_desktop.library.database import Database

# A track's id, or the line of a file that led to none.
_Entry = int | str

_SENTENCES = ("Rain on a tin roof.", "Grandmother's kitchen on Sundays.", "Loud, fast and over too soon.")


class Person:
    """Does things through the program and remembers them apart from it."""

    def __init__(self) -> None:
        self.liked: set[TrackId] = set()
        self.listens: defaultdict[TrackId, Counter[tuple[float, float, bool]]] = defaultdict(Counter)
        self.captions: dict[TrackId, str] = {}
        self.playlists: dict[int, tuple[str, bool, list[_Entry]]] = {}
        """by id: name, whether it is deleted, entries"""
        self._minute = 1_700_000_000.0

    # --- What the person does; each returns what was done ---

    def like(self, app: App, chance: Random, songs: list[Song]) -> str:
        """Like a few songs, or take it back."""
        ids = self._ids(app, chance.sample(songs, min(3, len(songs))))
        liked = chance.random() < 0.7
        app.tastes.set_liked(ids, liked)
        self.liked = self.liked | set(ids) if liked else self.liked - set(ids)
        return f"{'like' if liked else 'unlike'} {ids}"

    def play(self, app: App, chance: Random, songs: list[Song]) -> str:
        """Play a song, or skip it."""
        self._minute += 60
        song, seconds, skipped = chance.choice(songs), chance.uniform(1, 300), chance.random() < 0.3
        for track_id in self._ids(app, [song]):
            note = app.tastes.record_skip if skipped else app.tastes.record_play
            note(track_id, self._minute, seconds)
            self.listens[track_id][self._minute, seconds, skipped] += 1
        return "play"

    def describe(self, app: App, chance: Random, songs: list[Song]) -> str:
        """Describe a song in own words, or take that back."""
        song, sentence = chance.choice(songs), chance.choice(("", *_SENTENCES))
        for track_id in self._ids(app, [song]):
            try:
                app.describe(app.stores.tracks.tracks([track_id])[0], sentence)
            finally:
                # A new row described by hand stands for itself from then on.
                if song.happened:
                    song.happened.add("described")
            self.captions.pop(track_id, None)
            if sentence:
                self.captions[track_id] = sentence
        return f"describe {song.number}"

    def collect(self, app: App, chance: Random, songs: list[Song]) -> str:
        """Make a playlist, or change, rename, delete or restore one."""
        ids = self._ids(app, chance.choices(songs, k=chance.randrange(1, 9)))
        playlist_id = chance.choice([0, *self.playlists])
        if not playlist_id:
            made = app.playlists.create(f"List {len(self.playlists)}", ids)
            self.playlists[made] = (f"List {len(self.playlists)}", False, list(ids))
            return f"make playlist {made}"
        name, deleted, entries = self.playlists[playlist_id]
        if deleted:
            app.playlists.restore(playlist_id)
            deleted = False
        elif (way := chance.randrange(3)) == 0:
            app.playlists.delete(playlist_id)
            deleted = True
        elif way == 1:
            name = f"Renamed {chance.randrange(1000)}"
            app.playlists.rename(playlist_id, name)
        else:
            kept = app.playlists.entries(playlist_id)
            app.playlists.replace(playlist_id, [*kept, *(PlaylistEntry(each) for each in ids)])
            entries = [*entries, *ids]
        self.playlists[playlist_id] = (name, deleted, entries)
        return f"change playlist {playlist_id}"

    def take_in(self, app: App, chance: Random, songs: list[Song], folder: Path) -> str:
        """Import a playlist of another program; some of its lines lead nowhere yet."""
        chosen = [song for song in chance.sample(songs, min(6, len(songs))) if song.kind]
        lines = [f"{song.path}" for song in chosen] + [f"{folder}/never {chance.randrange(99)}.mp3"]
        file = folder / "theirs.m3u8"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        known = app.stores.tracks.at_paths([os.fsencode(line) for line in lines])
        made = app.import_playlist(file)
        self.playlists[made] = ("theirs", False, [known.get(os.fsencode(line), line) for line in lines])
        return f"import playlist {made}"

    def _ids(self, app: App, songs: list[Song]) -> list[TrackId]:
        """Return the tracks that the library has at the songs' places now."""
        return list(app.stores.tracks.at_paths([os.fsencode(song.path) for song in songs]).values())

    # --- What must be found again ---

    def follow(self, gone: TrackId, kept: TrackId) -> None:
        """Note that a track turned out to be another one's file in a new place."""
        if gone in self.liked:
            self.liked = self.liked - {gone} | {kept}
        self.listens[kept] += self.listens.pop(gone, Counter())
        self.playlists = {
            number: (name, deleted, [kept if each == gone else each for each in entries])
            for number, (name, deleted, entries) in self.playlists.items()
        }

    def missed(self, db: Database) -> Iterator[str]:
        """Yield what the library holds otherwise than the person left it."""
        liked = {row[0] for row in db.run("SELECT track_id FROM liked")}
        if liked != self.liked:
            yield f"likes differ: lost {self.liked - liked}, unasked {liked - self.liked}"
        listens: defaultdict[TrackId, Counter[tuple[float, float, bool]]] = defaultdict(Counter)
        for track_id, at, seconds, skipped in db.run("SELECT track_id, at, seconds, skipped FROM listen"):
            listens[track_id][at, seconds, bool(skipped)] += 1
        if listens != _filled(self.listens):
            yield f"plays differ: {listens} instead of {self.listens}"
        captions = dict(db.run("SELECT track_id, own_sentence FROM caption WHERE own_sentence IS NOT NULL"))
        if captions != self.captions:
            yield f"own captions differ: {captions} instead of {self.captions}"
        found = {number: self._playlist(db, number) for (number,) in db.run("SELECT id FROM playlist")}
        if found != self.playlists:
            yield f"playlists differ: {found} instead of {self.playlists}"

    def _playlist(self, db: Database, number: int) -> tuple[str, bool, list[_Entry]]:
        """Return a playlist as it is, and learn which lines became known tracks."""
        [(name, deleted)] = db.run(
            "SELECT name, deleted_at IS NOT NULL FROM playlist WHERE id = ?", (number,)
        )
        rows = db.run(
            "SELECT track_id, location FROM playlist_entry WHERE playlist_id = ? ORDER BY place", (number,)
        )
        entries: list[_Entry] = [location if track_id is None else track_id for track_id, location in rows]
        remembered = self.playlists.get(number, ("", False, []))
        for place, (each, (_, location)) in enumerate(zip(remembered[2], rows, strict=False)):
            if isinstance(each, str) and each == location:
                remembered[2][place] = entries[place]
        return name, bool(deleted), entries


def _filled(
    listens: dict[TrackId, Counter[tuple[float, float, bool]]],
) -> dict[TrackId, Counter[tuple[float, float, bool]]]:
    return {track_id: plays for track_id, plays in listens.items() if plays}
