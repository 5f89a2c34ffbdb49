"""The queue and files: saved as a playlist, exported, copied as text, filled by what is dropped on it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from vibe_desktop.domain import PlaylistLine, QueueEntry, Track
from vibe_desktop.ui.queue.queue_model import title_of
from vibe_desktop.ui.widgets.text import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vibe_desktop.app import App
    from vibe_desktop.playback.play_queue import PlayQueue
    from vibe_desktop.ui.queue.queue_model import QueueModel
    from vibe_desktop.ui.services import Services


class QueueFiles(QObject):
    """Carries tracks between the queue, playlists and files; disks are only touched off the main thread."""

    def __init__(self, services: Services, model: QueueModel) -> None:
        super().__init__(model)
        self._services = services

    def save(self) -> None:
        """Keep the queue as a playlist, with the mood it came from."""
        queue = self._services.jukebox.queue
        entries = [item.entry for item in queue.items]
        name, request = queue.name or self.tr("Queue"), queue.request
        app = self._services.app
        self._services.tasks.run(
            lambda: app.save_playlist(name, entries, request), lambda _: self._saved(name), owner=self
        )

    def export(self, parent: QWidget) -> None:
        """Ask for a file and write the queue there."""
        queue = self._services.jukebox.queue
        export_dialog(parent, self._services, [item.entry.track for item in queue.items], queue.name)

    def insert_tracks(self, ids: Sequence[int], row: int) -> None:
        """Add tracks of the library before a row."""
        tracks = self._services.app.reading_tracks
        self._services.tasks.run(
            lambda: tracks.tracks(ids), lambda found: self._insert(found, row), owner=self
        )

    def insert_files(self, paths: Sequence[str], row: int) -> None:
        """Add the tracks that files and folders stand for; what the library does not know is said."""
        app = self._services.app

        def add(found: tuple[list[Track], int]) -> None:
            tracks, unknown = found
            self._insert(tracks, row)
            tell_unknown(self._services, unknown)

        self._services.tasks.run(lambda: tracks_behind(app, paths), add, owner=self)

    def _insert(self, tracks: Sequence[Track], row: int) -> None:
        added = self.tr("You added it.")
        self._services.jukebox.queue.insert(
            row, [QueueEntry(0, track, None, None, added) for track in tracks]
        )

    def _saved(self, name: str) -> None:
        intents = self._services.intents
        intents.playlists_changed.emit()
        intents.notice.emit(
            self.tr("Saved as “{0}”.").format(name),
            self.tr("Show"),
            lambda: intents.page.emit("playlists"),
        )


def tracks_behind(app: App, paths: Sequence[str]) -> tuple[list[Track], int]:
    """Return the tracks that files and folders stand for, in order, and how many files are no known track.

    Walks folders, so it is not for the main thread.
    """
    files = [file for path in paths for file in _files(path)]
    known = app.reading_tracks.at_paths([os.fsencode(file) for file in files])
    ids = [known[os.fsencode(file)] for file in files if os.fsencode(file) in known]
    return app.reading_tracks.tracks(ids), len(files) - len(ids)


def tell_unknown(services: Services, count: int) -> None:
    """Say that some files are not in the library, and offer to add their folder."""
    if not count:
        return
    intents = services.intents
    told = (
        intents.tr("1 file is not in your library yet. Add its folder to play it.")
        if count == 1
        else intents.tr("{0} files are not in your library yet. Add their folder to play them.").format(count)
    )
    intents.notice.emit(told, intents.tr("Add a folder…"), intents.choose_folder.emit)


def export_dialog(
    parent: QWidget, services: Services, tracks: Sequence[Track | PlaylistLine], name: str
) -> None:
    """Ask for a file, without holding anything up, and write the tracks there as a playlist."""
    translate = services.intents.tr
    kinds = {
        translate("Playlist (*.m3u8)"): ".m3u8",
        translate("XSPF playlist (*.xspf)"): ".xspf",
    }
    dialog = QFileDialog(parent, translate("Export playlist"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(kinds))
    dialog.setDefaultSuffix("m3u8")
    dialog.filterSelected.connect(
        lambda kind: dialog.setDefaultSuffix(kinds.get(kind, ".m3u8").removeprefix("."))
    )
    dialog.selectFile(f"{_file_name(name)}.m3u8")

    def write(chosen: str) -> None:
        file = Path(chosen)
        relative = services.preferences.now.relative_export

        def export() -> None:
            from vibe_desktop.exporting import export_tracks

            export_tracks(tracks, file, name, relative=relative)

        services.tasks.run(
            export,
            lambda _: services.intents.notice.emit(translate("Saved to {0}.").format(file), "", None),
            owner=parent,
        )

    dialog.fileSelected.connect(write)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def as_text(queue: PlayQueue) -> str:
    """Return the queue as lines a person can send to another."""
    lines = [queue.name] if queue.name else []
    for number, item in enumerate(queue.items, 1):
        tags = item.entry.track.tags
        who = f" – {tags.artist}" if tags.artist else ""
        lines.append(f"{number}. {title_of(item.entry.track)}{who} ({clock(tags.seconds)})")
    return "\n".join(lines) + "\n"


def _file_name(name: str) -> str:
    """Return a name that no file system refuses."""
    kept = "".join(letter for letter in name if letter.isprintable() and letter not in '<>:"/\\|?*')
    return kept.strip(" .")[:80] or "playlist"


def _files(path: str) -> Iterator[str]:
    """Return the music files a path stands for: itself, or all in a folder and below, by name."""
    from vibe_desktop.library.walk import is_audio

    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir may raise
        yield os.path.abspath(path)  # noqa: PTH100 - keeps links as the person knows them
        return
    for folder, below, names in os.walk(path):
        below.sort()
        yield from (os.path.join(folder, name) for name in sorted(names) if is_audio(os.fsencode(name)))  # noqa: PTH118
