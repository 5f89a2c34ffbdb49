"""What is fed with mutated files in processes of its own, as the program does: tags, sound and pictures.

The originals are real and tiny. A file that a worker refuses is no finding;
one that ends it, keeps it busy past its time or fails in an unforeseen way is.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz_mutating import Mutator
from vibe_desktop.domain import WindowPlan
from vibe_desktop.index.tasks import read_tags
from vibe_desktop.index.workers import Refused, Workers
from vibe_desktop.progress import Progress

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

_ROUND = 256
_PLAN = WindowPlan(sample_rate=16_000, seconds=0.1, count=3)
_SECONDS_EACH = 20.0
_PICTURES = ("jpeg", "png", "bmp", "webp", "gif")


@dataclass(frozen=True)
class Fed:
    """One file that was fed, and what became of it: "" where the program took it as it should."""

    data: bytes
    finding: str = ""


def hear(path: bytes) -> int:
    """Decode a file's windows in a worker, and return how many there are."""
    from vibe_desktop.audio.decode import UndecodableAudio, read_windows

    try:
        return len(read_windows(path, _PLAN))
    except UndecodableAudio as reason:
        raise Refused(str(reason)) from reason


def feed_tags(seed: int, seconds: float) -> Iterator[Fed]:
    """Feed the reader of tags."""
    return _feed_workers(read_tags, seed, seconds, chunk=32)


def feed_sound(seed: int, seconds: float) -> Iterator[Fed]:
    """Feed the decoder."""
    return _feed_workers(hear, seed, seconds, chunk=8)


def _feed_workers(function: Callable[[bytes], Any], seed: int, seconds: float, chunk: int) -> Iterator[Fed]:
    originals = _recordings()
    mutator = Mutator([data for _, data in originals], seed)
    workers: Workers[bytes, Any] = Workers(function, 1, seconds_each=_SECONDS_EACH, chunk=chunk)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="vibe-fuzz-") as folder:
        while time.monotonic() < end:
            files = {}
            for number in range(_ROUND):
                original = mutator.choose()
                path = Path(folder, f"{number}{originals[original][0]}")
                path.write_bytes(mutator.mutated(original))
                files[os.fsencode(path)] = path
            for outcome in workers.run(files, Progress()):
                finding = outcome.failure if _is_finding(outcome.failure) else ""
                yield Fed(files[outcome.item].read_bytes(), finding)


def _is_finding(failure: str) -> bool:
    return any(words in failure for words in ("unforeseen", "stopped the reader", "too long to read"))


def _recordings() -> list[tuple[str, bytes]]:
    """Return a tagged tenth of a second in every format, with its file name's ending."""
    from audio_files import KINDS, make_audio, suffix, tone

    made = []
    with tempfile.TemporaryDirectory(prefix="vibe-fuzz-") as folder:
        for kind in KINDS:
            path = Path(folder, f"{kind}{suffix(kind)}")
            make_audio(path, kind, tone(0.3), title="Dawn", artist="Ann", genres=["Folk"], date="1999")
            made.append((path.suffix, path.read_bytes()))
    return made


def feed_pictures(seed: int, seconds: float) -> Iterator[Fed]:
    """Feed the process that makes thumbnails with covers that lie beside a track."""
    from vibe_desktop.ui.covers.maker import Maker

    originals = _drawings()
    mutator = Mutator(originals, seed)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="vibe-fuzz-") as folder:
        maker = Maker(Path(folder, "thumbnails"))
        number = 0
        try:
            while time.monotonic() < end:
                number += 1
                data = mutator.mutated(mutator.choose())
                yield Fed(data, _show(maker, Path(folder, str(number)), data))
        finally:
            maker.close()


def _show(maker: Any, album: Path, data: bytes) -> str:
    """Show a cover to the process; return what became of it where it did not live on."""
    album.mkdir()
    track, cover = album / "song.mp3", album / "cover.jpg"
    track.touch()
    cover.write_bytes(data)
    before = maker.pid
    thumbnail = maker.make(os.fsencode(track))
    if thumbnail:
        (album.parent / "thumbnails" / thumbnail).unlink(missing_ok=True)
    for path in (track, cover):
        path.unlink()
    album.rmdir()
    return "" if before in (None, maker.pid) else "The process that makes thumbnails ended."


def _drawings() -> list[bytes]:
    """Return a small picture in every format that can be written here."""
    from PySide6.QtCore import QBuffer
    from PySide6.QtGui import QColor, QImage

    image = QImage(24, 16, QImage.Format.Format_RGB32)
    for x in range(24):
        for y in range(16):
            image.setPixelColor(x, y, QColor(x * 10, y * 15, x * y % 255))
    made = []
    for kind in _PICTURES:
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        if image.save(buffer, kind):  # type: ignore[call-overload] # the stub knows file names only
            made.append(bytes(buffer.data().data()))
    return made


FEEDERS: dict[str, Callable[[int, float], Iterator[Fed]]] = {
    "tags": feed_tags,
    "sound": feed_sound,
    "pictures": feed_pictures,
}
