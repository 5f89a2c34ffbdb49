"""What a person made of their library, apart from any database: who tracks are, and what is kept of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from vibe_desktop.domain import PlaylistLine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Listen: TypeAlias = tuple[float, float, bool]
"""When, in seconds since 1970; how many seconds were heard; whether it was skipped."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything a track can be recognised by in another library."""

    path: str
    """inside its music folder, with slashes; may hold surrogates for bytes that are not text"""
    folder: str = ""
    """the music folder; only tells apart what is alike in everything else"""
    content_key: str = ""
    """of the audio alone, as hexadecimal digits; "" where the file was never read"""
    recording: str = ""
    """of MusicBrainz"""
    title: str = ""
    artist: str = ""
    album: str = ""
    seconds: float | None = None

    @property
    def line(self) -> PlaylistLine:
        """What stands in a playlist as long as the track is not here."""
        named = " - ".join(part for part in (self.artist, self.title) if part)
        return PlaylistLine(self.path, named, self.seconds)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a person made of one track."""

    liked_at: float | None = None
    listens: tuple[Listen, ...] = ()
    caption: str = ""

    def __bool__(self) -> bool:
        return self.liked_at is not None or bool(self.listens) or bool(self.caption)

    def joined(self, other: Kept) -> Kept:
        """Return both as one; where they disagree, this one counts."""
        return Kept(
            other.liked_at if self.liked_at is None else self.liked_at,
            tuple(sorted((Counter(self.listens) | Counter(other.listens)).elements())),
            self.caption or other.caption,
        )


@dataclass(frozen=True, slots=True)
class KeptTrack:
    """A track and what is kept of it, which is nothing where it only stands in a playlist."""

    identity: Identity
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """One entry of a playlist: the place of its track among all that are kept, or a line that led to none."""

    track: int | None
    reason: str = ""
    line: PlaylistLine | None = None


@dataclass(frozen=True, slots=True)
class KeptPlaylist:
    """A playlist; times are seconds since 1970."""

    name: str
    mood: str
    request: Mapping[str, Any] | None
    """the request it was made from, its tracks by their place among all that are kept"""
    folder: str
    made_at: float
    changed_at: float
    entries: tuple[KeptEntry, ...]


class Unfit(StrEnum):
    """Why words of a person's own cannot be taken along."""

    TOO_LONG = "is too long"
    NO_TEXT = "is not text in UTF-8"
    UNREADABLE = "cannot be read"
    ODD = "could not be read"


@dataclass(frozen=True, slots=True)
class UnfitWords:
    """Words of a person's own that cannot be taken along."""

    why: Unfit
    detail: str = ""
    """what the system says of it, or where in the words something is wrong"""
    file: Path | None = None

    def __str__(self) -> str:
        return f"{self.why}: {self.detail}" if self.detail else self.why


@dataclass(frozen=True, slots=True)
class Keepsakes:
    """Everything a person made."""

    tracks: tuple[KeptTrack, ...] = ()
    playlists: tuple[KeptPlaylist, ...] = ()
    vocabulary: str = ""
    """words of their own, as their vocabulary.toml has them"""
    left_out: UnfitWords | None = None
    """words that are not among them although they should be"""

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each, by its name."""
        kept = [each.kept for each in self.tracks]
        return {
            "likes": sum(each.liked_at is not None for each in kept),
            "listens": sum(len(each.listens) for each in kept),
            "playlists": len(self.playlists),
            "captions": sum(bool(each.caption) for each in kept),
        }
