"""Killed at any moment, indexing goes on from there and ends where an undisturbed run ends."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from music_folder import make_music
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile

KILLS = 20

_FACTS = {
    "tracks": "SELECT path, size, title, artist, tags, content_key, tags_pending, missing_since FROM track",
    "captions": "SELECT t.path, sentence, terms, keywords FROM caption c JOIN track t ON t.id = c.track_id",
    "vectors": (
        "SELECT t.path, s.fingerprint, v.value, v.source FROM vector v"
        " JOIN track t ON t.id = v.track_id JOIN space s ON s.id = v.space_id"
    ),
    "hearings": "SELECT t.path, labels, spread FROM hearing h JOIN track t ON t.id = h.track_id",
    "failures": "SELECT t.path, task, reason FROM failure f JOIN track t ON t.id = f.track_id",
    "open": "SELECT * FROM attempt",
    "due": "SELECT * FROM due",
}


def test_twenty_kills_at_random_moments_change_nothing(tmp_path: Path, models_folder: Path) -> None:
    make_music(tmp_path / "music")
    undisturbed, disturbed = Profile(tmp_path / "undisturbed"), Profile(tmp_path / "disturbed")
    for profile in (undisturbed, disturbed):
        profile.folder.mkdir()
        profile.models.symlink_to(models_folder, target_is_directory=True)
    started = time.monotonic()
    assert start(undisturbed, tmp_path / "music").wait() == 0
    usual = time.monotonic() - started

    moments = random.Random(20)
    for _ in range(KILLS):
        program = start(disturbed, tmp_path / "music")
        time.sleep(moments.uniform(0.1, usual))
        program.kill()
        program.wait()
    assert start(disturbed, tmp_path / "music").wait() == 0

    # A file that happened to be open at five of the deaths is set aside, until a person asks for it again.
    if set_aside := facts(disturbed)["failures"]:
        assert {reason for _, _, reason in set_aside} == {"The program stopped each time this file was open."}
        assert start(disturbed, tmp_path / "music", "--retry").wait() == 0
    assert facts(disturbed) == facts(undisturbed)


def start(profile: Profile, music: Path, *more: str) -> subprocess.Popen[bytes]:
    options = ["--profile", str(profile.folder), "index", str(music), "--workers", "1", *more]
    command = [sys.executable, "-m", "vibe_desktop", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def facts(profile: Profile) -> dict[str, list[tuple[Any, ...]]]:
    db = Database.open(profile.database)
    found = {name: sorted(db.run(sql)) for name, sql in _FACTS.items()}
    db.close()
    assert found["tracks"]
    assert found["vectors"]
    return found
