"""Bytes changed where they lie: in the search files, and in copies of the whole profile."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from torture_checks import search_agrees
from torture_runs import Runs, Violation
from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile

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
    """Damage the library of a copy of the profile: it is named, or restored, but nothing goes silently."""
    copy = Profile(folder / "damaged")
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(runs.profile.folder, copy.folder, symlinks=True)
    how = _damage(copy.database, chance)
    try:
        db = Database.open(copy.database)
    except VibeError as error:
        if "damaged" not in error.message and "is not a Vibe Desktop library" not in error.message:
            raise Violation(f"{how}: {error.message}") from error
        return f"{how}: {error.message}"
    try:
        if missed := list(person.missed(db)):
            raise Violation(f"{how}, and not a word of it: {'; '.join(missed)}")
    except VibeError as error:  # a page that only a table's own reader could tell from a good one
        return f"{how}: {error.message}"
    finally:
        db.close()
    shutil.rmtree(copy.folder)
    return f"{how}: unharmed"


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
