"""By whom a track is, as far as that limits how often and how closely a name may come."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from vibe_desktop.moods.versions import album_key, artist_key
from vibe_desktop.moods.words import plain

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from vibe_desktop.domain import Track
    from vibe_desktop.moods.choice import Choice

MOST_OF_AN_ARTIST = 2
_INTRODUCED = r"(?:by|like|from|of|and|or)"


class Billing:
    """Tells tracks by the same artist or of the same album, for a request's text.

    Artists that the text names may come as often as they like, and tracks of
    unknown artists are not taken to be by the same one.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def artist(self, track: Track) -> Hashable:
        """Return what stands for the artist; for one who may come any number of times, for the track."""
        name = artist_key(track)
        return track.id if not name or is_named(name, self._text) else name

    def album(self, track: Track) -> Hashable:
        """Return what stands for the album; where there is none, for the track."""
        title = album_key(track)
        if not title or is_named(artist_key(track), self._text):
            return track.id
        return title, plain(track.tags.album_artist) or track.path.replace("\\", "/").rpartition("/")[0]

    def repeated(self, choices: Sequence[Choice]) -> dict[str, int]:
        """Return the artists who come more often than they should, by name, and how often."""
        counts: dict[Hashable, list[str]] = {}
        for choice in choices:
            counts.setdefault(self.artist(choice.track), []).append(
                choice.track.tags.artist or choice.track.tags.album_artist
            )
        return {names[0]: len(names) for names in counts.values() if len(names) > MOST_OF_AN_ARTIST}


@lru_cache(maxsize=4096)
def is_named(artist: str, text: str) -> bool:
    """Tell whether a text asks for an artist (in the form of `artist_key`) by name.

    A name of one word may just as well be a feeling: "soft rain" asks for no band. It
    counts where nothing else is said, after a word like "by", and in quotation marks.
    """
    if not artist or f" {artist} " not in f" {plain(text)} ":
        return False
    if " " in artist or plain(text) == artist:
        return True
    name = re.escape(artist)
    quoted = rf"[\"'“„«\u2018]\s*{name}\s*[\"'”“»\u2019]"
    return re.search(rf"\b{_INTRODUCED} {name}\b", plain(text)) is not None or (
        re.search(quoted, text, re.IGNORECASE) is not None
    )
