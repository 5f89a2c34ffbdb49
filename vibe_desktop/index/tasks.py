"""What worker processes do to one file; nothing here is kept between processes but an opened ear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vibe_desktop.index.workers import Refused

if TYPE_CHECKING:
    from vibe_desktop.domain import Ear, Hearing
    from vibe_desktop.library.tags import FileReading


def read_tags(path: bytes) -> FileReading:
    """Read what a file says of itself; raises `Refused` with the reason it cannot be read."""
    from vibe_desktop.library.tags import UnreadableFile, read_file

    try:
        return read_file(path)
    except UnreadableFile as reason:
        raise Refused(str(reason)) from reason


@dataclass(frozen=True, slots=True)
class Listening:
    """Hears files with an ear of a folder of models, by its name; small enough to be sent to a worker."""

    models_folder: str
    ear: str

    def __call__(self, path: bytes) -> Hearing:
        """Hear one file; raises `Refused` with the reason it cannot be heard."""
        from vibe_desktop.audio.decode import UndecodableAudio, read_windows
        from vibe_desktop.index.vectors import is_usable

        ear = _ear(self.models_folder, self.ear)
        try:
            hearing = ear.hear(read_windows(path, ear.windows))
        except UndecodableAudio as reason:
            raise Refused(str(reason)) from reason
        windows = () if hearing.windows is None else hearing.windows
        if not all(is_usable(vector, ear.space) for vector in (hearing.vector, *windows)):
            raise Refused("What was heard of it are no numbers that can be compared.")
        return hearing


@lru_cache(maxsize=1)
def _ear(models_folder: str, name: str) -> Ear:
    from vibe_desktop.models.ears import open_ear
    from vibe_desktop.models.sbert import SentenceEncoder

    folder = Path(models_folder)
    return open_ear(name, folder, SentenceEncoder(folder))
