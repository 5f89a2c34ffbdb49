"""The undisturbed twin: a fresh profile that indexes the same folders in one go knows the same of them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from torture_keepsakes import take_over
from torture_runs import Runs, Violation
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from torture_music import Music

_Facts = dict[str, set[tuple[Any, ...]]]

_SET_ASIDE = "The program stopped each time this file was open."
# Of the songs that are here everything but ids, times, what waits for time to pass, and what the person did.
_FACTS = {
    name: f"SELECT t.path, {what} WHERE t.missing_since IS NULL"
    for name, what in {
        "tracks": "r.path, r.online, r.held, size, mtime_ns, device, inode, content_key,"
        " tags_pending, title, artist, album_artist, album, track_number, disc_number, year, seconds, bpm,"
        " tags, title_key, artist_key, album_key FROM track t JOIN root r ON r.id = t.root_id",
        "genres": "genre FROM track_genre JOIN track t ON t.id = track_id",
        "captions": "sentence, terms, keywords, source FROM caption JOIN track t ON t.id = track_id",
        "vectors": "s.kind, s.fingerprint, v.value, v.source FROM vector v JOIN track t ON t.id = v.track_id"
        " JOIN space s ON s.id = v.space_id",
        "hearings": "labels, spread FROM hearing JOIN track t ON t.id = track_id",
        "failures": "task, reason FROM failure JOIN track t ON t.id = track_id",
    }.items()
}
_OWN = "SELECT path FROM track JOIN caption ON track_id = id WHERE own_sentence IS NOT NULL OR source = x''"


def settle(runs: Runs, folder: Path, music: Music) -> None:
    """Let the program finish, listening; then index the same folders with a fresh profile and compare.

    Then take what the person made over into that.
    """
    while not runs.here(listen=True):
        pass  # what vanished all at once is believed the second time
    if _set_aside(runs.profile):
        runs.here(listen=True, retry=True)
    twin = Profile(folder / "twin")
    shutil.rmtree(twin.folder, ignore_errors=True)
    twin.folder.mkdir()
    twin.models.symlink_to(runs.profile.models.resolve(), target_is_directory=True)
    with runs.opened(twin) as app:
        app.index(music.folders, Progress(), workers=1)
    if differences := _differences(_facts(runs.profile), _facts(twin), _own(runs.profile)):
        raise Violation("Not as in an undisturbed run: " + "; ".join(differences))
    take_over(runs.profile, twin, music.songs)
    shutil.rmtree(twin.folder)


def _set_aside(profile: Profile) -> bool:
    """Whether a file happened to be open at so many of the deaths that the program gave it up."""
    db = Database.open(profile.database)
    try:
        return bool(db.run("SELECT 1 FROM failure WHERE reason = ?", (_SET_ASIDE,)))
    finally:
        db.close()


def _facts(profile: Profile) -> _Facts:
    db = Database.open(profile.database)
    try:
        return {name: set(db.run(sql)) for name, sql in _FACTS.items()}
    finally:
        db.close()


def _own(profile: Profile) -> set[bytes]:
    """Return the places of songs described by hand: their text vectors have no like in the twin.

    Where one that cannot be read was, and that was taken back, a caption of nothing is left.
    """
    db = Database.open(profile.database)
    try:
        return {row[0] for row in db.run(_OWN)}
    finally:
        db.close()


def _differences(mine: _Facts, its: _Facts, own: set[bytes]) -> list[str]:
    for facts in (mine, its):
        facts["captions"] = {row for row in facts["captions"] if row[-1]}
        facts["vectors"] = {row for row in facts["vectors"] if row[0] not in own or row[1] != "text"}
    return [
        f"{name}: only here {_some(mine[name] - its[name])}, only there {_some(its[name] - mine[name])}"
        for name in _FACTS
        if mine[name] != its[name]
    ]


def _some(rows: set[tuple[Any, ...]]) -> str:
    shown = [f"…{os.fsdecode(row[0])[-60:]!r} {repr(row[1:])[:600]}" for row in sorted(rows, key=repr)[:3]]
    return f"{len(rows)} such as {shown}" if rows else "none"
