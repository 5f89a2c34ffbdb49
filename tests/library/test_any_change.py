"""Whatever is done to a folder between two runs, a sound keeps its track."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from shelf import Shelf
from vibe_desktop.domain import TrackId


class _Folder:
    """A shelf with a model beside it: which sound lies where, and which track every sound is."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self.names = count()
        self.sounds = count(300, 10)
        self.here: dict[int, Path] = {}
        self.away: dict[int, Path] = {}
        self.tracks: dict[int, TrackId] = {}
        self.shelf.record("stays.wav", seconds=0.1)

    def _fresh(self) -> Path:
        number = next(self.names)
        path = self.shelf.music / f"folder {number % 3}" / f"{number}.wav"
        path.parent.mkdir(exist_ok=True)
        return path

    def add(self, _: int) -> None:
        sound, path = next(self.sounds), self._fresh()
        self.here[sound] = self.shelf.record(
            str(path.relative_to(self.shelf.music)), frequency=sound, seconds=0.1
        )

    def rename(self, which: int) -> None:
        if sound := self._pick(self.here, which):
            self.here[sound] = self.here[sound].rename(self._fresh())

    def move_to_another_disk(self, which: int) -> None:
        if sound := self._pick(self.here, which):
            old, new = self.here[sound], self._fresh()
            shutil.copyfile(old, new)
            old.unlink()
            self.here[sound] = new

    def take_away(self, which: int) -> None:
        if sound := self._pick(self.here, which):
            self.away[sound] = self.here[sound].rename(self.shelf.folder / f"{sound}.wav")
            del self.here[sound]

    def bring_back(self, which: int) -> None:
        if sound := self._pick(self.away, which):
            self.here[sound] = self.away.pop(sound).rename(self._fresh())

    def retag(self, which: int) -> None:
        if sound := self._pick(self.here, which):
            # A chunk after the audio, as programs write their tags.
            with self.here[sound].open("ab") as file:
                file.write(b"note\x04\0\0\0abcd")

    def index(self, _: int) -> None:
        self.shelf.index()
        ids = self.shelf.ids()
        for sound, path in self.here.items():
            assert self.tracks.setdefault(sound, ids[path]) == ids[path]
        assert len(set(self.tracks.values())) == len(self.tracks)
        missing = {path for path in ids if path in self.shelf.missing()}
        assert set(ids) - missing == {*self.here.values(), self.shelf.music / "stays.wav"}
        known = {self.tracks[sound] for sound in self.away if sound in self.tracks}
        assert {ids[path] for path in missing} == known

    @staticmethod
    def _pick(sounds: dict[int, Path], which: int) -> int | None:
        return sorted(sounds)[which % len(sounds)] if sounds else None


_CHANGES: list[Callable[[_Folder, int], None]] = [
    _Folder.add,
    _Folder.rename,
    _Folder.move_to_another_disk,
    _Folder.take_away,
    _Folder.bring_back,
    _Folder.retag,
    _Folder.index,
]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(_CHANGES), st.integers(0, 9)), max_size=25))
def test_a_sound_is_the_same_track_through_any_changes(
    changes: list[tuple[Callable[[_Folder, int], None], int]],
) -> None:
    with TemporaryDirectory() as name:
        folder = _Folder(Path(name))
        for number in range(3):
            folder.add(number)
        folder.index(0)
        for change, which in changes:
            change(folder, which)
        folder.index(0)
        folder.shelf.db.close()
