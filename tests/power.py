"""A disk whose power can be cut: what was not synced by then was never there."""

from __future__ import annotations

from pathlib import Path

import apsw

_SYSTEM = apsw.vfs_names()[0]
_OURS = "unsafe-disk"


class UnsafeDisk(apsw.VFS):
    """SQLite's way to the disk, which remembers each file as it was when it was last synced.

    Connections opened within `with UnsafeDisk() as disk` go through it.
    """

    def __init__(self) -> None:
        super().__init__(_OURS, _SYSTEM)
        self.kept: dict[Path, bytes] = {}

    def __enter__(self) -> UnsafeDisk:
        apsw.set_default_vfs(_OURS)
        return self

    def __exit__(self, *_: object) -> None:
        apsw.set_default_vfs(_SYSTEM)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if flags[0] & apsw.SQLITE_OPEN_READONLY:
            # Closing asks for a lock that a file opened so cannot have: SQLite minds no more, apsw does.
            flags[0] ^= apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_READWRITE
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - SQLite's own
        super().xDelete(filename, syncdir)
        self.kept.pop(Path(filename), None)

    def cut(self, file: Path, folder: Path) -> Path:
        """Cut the power: put what is left of a database into `folder`, and return it there."""
        folder.mkdir()
        for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-journal")):
            if each in self.kept:
                (folder / each.name).write_bytes(self.kept[each])
        return folder / file.name


class _File(apsw.VFSFile):
    """One open file."""

    def __init__(self, disk: UnsafeDisk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__(_SYSTEM, name, flags)
        self._disk = disk
        text = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._path = Path(text) if text else None
        if self._path and self._path not in disk.kept and self._path.stat().st_size:
            disk.kept[self._path] = self._path.read_bytes()  # it was there before, and safe

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        if self._path:
            self._disk.kept[self._path] = self._path.read_bytes()
