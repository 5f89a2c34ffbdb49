"""What a person made, taken to another library in one file: all of it arrives, and again is as once."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

from torture_runs import Violation
from vibe_desktop.keepsakes.files import export_keepsakes, import_keepsakes
from vibe_desktop.keepsakes.gathering import gather
from vibe_desktop.library.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torture_music import Song
    from vibe_desktop.paths import Profile

# By the place of a song: whether it is liked, and what the person wrote of it.
_OF_SONGS = """
    SELECT path, liked.track_id IS NOT NULL, own_sentence FROM track
    LEFT JOIN liked ON liked.track_id = id LEFT JOIN caption ON caption.track_id = id
"""


def take_over(mine: Profile, other: Profile, songs: Sequence[Song]) -> None:
    """Take everything from one library to another that has the same music and nothing of the person's."""
    file = other.folder / "keepsakes.json"
    with closing(Database.open(mine.database)) as here, closing(Database.open(other.database)) as there:
        export_keepsakes(here, mine.vocabulary, file)
        for _ in range(2):
            import_keepsakes(there, other.vocabulary, file)
            for what, left, arrived in zip(_WHAT, _made(here, songs), _made(there, songs), strict=True):
                if left != arrived:
                    raise Violation(f"{what} taken to another library: {left} left, {arrived} arrived")


_WHAT = ("Plays", "Playlists", "Likes and captions")


def _made(db: Database, songs: Sequence[Song]) -> tuple[Any, ...]:
    """Return the plays, the playlists, and what is kept of each song that cannot be taken for another."""
    kept = gather(db)
    plays = Counter(listen for track in kept.tracks for listen in track.kept.listens)
    playlists = sorted((each.name, each.made_at, len(each.entries)) for each in kept.playlists)
    places = {os.fsencode(song.path) for song in songs if not song.binned and song.kind and not song.twins}
    return plays, playlists, {row for row in db.run(_OF_SONGS) if row[0] in places}
