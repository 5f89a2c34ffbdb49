"""What a job's process does. A task travels there whole and returns a `Report` of what it did."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from vibe_desktop.background.obstacles import Obstacle
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.index.indexer import IndexReport
    from vibe_desktop.progress import Progress


class JobKind(StrEnum):
    """What a job is for."""

    INDEX = "index"
    INSTALL = "install"
    REMOVE = "remove"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did."""

    found: int = 0
    read: int = 0
    moved: int = 0
    heard: int = 0
    failed: int = 0
    folders: tuple[str, ...] = ()
    """those that were looked through by name"""
    models: tuple[str, ...] = ()
    """titles of the models that are ready now"""
    source: str = ""
    """where the demonstration's music comes from, in words"""
    deaf: str = ""
    """why nothing was listened to although it was asked for"""
    partial: bool = False
    """whether only those folders were looked at in which something was noticed"""
    unsettled: tuple[bytes, ...] = ()
    """files that were still being written to, and so may not be whole"""


class Task(ABC):
    """A job's work; `run` happens in a process of its own."""

    kind: ClassVar[JobKind]

    @abstractmethod
    def run(self, app: App, progress: Progress) -> Report:
        """Do it. Raises `VibeError`, or `Cancelled` when asked to stop."""

    def merged(self, other: Task) -> Task | None:
        """Return one task that does what both would, or None where they have nothing in common."""
        return self if self == other else None

    def begun(self) -> Task:
        """Return what is left to ask for once the first stage is over."""
        return self


@dataclass(frozen=True, slots=True)
class Index(Task):
    """Bring the library up to date: with `folders` and, where `known`, with all that are known.

    Or, where something was `noticed` in folders below known ones, with these alone.
    """

    kind: ClassVar[JobKind] = JobKind.INDEX

    folders: tuple[Path, ...] = ()
    known: bool = False
    listen: bool = True
    retry: bool = False
    gone: tuple[Path, ...] = ()
    """those of `folders` of which the person said that what is not there is gone for good"""
    ear: str = "auto"
    noticed: tuple[bytes, ...] = ()

    def run(self, app: App, progress: Progress) -> Report:
        """Scan, describe, listen."""
        several = self.known or len(self.folders) > 1
        usable = _usable(app, self.folders, progress) if several else []
        folders = usable if usable or self.known else [*self.folders]  # one alone is the error itself
        if self.known and folders:
            roots = (Path(os.fsdecode(root.path)) for root in app.stores.tracks.roots())
            folders += [root for root in roots if root not in folders]
        return index(app, folders, progress, self)

    def merged(self, other: Task) -> Task | None:
        """Return one for the folders of both, as thorough as either asks, with the ear of the other."""
        if not isinstance(other, Index):
            return None
        both_noticed = self.noticed and other.noticed
        one_noticed = not both_noticed and (self.noticed or other.noticed)
        return replace(
            self,
            folders=tuple(dict.fromkeys((*self.folders, *other.folders))),
            noticed=tuple(dict.fromkeys((*self.noticed, *other.noticed))) if both_noticed else (),
            known=bool(self.known or other.known or one_noticed),
            listen=self.listen or other.listen,
            retry=self.retry or other.retry,
            gone=tuple(dict.fromkeys((*self.gone, *other.gone))),
            ear=other.ear,
        )

    def begun(self) -> Task:
        """Name no folders any more: they are known by now, unless the person removed one meanwhile."""
        if self.noticed:
            return self
        return Index(known=True, listen=self.listen, ear=self.ear)


@dataclass(frozen=True, slots=True)
class Install(Task):
    """Make models ready: those named, or the default ones; from the network, or from a folder or wheel."""

    kind: ClassVar[JobKind] = JobKind.INSTALL

    names: tuple[str, ...] = ()
    source: Path | None = None

    def run(self, app: App, progress: Progress) -> Report:
        """Fetch, verify, build."""
        ready = app.install(self.names, progress, self.source)
        return Report(models=tuple(entry.title for entry in ready))


@dataclass(frozen=True, slots=True)
class Remove(Task):
    """Remove a model and all that it made, and give the room back."""

    kind: ClassVar[JobKind] = JobKind.REMOVE

    name: str

    def run(self, app: App, progress: Progress) -> Report:
        """Delete its files and what it heard."""
        app.remove(self.name, progress)
        return Report()


@dataclass(frozen=True, slots=True)
class Demo(Task):
    """Put music to try the program with below the profile, and index it."""

    kind: ClassVar[JobKind] = JobKind.DEMO

    def run(self, app: App, progress: Progress) -> Report:
        """Fetch or synthesise the music, then index it."""
        from vibe_desktop.demo import provide

        with app.writing():
            music = provide(app.profile.demo, progress)
        return replace(index(app, [music.folder], progress, Index()), source=music.source)


def _usable(app: App, folders: tuple[Path, ...], progress: Progress) -> list[Path]:
    """Add folders to the library and return them; one that is of no use is told and keeps no other out.

    Raises `VibeError` where something else stands in the way.
    """
    usable = []
    for folder in folders:
        try:
            app.stores.tracks.add_root(folder)
        except VibeError as error:
            if Obstacle.of(error):
                raise
            progress.notice(error.told)
        else:
            usable.append(folder)
    return usable


def index(app: App, folders: list[Path], progress: Progress, asked: Index) -> Report:
    """Index with as many processes as the progress allows now; the workers follow it later."""
    from vibe_desktop.library.scanner import Noticed

    workers = 1
    if progress.effort:
        workers = app.encoder.threads = progress.effort.workers
    report = app.index(
        Noticed(asked.noticed) if asked.noticed else folders,
        progress,
        listen=asked.listen,
        workers=workers,
        gone=asked.gone,
        retry=asked.retry,
        ear=asked.ear,
    )
    return _told(report, folders)


def _told(report: IndexReport, folders: list[Path]) -> Report:
    return Report(
        found=report.scan.found,
        read=report.read,
        moved=report.moved + report.scan.moved,
        heard=report.heard,
        failed=report.failed,
        folders=tuple(map(str, folders)),
        deaf=report.deaf,
        partial=report.scan.partial,
        unsettled=tuple(each.path for each in report.scan.unsettled),
    )
