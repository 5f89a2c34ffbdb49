"""A music folder and a library for tests: real files, a real database, short words for what befalls them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from audio_files import make_audio, tone
from vibe_desktop.domain import Tags, TrackId
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.journal import READ, Journal
from vibe_desktop.library.scanner import ScanReport, reconcile_moves, scan
from vibe_desktop.library.tags import UnreadableFile, read_file
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.progress import Progress

_frequencies = count(200)


class Shelf:
    """One music folder, `music`, and the library that knows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.music = folder / "music"
        self.music.mkdir(parents=True)
        self.reopen()

    def reopen(self) -> None:
        self.db = Database.open(self.folder / "profile" / "library.sqlite3")
        self.tracks = TrackStore(self.db)
        self.descriptions = DescriptionStore(self.db)
        self.journal = Journal(self.db)

    def put(self, name: str | bytes, content: bytes = b"") -> Path:
        """Write a file below `music` that nobody will open, and return its path."""
        path = self.music / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content or os.fsencode(name))
        return path

    def record(self, name: str, frequency: float | None = None, seconds: float = 1.0, **tags: Any) -> Path:
        """Write a real tagged audio file; each sounds different unless `frequency` is given."""
        signal = tone(seconds, frequency or 10.0 * next(_frequencies), rate=44_100)
        return make_audio(self.music / name, signal=signal, **tags)

    def scan(self, *folders: Path, confirmed: bool | Sequence[Path] = False) -> ScanReport:
        return scan(self.tracks, folders or (self.music,), Progress(), confirmed=confirmed)

    def read(self) -> None:
        """Read the tags of every file that waits for it."""
        for track_id, path in self.tracks.pending_tags():
            try:
                reading = read_file(path)
            except UnreadableFile as reason:
                self.journal.fail(track_id, READ, str(reason))
            else:
                self.tracks.store_tags(
                    [(track_id, reading.tags, reading.content_key)], lambda tags: tags.genres
                )

    def index(self, *folders: Path, confirmed: bool = False) -> int:
        """Scan, read, reconcile; return how many tracks were found again by their content."""
        self.scan(*folders, confirmed=confirmed)
        self.read()
        return reconcile_moves(self.tracks)

    def let_hours_pass(self, hours: float) -> None:
        """Let what is kept in doubt have been so for longer."""
        self.db.run("UPDATE root SET held_at = held_at - ?", (hours * 3600,))

    def ids(self) -> dict[Path, TrackId]:
        """Return the id of every path the library knows, missing ones too."""
        rows = self.db.run("SELECT path, id FROM track")
        return {Path(os.fsdecode(path)): track_id for path, track_id in rows}

    def missing(self) -> set[Path]:
        """Return the paths of missing tracks."""
        rows = self.db.run("SELECT path FROM track WHERE missing_since IS NOT NULL")
        return {Path(os.fsdecode(path)) for (path,) in rows}

    def tag(self, path: Path, **tags: Any) -> TrackId:
        """Store tags for a scanned file without reading it; its content key is its path."""
        [(track_id,)] = self.db.run("SELECT id FROM track WHERE path = ?", (os.fsencode(path),))
        self.tracks.store_tags([(track_id, Tags(**tags), os.fsencode(path))], lambda tags: tags.genres)
        return int(track_id)

    def state(self) -> list[tuple[Any, ...]]:
        """Return everything the library holds of its tracks but times and ids."""
        return self.db.run(
            "SELECT t.path, r.path, r.online, t.size, t.mtime_ns, t.inode, t.missing_since IS NOT NULL,"
            " t.content_key, t.tags_pending, t.settled, t.tags, c.own_sentence FROM track t"
            " JOIN root r ON r.id = t.root_id LEFT JOIN caption c ON c.track_id = t.id ORDER BY t.path"
        )
