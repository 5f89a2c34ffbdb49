"""The music folders under torture, and all that a person, a tagger or a loose cable does to them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from torture_files import HOSTILE, KINDS, UNTAGGED, retag, write_song

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from vibe_desktop.domain import TrackId

_UPGRADED = frozenset(["mp3", "ogg", "opus", "wav", "m4a"])
_HOUR = 3_600_000_000_000
_DAYS = 86_400 * 10**9


@dataclass(eq=False)
class Song:
    """A file, followed through all that happens to it."""

    number: int
    path: Path
    kind: str
    """"" for a hostile one, which nobody retags"""
    take: int = 1
    track: TrackId | None = None
    """the id it must keep, once a complete run gave it one"""
    binned: Path | None = None
    """where it lies while it is deleted"""
    happened: set[str] = field(default_factory=set)
    """what befell it since the last complete run"""
    twins: set[int] = field(default_factory=set)
    """numbers of songs that sound the same"""

    @property
    def certain(self) -> bool:
        """Whether the program must know it again: what befell it leaves no doubt about which one it is."""
        if "upgraded" in self.happened:
            return self.happened == {"upgraded"}
        by_sound = "carried" in self.happened or {"moved", "retagged"} <= self.happened
        # A copy whose original goes soon after is a move, as between disks.
        return not (self.twins or (by_sound and not self.kind) or "described" in self.happened)


class Music:
    """Two folders: one on the same disk, one on a disk of its own that can be pulled out."""

    def __init__(self, folder: Path, *, mounts: bool) -> None:
        self.plain, self.stick = folder / "plain", folder / "stick"
        self._disk, self._bin, self._away = folder / "disk", folder / "bin", folder / "away"
        self._mounts = mounts
        for each in (self.plain, self.stick, self._disk, self._bin):
            each.mkdir(parents=True)
        self.songs: list[Song] = []
        self.gone: set[Path] = {self.stick} if mounts else set()
        """folders that cannot be reached now"""
        self._count = 0
        self.plug_in()

    @property
    def folders(self) -> list[Path]:
        """Return both music folders."""
        return [self.plain, self.stick]

    def fill(self, chance: Random, size: int, hostile: float) -> None:
        """Write `size` files, `hostile` of them (0 to 1) of the other sort."""
        bad = round(size * hostile)
        for turn in range(size):
            if turn < bad:
                made = HOSTILE[turn % len(HOSTILE)](self._folder(chance), chance, self._next())
                if made is not None:
                    self.songs.append(Song(self._count, made, ""))
            else:
                self._write(chance, *KINDS[turn % len(KINDS)])

    # --- What happens to files ---

    def arrive(self, chance: Random) -> str:
        """Add a song."""
        return f"new {self._write(chance, *chance.choice(KINDS)).path}"

    def move(self, chance: Random) -> str:
        """Take a song elsewhere, perhaps to the other disk."""
        song = chance.choice(self._here())
        to = self._folder(chance) / f"moved {self._next()} {song.path.name[-60:]}"
        self._carry(song, song.path, to)
        return f"move {song.number} to {to}"

    def rename_folder(self, chance: Random) -> str:
        """Rename a folder with all that is in it."""
        song = chance.choice(self._here())
        root = self._root(song.path)
        between = [each for each in song.path.parents if each != root and each.is_relative_to(root)]
        if not between:
            return self.move(chance)
        folder = chance.choice(between)
        to = folder.with_name(f"folder {self._next()}")
        folder.rename(to)
        for each in self.songs:
            if each.path.is_relative_to(folder):
                each.path = to / each.path.relative_to(folder)
                each.happened.add("carried" if each.binned else "moved")
        return f"rename folder {folder} to {to}"

    def retag(self, chance: Random) -> str:
        """Write other tags as a tagger does, sometimes into a new file that takes the old one's place."""
        song = self._tagged(chance)
        song.take += 1
        if chance.random() < 0.5:
            copy = song.path.with_name(f".{song.path.name}.new{song.path.suffix}")
            shutil.copy(song.path, copy)
            retag(copy, song.kind, song.number, song.take)
            copy.replace(song.path)
        else:
            retag(song.path, song.kind, song.number, song.take)
        song.happened.add("retagged")
        return f"retag {song.number}"

    def retag_and_move(self, chance: Random) -> str:
        """Write other tags and put the file elsewhere."""
        song = self._tagged(chance)
        song.take += 1
        retag(song.path, song.kind, song.number, song.take)
        song.happened.add("retagged")
        to = self._folder(chance) / f"sorted {self._next()}{song.path.suffix}"
        self._carry(song, song.path, to)
        return f"retag {song.number} and move to {to}"

    def upgrade(self, chance: Random) -> str:
        """Replace a song by the same in a better format."""
        songs = [song for song in self._here() if song.kind in _UPGRADED and not song.twins]
        if not songs:
            return self.arrive(chance)
        song = chance.choice(songs)
        song.path.unlink()
        song.path, song.kind = song.path.with_suffix(".flac"), "flac"
        write_song(song.path, song.kind, song.number)
        retag(song.path, song.kind, song.number, song.take)
        song.happened.add("upgraded")
        return f"upgrade {song.number}"

    def copy(self, chance: Random) -> str:
        """Put a second copy of a song elsewhere."""
        song = self._tagged(chance)
        to = self._folder(chance) / f"copy {self._next()}{song.path.suffix}"
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(song.path, to)
        twin = Song(self._count, to, song.kind, song.take, twins={song.number, *song.twins})
        for each in self.songs:
            if each.number in twin.twins:
                each.twins.add(twin.number)
        self.songs.append(twin)
        return f"copy {song.number} to {to}"

    def delete(self, chance: Random) -> str:
        """Move a file to the bin."""
        song = chance.choice(self._here())
        song.binned = self._bin / f"{song.number}{song.path.suffix}"
        before = song.path.stat().st_ino
        shutil.move(song.path, song.binned)
        if song.binned.stat().st_ino != before:
            song.happened.add("carried")
        return f"delete {song.number}"

    def restore(self, chance: Random) -> str:
        """Take a file back from the bin: to where it was, or elsewhere."""
        songs = [song for song in self.songs if song.binned and self._root(song.path) not in self.gone]
        if not songs:
            return self.delete(chance)
        song = chance.choice(songs)
        place = (
            song.path
            if chance.random() < 0.7
            else self._folder(chance) / f"back {self._next()}{song.path.suffix}"
        )
        self._carry(song, song.binned or place, place, back=place == song.path)
        song.binned = None
        return f"restore {song.number} to {place}"

    def touch(self, chance: Random) -> str:
        """Change a file's time and nothing else: an hour as on old disks, years back, or into the future."""
        song = chance.choice(self._here())
        about = song.path.stat()
        moved = chance.choice([-_HOUR, _HOUR, -4000 * _DAYS, 4000 * _DAYS])
        os.utime(song.path, ns=(about.st_atime_ns, about.st_mtime_ns + moved))
        song.happened.add("retagged")
        return f"touch {song.number} by {moved} ns"

    def pull_out(self, chance: Random) -> str:
        """Make a folder unreachable: unmounted, renamed away, or with an empty one in its place."""
        if self.gone:
            return self.plug_in()
        if self._mounts and chance.random() < 0.5:
            subprocess.run(["umount", self.stick], check=True)
            self.gone.add(self.stick)
            return "unmount the stick"
        self.plain.rename(self._away)
        self.gone.add(self.plain)
        if empty := chance.random() < 0.5:
            self.plain.mkdir()
        return "an empty folder in place of the plain one" if empty else "rename the plain folder away"

    def plug_in(self) -> str:
        """Bring back all that cannot be reached."""
        if self._away.exists():
            if self.plain.exists():
                self.plain.rmdir()
            self._away.rename(self.plain)
        if self._mounts and self.stick in self.gone:
            subprocess.run(["mount", "--bind", self._disk, self.stick], check=True)
        self.gone.clear()
        return "bring everything back"

    # --- Parts ---

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _write(self, chance: Random, kind: str, ending: str) -> Song:
        number = self._next()
        song = Song(number, self._folder(chance) / f"{number:03} Song{ending}", kind)
        write_song(song.path, kind, number)
        self.songs.append(song)
        return song

    def _folder(self, chance: Random) -> Path:
        """Return a folder that can be reached, one of a few."""
        root = chance.choice([each for each in self.folders if each not in self.gone])
        folder = root / f"artist {chance.randrange(4)}" / f"album {chance.randrange(3)}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _root(self, path: Path) -> Path:
        return self.plain if path.is_relative_to(self.plain) else self.stick

    def _here(self) -> list[Song]:
        return [song for song in self.songs if not song.binned and self._root(song.path) not in self.gone]

    def _tagged(self, chance: Random) -> Song:
        return chance.choice([song for song in self._here() if song.kind and song.kind not in UNTAGGED])

    def _carry(self, song: Song, start: Path, to: Path, *, back: bool = False) -> None:
        """Move a file, keeping its time; across disks that makes a new file."""
        to.parent.mkdir(parents=True, exist_ok=True)
        before = start.stat().st_ino
        shutil.move(start, to)
        song.path = to
        if not back:
            song.happened.add("moved" if to.stat().st_ino == before else "carried")
