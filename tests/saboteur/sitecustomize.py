"""Makes readers as bad as their files ask for: Python imports this by itself where its folder is on the path.

A file's first word is the reader that misbehaves and its second what it does: "tags abort.mp3" ends whoever
reads its tags as a broken parser does, "sound hang 2.ogg" keeps whoever decodes it for ever, "ear nan.wav"
is heard as what is no number. Each deed is written down first in the file that `SABOTAGE_LOG` names.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

_TAG_SECONDS = 2.0
_CEILING = 32


def _hang() -> None:
    while True:
        pass


def _hoard() -> None:
    """Ask for memory until there is no more; give in at a size that no bound would have allowed."""
    hoard: list[mmap.mmap] = []
    while len(hoard) < _CEILING:
        try:
            hoard.append(mmap.mmap(-1, 1 << 30))
        except OSError as error:
            raise MemoryError from error


def _topple() -> None:
    """End the program itself, as a machine does that goes down."""
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(9)


_DEEDS: dict[str, Callable[[], Any]] = {
    "abort": os.abort,
    "crash": lambda: ctypes.string_at(0),
    "hang": _hang,
    "hoard": _hoard,
    "topple": _topple,
}
_WORTHLESS = {"nan": float("nan"), "zero": 0.0, "infinite": float("inf"), "huge": 1e30}

_opened = [b""]


def _words(path: bytes) -> list[str]:
    return Path(os.fsdecode(path)).stem.split()


def _misbehaving(function: Callable[..., Any], reader: str) -> Callable[..., Any]:
    def read(path: bytes, *arguments: Any) -> Any:
        _opened[0] = path
        words = _words(path)
        if words[0] == reader and words[1] in _DEEDS:
            with Path(os.environ["SABOTAGE_LOG"]).open("a", encoding="utf-8") as log:
                log.write(" ".join(words) + "\n")
            _DEEDS[words[1]]()
        return function(path, *arguments)

    return read


def _spoil_tags(module: Any) -> None:
    module.read_file = _misbehaving(module.read_file, "tags")


def _spoil_sound(module: Any) -> None:
    module.read_windows = _misbehaving(module.read_windows, "sound")


def _spoil_ear(module: Any) -> None:
    hear = module.MusicnnEar.hear

    def heard(self: Any, windows: Any) -> Any:
        from dataclasses import replace

        hearing, words = hear(self, windows), _words(_opened[0])
        if words[0] == "ear":
            return replace(hearing, vector=hearing.vector * 0 + _WORTHLESS[words[1]])
        return hearing

    module.MusicnnEar.hear = heard


def _spoil_patience(module: Any) -> None:
    module._TAG_SECONDS = _TAG_SECONDS


_SPOILERS = {
    "vibe_desktop.library.tags": _spoil_tags,
    "vibe_desktop.audio.decode": _spoil_sound,
    "vibe_desktop.models.musicnn": _spoil_ear,
    "vibe_desktop.index.indexer": _spoil_patience,
}


class _Saboteur:
    """Finds the modules as ever, and spoils them once they are there."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, _target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name in _SPOILERS else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def spoiled(module: Any) -> None:
            execute(module)
            _SPOILERS[name](module)

        spec.loader.exec_module = spoiled  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _Saboteur())
