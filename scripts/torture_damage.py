"""Bytes changed where they lie: in the search files, and in copies of the whole profile."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from torture_checks import search_agrees
from torture_runs import Runs, Violation
from vibe_desktop.kept_words import restored_words
from vibe_desktop.library.backup import copies, keep
from vibe_desktop.library.database import NotALibraryError
from vibe_desktop.library.restoring import open_library
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from torture_person import Person
    from vibe_desktop.domain import Space

_PAGE = 4096


def damage_search(profile: Profile, chance: Random, spaces: Sequence[Space]) -> str:
    """Change bytes of a search file, or cut it short; searching goes on as if nothing had happened."""
    search_agrees(profile, spaces)
    file = chance.choice(sorted(profile.index.glob("*.usearch")))
    content = bytearray(file.read_bytes())
    if chance.random() < 0.3:
        del content[chance.randrange(len(content)) :]
    for _ in range(min(len(content), chance.randrange(1, 50))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    search_agrees(profile, spaces)
    return f"damage {file.name}"


def damage_copy(runs: Runs, folder: Path, chance: Random, person: Person) -> str:
    """Damage the library of a copy of the profile: all of it is restored, or what is not is told."""
    copy = Profile(folder / "damaged")
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(runs.profile.folder, copy.folder, symlinks=True)
    kept = chance.random() < 0.5 and keep(copy.database)
    how = _damage(copy.database, chance) + (", with a copy" if kept else "")
    if interrupted := chance.random() < 0.4:
        _interrupt(copy, chance)
        how += ", interrupted"
    try:
        db, restored = open_library(copy.database)
    except NotALibraryError:
        if kept or copies(copy.database):
            raise
        return f"{how}: not known as a library any more"
    with closing(db):
        said = restored_words(restored) if restored else "unharmed"
        missed = list(person.missed(db))
        # Who was interrupted may have told it before.
        if missed and (kept or (not interrupted and (restored is None or restored.all_read))):
            raise Violation(f"{how}, “{said}”, and yet: {'; '.join(missed)}")
        if wrong := [*db.run("PRAGMA foreign_key_check"), *set(db.run("PRAGMA integrity_check")) - {("ok",)}]:
            raise Violation(f"{how}, “{said}”, and yet: {wrong}")
    with runs.opened(copy) as app:
        app.index([], Progress(), listen=False, workers=1)
    if left := [*copy.folder.glob("*.restoring"), *copy.folder.glob("*.restored")]:
        raise Violation(f"{how}, and this was left: {left}")
    shutil.rmtree(copy.folder)
    return f"{how}: {said}"


def _interrupt(profile: Profile, chance: Random) -> None:
    """Start the program and kill it, most often while it restores."""
    command = [sys.executable, "-m", "vibe_desktop", "--profile", str(profile.folder), "library"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(chance.uniform(0.2, 1.5))
        process.kill()


def _damage(file: Path, chance: Random) -> str:
    """Spoil a database as disks do: whole pages of junk, or an end that is missing."""
    size = file.stat().st_size
    if chance.random() < 0.25:
        left = chance.randrange(1, size)
        with file.open("r+b") as stream:
            stream.truncate(left)
        return f"cut the library at {left} of {size}"
    pages = [chance.randrange(size // _PAGE) for _ in range(chance.randrange(1, 6))]
    with file.open("r+b") as stream:
        for page in pages:
            stream.seek(page * _PAGE)
            stream.write(chance.randbytes(_PAGE))
    return f"junk in pages {pages}"
