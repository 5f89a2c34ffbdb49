"""The state of a library: what is in it, what failed, and what has heard how much of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.moods.coverage import Coverage

if TYPE_CHECKING:
    from vibe_desktop.index.indexer import Stores
    from vibe_desktop.library.tracks import LibraryCounts
    from vibe_desktop.models.ears import EarChoice


@dataclass(frozen=True, slots=True)
class Folder:
    """A music folder and whether it can be reached."""

    path: str
    online: bool


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be used, for which task, and why."""

    path: str
    task: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of a library."""

    folders: tuple[Folder, ...]
    counts: LibraryCounts
    failures: tuple[FailedFile, ...]
    choice: EarChoice
    coverage: Coverage


def summarise(stores: Stores, choice: EarChoice) -> Summary:
    """Count what is in the library and gather what failed."""
    counts = stores.tracks.counts()
    return Summary(
        folders=tuple(Folder(os.fsdecode(root.path), root.online) for root in stores.tracks.roots()),
        counts=counts,
        failures=tuple(
            FailedFile(os.fsdecode(each.path), each.task, each.reason) for each in stores.journal.failures()
        ),
        choice=choice,
        coverage=Coverage.of(choice, counts),
    )
