"""The words every part of the program shares: plain values, errors and protocols, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TrackId: TypeAlias = int
# In quotes: the window starts without numpy.
FloatVector: TypeAlias = "NDArray[np.float32]"
FloatMatrix: TypeAlias = "NDArray[np.float32]"
IdArray: TypeAlias = "NDArray[np.int64]"


class VibeError(Exception):
    """Something a person can understand and act on: one plain sentence and what to do next."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        """Keep the sentence and, where there is one, the way out."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    @property
    def told(self) -> str:
        """The sentence and, where there is one, the way out, in one line."""
        return f"{self.message} {self.remedy}".rstrip()


class PassingError(VibeError):
    """What will be possible later without anything else being changed: whoever can wait tries again."""


class NoRoomError(PassingError):
    """The disk is full."""


class InUseError(PassingError):
    """Another process is at work on the same."""


class Cancelled(Exception):  # noqa: N818 - a request, not an error
    """Raised by `Progress` inside a job that was asked to stop."""


class TrackState(StrEnum):
    """Whether a track's file can be reached."""

    PRESENT = "present"
    MISSING = "missing"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Tags:
    """What an audio file says of itself, cleaned of bytes that are not text but not interpreted."""

    title: str = ""
    artist: str = ""
    album_artist: str = ""
    album: str = ""
    track_number: int | None = None
    disc_number: int | None = None
    date: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    bpm: float | None = None
    key: str = ""
    composer: str = ""
    language: str = ""
    comment: str = ""
    lyrics: str = ""
    grouping: str = ""
    licence: str = ""
    musicbrainz_recording_id: str = ""
    musicbrainz_track_id: str = ""
    musicbrainz_album_id: str = ""
    musicbrainz_artist_id: str = ""
    replaygain_track_db: float | None = None
    replaygain_album_db: float | None = None
    replaygain_track_peak: float | None = None
    """loudest sample, 1 is full scale"""
    replaygain_album_peak: float | None = None
    seconds: float | None = None
    bitrate: int | None = None
    """bits per second"""
    has_cover: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Something an ear heard: a word for it and how sure the ear was (0 to 1)."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """What an ear made of one track.

    `vector` has shape (dimensions,) in the ear's space; `spread` is its
    standard deviation over the windows, same shape; `labels` are sorted by weight.
    `windows` has shape (n, dimensions), one row for each window in playing order,
    from an ear that also listens for a single passage; otherwise None.
    """

    vector: FloatVector
    spread: FloatVector
    labels: tuple[Label, ...]
    windows: FloatMatrix | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """How a track is described: a readable sentence and its most telling words."""

    sentence: str
    keywords: tuple[str, ...] = ()
    own: bool = False
    """True when the person wrote the sentence; it then wins over ours."""


@dataclass(frozen=True, slots=True)
class Track:
    """A track as the library knows it. `path` may hold surrogates for bytes that are not text."""

    id: TrackId
    path: str
    state: TrackState
    tags: Tags
    caption: Caption
    labels: tuple[Label, ...] = ()


class SpaceKind(StrEnum):
    """What a space's vectors were made from."""

    TEXT = "text"
    EAR = "ear"


@dataclass(frozen=True, slots=True)
class Space:
    """A vector space; vectors of two different fingerprints are never compared.

    The fingerprint covers everything that moves a vector: weights, front-end,
    windows, pooling and, for text, the caption recipe.
    """

    name: str
    kind: SpaceKind
    dimensions: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """Which parts of a track an ear wants: `count` windows of `seconds`, mono at `sample_rate` Hz."""

    sample_rate: int
    seconds: float
    count: int
    whole_repeats: bool = False
    """how a track shorter than a window fills it: repeated as often as it fits whole, silence after that;
    otherwise repeated to the window's end"""


EARS = ("clap", "musicnn")
"""The names of the ears' spaces, the better one first."""


class Encoder(Protocol):
    """Turns sentences into unit vectors."""

    @property
    def space(self) -> Space:
        """The space of the vectors it makes."""
        ...

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return shape (len(texts), dimensions), float32, rows of length 1."""
        ...


class Ear(Protocol):
    """Hears audio as a vector and labels, and tells how much stored vectors sound like a phrase."""

    @property
    def space(self) -> Space:
        """The space of the vectors it makes."""
        ...

    @property
    def windows(self) -> WindowPlan:
        """The windows `hear` expects."""
        ...

    @property
    def names_by(self) -> str:
        """What `name` goes by, besides the vectors: other names may come of another value.

        Empty for an ear that names every track by itself while hearing it.
        """
        ...

    def hear(self, windows: FloatMatrix) -> Hearing:
        """Listen to windows of shape (n, sample_rate * seconds), float32 within [-1, 1]."""
        ...

    def score(self, phrases: Sequence[str], vectors: FloatMatrix) -> FloatMatrix:
        """Say how much each vector sounds like each phrase: shape (len(phrases), len(vectors)).

        Higher fits better. The scale is comparable along a row, never between
        rows: it is standardised over `vectors`, which should be the whole library.
        """
        ...

    @property
    def words(self) -> tuple[str, ...]:
        """The words whose sound it knows, for `score_words`; none for an ear that takes any phrase."""
        ...

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        """Say how much each vector sounds like words that are worth so much each, below 0 where unwanted.

        `worth` has shape (n, len(words)); the answer has shape (n, len(vectors)), as in `score`.
        """
        ...

    def score_passages(self, phrases: Sequence[str], windows: Sequence[FloatMatrix]) -> FloatMatrix | None:
        """Say how much the best passages of each track sound like each phrase; None if it keeps none.

        `windows` holds the (n, dimensions) of `Hearing.windows`, track by track. Returns shape
        (len(phrases), len(windows)); higher fits better, comparable along a row only.
        """
        ...

    def name(self, vectors: FloatMatrix) -> list[tuple[Label, ...]] | None:
        """Name what is heard in each of `vectors`, which should be the whole library, compared with it.

        None from an ear whose `names_by` is empty.
        """
        ...


class PhraseStore(Protocol):
    """Keeps the vectors of phrases, so that a network need not be asked twice."""

    def find(self, fingerprint: str, phrases: Sequence[str]) -> dict[str, FloatVector]:
        """Return those that are known of the encoder with this fingerprint."""
        ...

    def keep(self, fingerprint: str, vectors: Mapping[str, FloatVector]) -> None:
        """Remember vectors, float32 of one length, for the encoder with this fingerprint."""
        ...


@dataclass(frozen=True, slots=True)
class MoodRequest:
    """A person's request, taken apart; whatever was not recognised stays in `mood`."""

    text: str
    mood: str
    avoid: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    length: int | None = None
    """number of tracks"""
    minutes: float | None = None
    seed: int = 0
    notes: tuple[str, ...] = ()
    """what the person should know of how the request was read"""
    steer: tuple[tuple[str, float], ...] = ()
    """axes of `STEER_AXES` and how far to lean along each, from -1 to 1; 0 leans nowhere"""
    like: tuple[TrackId, ...] = ()
    """tracks whose like is wanted; they stay out of the queue themselves, as do their other versions"""
    unlike: tuple[TrackId, ...] = ()
    """tracks whose like is not wanted, nor they themselves"""
    refused: tuple[TrackId, ...] = ()
    """tracks that are not wanted themselves, nor other versions of them"""
    less: tuple[str, ...] = ()
    """phrases there should be less of ("not too loud"): they count against a track and never rule it out"""
    bpm: tuple[float, float] | None = None
    """beats a minute, inclusive"""
    languages: tuple[str, ...] = ()
    """what is sung, as ISO 639-1 codes"""
    arc: tuple[str, str] | None = None
    """words for the queue's beginning and for its end: ("quiet", "energetic")"""
    dropped: tuple[str, ...] = ()
    """entries of the vocabulary that the mood suggests and the person took back"""
    by: tuple[TrackId, ...] = ()
    """tracks of the artists the person named ("something by X"); where there are any, no others are wanted"""

    @property
    def leans(self) -> bool:
        """Whether the queue is to lean along any axis."""
        return any(way for _, way in self.steer)


STEER_AXES = ("energy", "brightness", "electronic", "voice")
"""From calm to energetic, dark to bright, acoustic to electronic, instrumental to vocal."""


@dataclass(frozen=True, slots=True)
class ReasonPart:
    """A piece of a row's reason: a quiet lead ("heard", "caption", or "") and the words that matter."""

    lead: str
    words: str

    def __str__(self) -> str:
        return f"{self.lead} {self.words}".lstrip()


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One track of a queue and why it is there.

    `rank` is its place in the queue; the other ranks count from 1 over all
    tracks that the request's filters allow.
    """

    rank: int
    track: Track
    caption_rank: int | None
    ear_rank: int | None
    reason: str
    evidence: dict[str, float] = field(default_factory=dict)
    """internal scores, shown only where a person asks for an explanation"""
    parts: tuple[ReasonPart, ...] = ()
    """the reason in a few words, for a row"""

    @property
    def line(self) -> str:
        """The reason in one short line: "heard flute, soft · caption gentle, quiet walk · 2nd by sound"."""
        return " · ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Queue:
    """An answer to a mood: the entries in playing order and what the person should know of it."""

    request: MoodRequest
    entries: tuple[QueueEntry, ...]
    notes: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Total playing time of the tracks whose length is known."""
        return sum(entry.track.tags.seconds or 0.0 for entry in self.entries)


@dataclass(frozen=True, slots=True)
class PlaylistLine:
    """A line of a playlist file: the location as it stands there, and what the file says of it."""

    location: str
    title: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """One entry of a saved playlist: a known track and why it is there, or a line that leads to none."""

    track_id: TrackId | None
    reason: str = ""
    line: PlaylistLine | None = None
    """never None where `track_id` is"""
