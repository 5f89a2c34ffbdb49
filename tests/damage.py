"""Libraries that are damaged as disks damage them: pages overwritten, files emptied."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import apsw

from vibe_desktop.keepsakes import form


def pages_of(database: Path, *tables: str) -> list[int]:
    """Return the numbers of the pages that tables lie on, in their order; of all tables if none is named."""
    with closing(apsw.Connection(str(database))) as connection:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        rows = connection.execute("SELECT pageno, name FROM dbstat ORDER BY pageno").fetchall()
    return [int(str(page)) for page, name in rows if not tables or name in tables]


def overwrite(database: Path, *pages: int, with_noise: bool = False) -> None:
    """Overwrite pages with zeros or with noise."""
    with closing(apsw.Connection(str(database))) as connection:
        size = int(connection.pragma("page_size"))
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    with database.open("rb+") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(os.urandom(size) if with_noise else bytes(size))
    database.with_name(f"{database.name}.checked").unlink(missing_ok=True)


def made(file: Path) -> dict[str, tuple[float | None, int, str]]:
    """Return what an exported file keeps of each track, by its place, and its playlists by their names."""
    keepsakes = form.load(file.read_text(encoding="utf-8"))
    found: dict[str, tuple[float | None, int, str]] = {
        each.identity.path: (each.kept.liked_at, len(each.kept.listens), each.kept.caption)
        for each in keepsakes.tracks
    }
    return found | {each.name: (each.made_at, len(each.entries), each.mood) for each in keepsakes.playlists}
