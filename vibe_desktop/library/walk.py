"""Finds audio files below folders, looking at names and file facts only; opens nothing but folders."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vibe_desktop.library.tracks import FileFacts

AUDIO = frozenset(b"mp3 flac m4a mp4 m4b aac ogg oga opus wav aif aiff aifc wma ape wv mpc tta".split())

_MARKERS = frozenset([b".nomedia", b".vibeignore"])
_SYSTEM_NAMES = frozenset(
    b"$recycle.bin|system volume information|lost+found|recycler|@eadir|#recycle|#snapshot|__macosx".split(
        b"|"
    )
)
# Folders of the kernel: no music, and some never end.
_SYSTEM_PATHS = frozenset([b"/proc", b"/sys", b"/dev", b"/run"])


@dataclass(frozen=True, slots=True)
class Found:
    """An audio file below a root. `linked` tells that its last step is a symbolic link."""

    root_id: int
    facts: FileFacts
    linked: bool = False


class Walk:
    """One walk over all roots. Every folder is entered once, however many ways lead to it.

    Roots inside other roots come first and so own their files; symbolic links
    come last, so that a file is known by its real place where that is inside
    a root too.
    """

    def __init__(self, roots: Sequence[tuple[int, bytes]]) -> None:
        """Take (root id, path) pairs; nothing is read yet."""
        self._roots = sorted(roots, key=lambda root: (-root[1].count(os.sep.encode()), root[1]))
        self._entered: set[tuple[int, int]] = set()
        self._linked_folders: deque[tuple[int, bytes]] = deque()
        self._linked_files: dict[tuple[int, int], Found] = {}
        self.unreadable: list[bytes] = []
        """folders and files the system would not tell about; what is below them is unknown, not gone"""
        self.skipped = 0
        """broken links and things with an audio file's name that are no regular files"""

    def files(self) -> Iterator[Found]:
        """Yield the audio files, folder by folder in the order of their names, but no linked ones."""
        for root_id, path in self._roots:
            yield from self._tree(root_id, path)
        while self._linked_folders:
            yield from self._tree(*self._linked_folders.popleft())

    def linked_files(self) -> Iterator[Found]:
        """Yield, after `files`, the links to audio files, one for each file they lead to."""
        yield from self._linked_files.values()

    def _tree(self, root_id: int, top: bytes) -> Iterator[Found]:
        waiting = [top]
        while waiting:
            folders: list[bytes] = []
            for entry in self._entries(waiting.pop()):
                try:
                    is_link, is_folder = entry.is_symlink(), entry.is_dir(follow_symlinks=False)
                except OSError:  # some disks tell of what kind an entry is only when asked once more
                    self.unreadable.append(entry.path)
                    continue
                if is_link:
                    self._follow(root_id, entry)
                elif is_folder:
                    folders.append(entry.path)
                elif is_audio(entry.name):
                    yield from self._file(root_id, entry)
            waiting += [folder for folder in reversed(folders) if not _is_system(folder)]

    def _entries(self, folder: bytes) -> list[os.DirEntry[bytes]]:
        """List a folder by name; an entered, marked, vanished or unreadable one has nothing to list."""
        try:
            about = os.stat(folder)  # noqa: PTH116 - paths are bytes
            if (about.st_dev, about.st_ino) in self._entered:
                return []
            self._entered.add((about.st_dev, about.st_ino))
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError:
            # Also when a disk goes away half way: a listing that broke off is worth nothing.
            self.unreadable.append(folder)
            return []
        if any(entry.name in _MARKERS for entry in entries):
            return []
        return [entry for entry in entries if not entry.name.startswith(b".")]

    def _file(self, root_id: int, entry: os.DirEntry[bytes]) -> Iterator[Found]:
        try:
            about = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError:
            self.unreadable.append(entry.path)
            return
        if stat.S_ISREG(about.st_mode):
            yield Found(root_id, _facts(entry.path, about))
        else:
            self.skipped += 1

    def _follow(self, root_id: int, entry: os.DirEntry[bytes]) -> None:
        """Remember where a link leads, for later."""
        try:
            about = entry.stat()
        except OSError:
            self.skipped += 1
            return
        if stat.S_ISDIR(about.st_mode):
            if not _is_system(entry.path) and not _is_kernels(os.path.realpath(entry.path)):
                self._linked_folders.append((root_id, entry.path))
        elif stat.S_ISREG(about.st_mode) and is_audio(entry.name):
            found = Found(root_id, _facts(entry.path, about), linked=True)
            kept = self._linked_files.setdefault((about.st_dev, about.st_ino), found)
            self.skipped += kept is not found
        elif is_audio(entry.name):
            self.skipped += 1


def is_audio(name: bytes) -> bool:
    """Return whether a file's name ends as that of music does."""
    _, dot, ending = name.rpartition(b".")
    return bool(dot) and ending.lower() in AUDIO


def _is_system(folder: bytes) -> bool:
    return folder in _SYSTEM_PATHS or os.path.basename(folder).lower() in _SYSTEM_NAMES  # noqa: PTH119


def _is_kernels(folder: bytes) -> bool:
    """Whether a link leads to where the kernel shows itself, and by way of its processes the whole disk."""
    return folder in _SYSTEM_PATHS or folder.startswith((b"/proc/", b"/sys/", b"/dev/"))


def _facts(path: bytes, about: os.stat_result) -> FileFacts:
    # The year may be any up to 584 billion on some disks, and a damaged one may name it.
    return FileFacts(
        path, about.st_size, _signed(about.st_mtime_ns), device_number(about), _signed(about.st_ino)
    )


def device_number(about: os.stat_result) -> int:
    """Return the number of the device a file lies on as the library keeps it."""
    return _signed(about.st_dev)


def _signed(number: int) -> int:
    """Fit a number of up to 128 bits, as Windows has them for files, into a column of 64."""
    return ((number + 2**63) % 2**64) - 2**63
