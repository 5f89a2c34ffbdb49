"""Finds audio files below folders, looking at names and file facts only; opens nothing but folders."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from vibe_desktop.library.file_facts import FileFacts, is_in
from vibe_desktop.long_paths import reachable, unmarked

AUDIO = frozenset(b"mp3 flac m4a mp4 m4b aac ogg oga opus wav aif aiff aifc wma ape wv mpc tta".split())

_MARKERS = frozenset([b".nomedia", b".vibeignore"])
_SYSTEM_NAMES = frozenset(
    b"$recycle.bin|system volume information|lost+found|recycler|@eadir|#recycle|#snapshot|__macosx".split(
        b"|"
    )
)
# Folders of the kernel: no music, and some never end.
_SYSTEM_PATHS = frozenset([b"/proc", b"/sys", b"/dev", b"/run"])

_by_name = attrgetter("name")


class Found(NamedTuple):
    """An audio file below a root. `linked` tells that its last step is a symbolic link."""

    root_id: int
    facts: FileFacts
    linked: bool = False


class Walk:
    """One walk over all roots. Every folder is entered once, however many ways lead to it.

    Roots inside other roots come first and so own their files; symbolic links
    come last, so that a file is known by its real place where that is inside
    a root too. Where the walk is limited to some folders, links that lead
    into a root are left alone: what is there is found by its real place.
    """

    def __init__(self, roots: Sequence[tuple[int, bytes]], within: Sequence[bytes] | None = None) -> None:
        """Take (root id, path) pairs and the only folders to be walked, None for all; nothing is read yet."""
        self._roots = sorted(roots, key=_deepest_first)
        self._within = within
        self._entering: Callable[[bytes], object] | None = None
        self._entered: set[tuple[int, int]] = set()
        self._linked_folders: deque[tuple[int, bytes]] = deque()
        self._linked_files: dict[tuple[int, int], Found] = {}
        self.unreadable: list[bytes] = []
        """folders and files the system would not tell about; what is below them is unknown, not gone"""
        self.skipped = 0
        """broken links and things with an audio file's name that are no regular files"""

    def files(self) -> Iterator[Found]:
        """Yield the audio files, folder by folder in the order of their names, but no linked ones."""
        for root_id, entry in self._candidates():
            yield from self._file(root_id, entry)

    def linked_files(self) -> Iterator[Found]:
        """Yield, after `files`, the links to audio files, one for each file they lead to."""
        yield from self._linked_files.values()

    def enter_all(self, entering: Callable[[bytes], object]) -> None:
        """Enter every folder `files` does and call `entering` with each before it is listed; read no file."""
        self._entering = entering
        for _ in self._candidates():
            pass

    def _candidates(self) -> Iterator[tuple[int, os.DirEntry[bytes]]]:
        """Yield (root id, entry) of what has an audio file's name and is no link."""
        for root_id, path in self._roots if self._within is None else self._tops(self._within):
            yield from self._tree(root_id, path)
        while self._linked_folders:
            yield from self._tree(*self._linked_folders.popleft())

    def _tops(self, within: Sequence[bytes]) -> list[tuple[int, bytes]]:
        """Return where a walk limited to some folders begins: there, and at the roots inside them."""
        tops = [root for root in self._roots if any(is_in(root[1], folder) for folder in within)]
        for folder in within:
            owner = next((root for root in self._roots if is_in(folder, root[1])), None)
            if owner and not _is_shut(owner[1], folder) and self._is_reached_so(owner[1], folder):
                tops.append((owner[0], folder))
        return sorted(set(tops), key=_deepest_first)

    def _tree(self, root_id: int, top: bytes) -> Iterator[tuple[int, os.DirEntry[bytes]]]:
        waiting = [top]
        while waiting:
            folders: list[bytes] = []
            for entry in self._entries(waiting.pop()):
                try:
                    is_link, is_folder = entry.is_symlink(), entry.is_dir(follow_symlinks=False)
                except OSError:  # some disks tell of what kind an entry is only when asked once more
                    self.unreadable.append(unmarked(entry.path))
                    continue
                if is_link:
                    self._follow(root_id, entry)
                elif is_folder:
                    folders.append(unmarked(entry.path))
                elif is_audio(entry.name):
                    yield root_id, entry
            waiting += [folder for folder in reversed(folders) if not _is_system(folder)]

    def _entries(self, folder: bytes) -> list[os.DirEntry[bytes]]:
        """List a folder by name; an entered, marked, vanished or unreadable one has nothing to list."""
        try:
            about = os.stat(reachable(folder))  # noqa: PTH116 - paths are bytes
            if (about.st_dev, about.st_ino) in self._entered:
                return []
            self._entered.add((about.st_dev, about.st_ino))
            if self._entering:
                self._entering(folder)
            with os.scandir(reachable(folder)) as listing:
                entries = sorted(listing, key=_by_name)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError:
            # Also when a disk goes away half way: a listing that broke off is worth nothing.
            self.unreadable.append(folder)
            return []
        if not _MARKERS.isdisjoint(map(_by_name, entries)):
            return []
        return [entry for entry in entries if not entry.name.startswith(b".")]

    def _file(self, root_id: int, entry: os.DirEntry[bytes]) -> Iterator[Found]:
        try:
            about = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError:
            self.unreadable.append(unmarked(entry.path))
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
            if not _is_system(entry.path) and self._leads_on(os.path.realpath(entry.path)):
                self._linked_folders.append((root_id, unmarked(entry.path)))
        elif stat.S_ISREG(about.st_mode) and is_audio(entry.name):
            found = Found(root_id, _facts(entry.path, about), linked=True)
            kept = self._linked_files.setdefault((about.st_dev, about.st_ino), found)
            self.skipped += kept is not found
        elif is_audio(entry.name):
            self.skipped += 1

    def _is_reached_so(self, root: bytes, folder: bytes) -> bool:
        """Whether a whole walk comes to a folder by this way: it holds no link that leads into a root."""
        real = os.path.realpath(folder)
        return real == os.path.realpath(root) + folder[len(root) :] or self._leads_on(real)

    def _leads_on(self, folder: bytes) -> bool:
        """Whether a link to a folder is a way to more music."""
        if _is_kernels(folder):
            return False
        return self._within is None or not any(
            is_in(folder, os.path.realpath(path)) for _, path in self._roots
        )


def is_audio(name: bytes) -> bool:
    """Return whether a file's name ends as that of music does."""
    _, dot, ending = name.rpartition(b".")
    return bool(dot) and ending.lower() in AUDIO


def is_marker(name: bytes) -> bool:
    """Return whether a file of this name says that its folder is to be passed by."""
    return name in _MARKERS


def is_passed_by(name: bytes) -> bool:
    """Return whether a file or folder of this name, and what is in it, is no business of ours."""
    return name.startswith(b".") or name.lower() in _SYSTEM_NAMES


def _is_shut(root: bytes, folder: bytes) -> bool:
    """Whether a walk from a root would not come to a folder below: it is, or lies in, one to be passed by."""
    while len(folder) > len(root):
        if is_passed_by(os.path.basename(folder)):  # noqa: PTH119 - paths are bytes
            return True
        folder = os.path.dirname(folder)  # noqa: PTH120
        if any(os.path.lexists(os.path.join(folder, marker)) for marker in _MARKERS):  # noqa: PTH118
            return True
    return False


def _deepest_first(root: tuple[int, bytes]) -> tuple[int, bytes]:
    return -root[1].count(os.sep.encode()), root[1]


def _is_system(folder: bytes) -> bool:
    return folder in _SYSTEM_PATHS or os.path.basename(folder).lower() in _SYSTEM_NAMES  # noqa: PTH119


def _is_kernels(folder: bytes) -> bool:
    """Whether a link leads to where the kernel shows itself, and by way of its processes the whole disk."""
    return folder in _SYSTEM_PATHS or folder.startswith((b"/proc/", b"/sys/", b"/dev/"))


def _facts(path: bytes, about: os.stat_result) -> FileFacts:
    # The year may be any up to 584 billion on some disks, and a damaged one may name it.
    return FileFacts(
        unmarked(path), about.st_size, _signed(about.st_mtime_ns), device_number(about), _signed(about.st_ino)
    )


def device_number(about: os.stat_result) -> int:
    """Return the number of the device a file lies on as the library keeps it."""
    return _signed(about.st_dev)


def _signed(number: int) -> int:
    """Fit a number of up to 128 bits, as Windows has them for files, into a column of 64."""
    return number if -(2**63) <= number < 2**63 else (number + 2**63) % 2**64 - 2**63
