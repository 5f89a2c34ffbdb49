"""Real tracks with labels of ours: found in a library that heard them, and put on a shelf of their own."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vibe_desktop.app import App
from vibe_desktop.captions.describe import Description, describe, genres_of
from vibe_desktop.captions.keywords import KeywordModel
from vibe_desktop.domain import Ear, FloatMatrix, FloatVector, Hearing, Label, Tags, Track
from vibe_desktop.index.vectors import digest
from vibe_desktop.paths import Profile

FOLDER = Path(__file__).parent / "evaluation"
REQUESTS = FOLDER / "ear_requests.toml"


@dataclass(frozen=True, slots=True)
class BorrowedModels(Profile):
    """A profile of its own whose models are in another folder."""

    lender: Path

    @property
    def models(self) -> Path:
        """That other folder."""
        return self.lender


@dataclass(frozen=True, slots=True)
class Labelled:
    """A track to look for: its package, how its path ends, and what it is by title, tags and game."""

    package: str
    ending: str
    labels: frozenset[str]

    def __str__(self) -> str:
        return f"{self.package}: {self.ending}"

    def matches(self, path: str) -> bool:
        """Tell whether a path, wherever its package was unpacked, is this track's."""
        at = f"/{path.replace(os.sep, '/')}"
        return f"/{self.package}/" in at and at.endswith(f"/{self.ending}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and the labels that count as a hit."""

    text: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A labelled track as a library knows it. `path` begins below the package's folder."""

    truth: frozenset[str]
    path: str
    tags: Tags
    heard: tuple[Label, ...]
    vector: FloatVector
    windows: FloatMatrix | None = None

    def stripped(self, number: int) -> Piece:
        """Return what is left of it without any tag, under a name that says nothing."""
        bare = Tags(seconds=self.tags.seconds)
        return Piece(self.truth, f"{number:03}.ogg", bare, self.heard, self.vector, self.windows)


def labelled_tracks(file: Path = FOLDER / "ear_tracks.toml") -> list[Labelled]:
    """Read the labels."""
    packages = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        Labelled(package, ending, frozenset(entry["labels"]))
        for package, entries in packages.items()
        for ending, entry in entries.items()
    ]


def requests(file: Path = REQUESTS) -> list[Asked]:
    """Read the requests."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Asked(each["text"], frozenset(each["labels"])) for each in document["request"]]


def pieces(app: App, ear: Ear, wanted: Sequence[Labelled]) -> tuple[list[Piece], list[Labelled]]:
    """Return those of `wanted` that the library holds and this ear heard, in their order, and the others."""
    stores = app.stores
    ids, vectors = stores.vectors.float_matrix(ear.space)
    windows = _windows(app, ear, ids.tolist())
    tracks = stores.tracks.tracks(ids)
    at = {track.id: row for row, track in enumerate(tracks)}
    found, missing = [], []
    for each in wanted:
        track = next((track for track in tracks if each.matches(track.path)), None)
        if track is None:
            missing.append(each)
            continue
        row = at[track.id]
        found.append(_piece(each, track, vectors[row], windows[row]))
    return found, missing


def _windows(app: App, ear: Ear, ids: Sequence[int]) -> list[FloatMatrix | None]:
    if not app.stores.vectors.has_windows(ear.space):
        return [None] * len(ids)
    return [each.astype("float32") for each in app.stores.vectors.windows(ear.space, ids)]


def _piece(labelled: Labelled, track: Track, vector: FloatVector, windows: FloatMatrix | None) -> Piece:
    below = track.path.replace(os.sep, "/").partition(f"/{labelled.package}/")[2]
    return Piece(labelled.labels, below, track.tags, track.labels, vector, windows)


def fill(app: App, ear: Ear, shelf: Sequence[Piece]) -> None:
    """Put the pieces into an empty library, ids from 1, described and embedded by the product."""
    stores, numbered = app.stores, list(enumerate(shelf, 1))
    described = [describe(each.tags, each.heard, each.path, app.vocabulary) for each in shelf]
    heard = [(n, Hearing(each.vector, each.vector * 0, each.heard, each.windows)) for n, each in numbered]
    with stores.db.transaction():
        stores.db.run("INSERT INTO root (id, path, added_at) VALUES (1, x'2f', 0)")
        stores.db.run_many(
            "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
            " VALUES (?, 1, ?, 1, 1, 1, ?, 0)",
            ((n, os.fsencode(f"/{each.path}"), n) for n, each in numbered),
        )
        stores.tracks.store_tags(
            [(n, each.tags, b"%d" % n) for n, each in numbered], lambda tags: genres_of(tags, app.vocabulary)
        )
        stores.vectors.put(ear.space, [(n, each.vector, b"%d" % n) for n, each in numbered])
        stores.vectors.put_windows(
            ear.space, [(n, each.windows) for n, each in numbered if each.windows is not None]
        )
        stores.descriptions.store_hearings(stores.vectors.space_id(ear.space), heard)
        _caption(app, described)


def _caption(app: App, described: Sequence[Description]) -> None:
    stores, model = app.stores, KeywordModel.fit(each.terms for each in described)
    numbered = list(enumerate(described, 1))
    stores.descriptions.store_captions([(n, each.sentence, each.terms, b"") for n, each in numbered])
    stores.descriptions.store_keywords([(n, model.keywords(each.terms)) for n, each in numbered])
    vectors = app.encoder.encode([each.sentence for each in described])
    rows = ((n, vectors[n - 1], digest(each.sentence)) for n, each in numbered)
    stores.vectors.put(app.encoder.space, list(rows))


def package_folders(music: Path, wanted: Sequence[Labelled]) -> Iterator[Path]:
    """Yield the folders of the packages below `music` that are there."""
    for package in dict.fromkeys(each.package for each in wanted):
        if (music / package).is_dir():
            yield music / package
