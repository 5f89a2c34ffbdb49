"""Models that are ready to use: what lies in their folders and whether it is still what was put there."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import VibeError
from vibe_desktop.models.catalog import Setting, WheelSource, catalog, title_of_model

MANIFEST = "manifest.json"
_FORMAT = 1
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


class ModelMissing(VibeError):  # noqa: N818 - a state, named as people meet it
    """A model is not installed, or was made by another version of the program."""


class ModelDamaged(VibeError):  # noqa: N818
    """A model's files are not the ones that were installed."""


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """A file of an installed model as it was when it was written: sha256 in hexadecimal, size in bytes."""

    sha256: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> DerivedFile:
        """Describe a file as it is now."""
        seen = path.stat()
        return cls(sha256_of(path), seen.st_size, seen.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an installed model was made from and which files it consists of.

    `graph` is the converter's version, or None for a network exported elsewhere,
    which no version of ours can outdate.
    """

    name: str
    title: str
    graph: int | None
    weights: Mapping[str, str]
    """sha256 of every weight file by name"""
    settings: Mapping[str, Setting]
    files: Mapping[str, DerivedFile] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Return a name for everything here that moves a vector: weights, converter and settings."""
        facts = [sorted(self.weights.items()), self.graph, sorted(self.settings.items())]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files were checked against its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def fingerprint(self) -> str:
        """Return the name of everything in the model that moves a vector."""
        return self.manifest.fingerprint

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Return what the catalogue (or the exporter) says of the model, such as `dimensions`."""
        return self.manifest.settings

    def number(self, name: str) -> int:
        """Return a setting that is a number above 0; raise `ModelDamaged` if there is none such."""
        value = self.settings.get(name)
        if not isinstance(value, int) or value < 1:
            raise _damaged(self.manifest.title, self.folder.name, f"its manifest does not say its {name}")
        return value

    def file(self, name: str) -> Path:
        """Return the path of one of the model's files; raise `ModelDamaged` if there is none such.

        It is checked anew: what is read hours after the model was opened may be another model's by then.
        """
        if name not in self.manifest.files:
            raise _damaged(self.manifest.title, self.folder.name, f"{name} is not part of it")
        _check(self.folder, self.manifest, name)
        return self.folder / name

    @contextmanager
    def doubted(self) -> Iterator[None]:
        """Put the model to the proof when anything fails inside: read its files again, whatever their times.

        Raises `ModelDamaged` if one is not what was installed, and else what was raised inside.
        """
        try:
            yield
        except Exception:
            for name in self.manifest.files:
                _check(self.folder, self.manifest, name, thoroughly=True)
            raise


def open_model(models_folder: Path, name: str, *, thoroughly: bool = False) -> InstalledModel:
    """Return the model called `name` once its files are known to be the installed ones.

    A file whose size and modification time are as recorded is taken at its word, unless `thoroughly`;
    any other is hashed again. Raises `ModelMissing` or `ModelDamaged`.
    """
    folder = models_folder / name
    manifest = read_manifest(folder)
    if _is_outdated(name, manifest):
        raise ModelMissing(
            f"{manifest.title} was made by another version of the program.", install_again(name)
        )
    seen = {file: _check(folder, manifest, file, thoroughly=thoroughly) for file in manifest.files}
    if seen != manifest.files:
        # Only times moved (a copied profile): remember them, so that the next start need not hash. A folder
        # that cannot be written stays usable, just slower to open.
        with suppress(OSError):
            write_manifest(folder, replace(manifest, files=seen))
    return InstalledModel(folder, manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest into the model's folder, all of it or nothing."""
    text = json.dumps({"format": _FORMAT} | asdict(manifest), indent=2)
    part = folder / f"{MANIFEST}.{os.getpid()}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(folder / MANIFEST)


def describe_files(folder: Path) -> dict[str, DerivedFile]:
    """Describe every file of a freshly made model."""
    return {path.name: DerivedFile.of(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST}


def read_manifest(folder: Path) -> Manifest:
    """Return what a folder's manifest says; raises `ModelMissing` or, where it is odd, `ModelDamaged`."""
    title = title_of_model(folder.name)
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise ModelMissing(f"{title} is not installed.", install_again(folder.name)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(title, folder.name, f"its manifest cannot be read: {error}") from error
    try:
        return _parse_manifest(document)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _damaged(title, folder.name, "its manifest makes no sense") from error


def _parse_manifest(document: dict[str, object]) -> Manifest:
    if document.pop("format") != _FORMAT:
        raise ValueError("unknown format")
    manifest = Manifest(**document)  # type: ignore[arg-type] # checked by use: a wrong shape raises here or below
    files = {name: DerivedFile(**facts) for name, facts in manifest.files.items()}  # type: ignore[arg-type]
    if not all(_PLAIN_NAME.fullmatch(name) for name in files):
        raise ValueError("a file outside the model's folder")
    manifest = replace(manifest, files=files)
    if not _is_of_the_right_types(manifest):
        raise TypeError("texts, numbers or sizes that are none")
    return manifest


def _is_of_the_right_types(manifest: Manifest) -> bool:
    """Whether everything that people read, files are compared with or settings are taken from can be."""
    hashes = [facts.sha256 for facts in manifest.files.values()]
    texts = [manifest.name, manifest.title, *manifest.weights.values(), *hashes]
    sizes = [number for facts in manifest.files.values() for number in (facts.size, facts.mtime_ns)]
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(size, int) and size >= 0 for size in sizes)
        and all(isinstance(setting, Setting) for setting in manifest.settings.values())
    )


def _is_outdated(name: str, manifest: Manifest) -> bool:
    """Whether another version of our own converter made the network."""
    source = catalog()[name].source if name in catalog() else None
    return isinstance(source, WheelSource) and manifest.graph not in (None, source.graph)


def _check(folder: Path, manifest: Manifest, name: str, *, thoroughly: bool = False) -> DerivedFile:
    expected = manifest.files[name]
    path = folder / name
    try:
        seen = path.stat()
        if not thoroughly and (seen.st_size, seen.st_mtime_ns) == (expected.size, expected.mtime_ns):
            return expected
        unchanged = seen.st_size == expected.size and sha256_of(path) == expected.sha256
    except OSError as error:
        raise _damaged(manifest.title, folder.name, f"{name} cannot be read") from error
    if not unchanged:
        raise _damaged(manifest.title, folder.name, f"{name} is not the file that was installed")
    return replace(expected, mtime_ns=seen.st_mtime_ns)


def _damaged(title: str, name: str, why: str) -> ModelDamaged:
    return ModelDamaged(f"The model {title} is damaged: {why}.", install_again(name))


def install_again(name: str) -> str:
    """Return what to do about a model that is missing or fails: installing mends what is not as it was."""
    return f"Run `vibe-desktop models install {name}`."
