"""Changes as Windows and macOS tell them: each watches a folder with all below by itself."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from watchfiles import Change, watch

from vibe_desktop.library.file_facts import is_in
from vibe_desktop.library.folder_events import Seen
from vibe_desktop.library.walk import is_audio, is_marker, is_passed_by

_GATHER_MS = 200
_STOP_MS = 500
_AT_ONCE_SECONDS = 10.0
"""What gives out sooner does so each time: it is not begun again until other folders are to be watched."""


class SystemEvents:
    """Tells of changes below folders."""

    def __init__(self) -> None:
        self.full = False
        self._began = 0.0
        self._roots: list[bytes] = []
        self._real: list[tuple[bytes, bytes]] = []
        self._told: SimpleQueue[set[tuple[Change, str]] | None] = SimpleQueue()
        self._stop = threading.Event()

    def follow(self, roots: Sequence[bytes]) -> None:
        """Watch these folders and all below from now on, and no others."""
        self._stop.set()
        self._stop = threading.Event()
        self.full, self._began = False, time.monotonic()
        self._roots = [root for root in roots if os.path.isdir(root)]  # noqa: PTH112 - paths are bytes
        self._real = [(os.path.realpath(root), root) for root in self._roots]
        if self._roots:
            arguments = ([os.fsdecode(root) for root in self._roots], self._told, self._stop)
            threading.Thread(target=_listen, args=arguments, name="folder-events", daemon=True).start()

    def read(self, seconds: float) -> Seen:
        """Return what changed, waiting at most so long for it."""
        changed: dict[bytes, bytes] = {}
        lost = False
        try:
            told = self._told.get(timeout=seconds)
            while True:
                lost = lost or (told is None and self._may_begin_again())
                for kind, path in told or ():
                    self._take_in(kind, self._as_followed(os.fsencode(path)), changed)
                told = self._told.get_nowait()
        except Empty:
            return Seen(changed, lost=lost)

    def close(self) -> None:
        """Watch nothing any more."""
        self._stop.set()

    def _may_begin_again(self) -> bool:
        self.full = time.monotonic() - self._began < _AT_ONCE_SECONDS
        return not self.full

    def _take_in(self, kind: Change, path: bytes, changed: dict[bytes, bytes]) -> None:
        folder, name = os.path.split(path)
        if self._is_passed_by(folder if is_marker(name) else path):
            return
        if is_audio(name) or is_marker(name):
            changed[path] = folder
        elif kind is Change.deleted or os.path.isdir(path):  # noqa: PTH112 - what went may have been a folder
            changed[path] = path

    def _as_followed(self, path: bytes) -> bytes:
        """Return a path by the way it is followed: macOS tells the real one, whatever links led there."""
        if any(is_in(path, root) for root in self._roots):
            return path
        return next((root + path[len(real) :] for real, root in self._real if is_in(path, real)), path)

    def _is_passed_by(self, path: bytes) -> bool:
        root = next((each for each in self._roots if is_in(path, each)), b"")
        return any(map(is_passed_by, path[len(root) :].split(os.sep.encode())))


def _listen(
    roots: Sequence[str], told: SimpleQueue[set[tuple[Change, str]] | None], stop: threading.Event
) -> None:
    """Pass on what the system tells until told to stop; None where it tells no more by itself."""
    try:
        for changes in watch(
            *roots, watch_filter=None, debounce=_GATHER_MS, rust_timeout=_STOP_MS, stop_event=stop,
            ignore_permission_denied=True,
        ):  # fmt: skip
            told.put(changes)
    except (OSError, RuntimeError):
        if not stop.is_set():
            told.put(None)  # a folder went away at this very moment; looking at everything will tell
