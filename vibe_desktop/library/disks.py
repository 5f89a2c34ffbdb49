"""What kind of disk the library lies on."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

_NO_ROOM = 1 << 16

# The shared memory of write-ahead logging does not reach other machines (https://sqlite.org/wal.html), nor do
# their changes tell of themselves here. Among them what GNOME and KDE mount when a share is opened in their
# file managers, and what a virtual machine is lent by the one it runs on.
_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "ncpfs", "9p",
    "webdav", "davfs", "fuse.davfs", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.kio-fuse",
    "ceph", "fuse.glusterfs", "fuse.s3fs", "vboxsf", "virtiofs", "fuse.vmhgfs-fuse",
})  # fmt: skip


def is_full(folder: Path) -> bool:
    """Whether the disk below a folder is as good as full; False where nobody knows."""
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM
    except OSError:
        return False


def is_remote(path: Path, mounts: Iterable[tuple[str, str]] | None = None) -> bool:
    """Whether a path lies on another machine's disk, given (mount point, kind of file system) pairs.

    Links are followed; the mounts are those of this machine if none are given.
    """
    place = path.resolve() if mounts is None else path
    known = _mounts() if mounts is None else mounts
    containing = [
        (len(mount), order, kind) for order, (mount, kind) in enumerate(known) if place.is_relative_to(mount)
    ]
    # What is mounted over another, as an automatic mount is over its watcher, hides it.
    *_, kind = max(containing, default=(0, 0, ""))
    return kind.lower() in _NETWORK or place.drive.startswith("\\\\")


def _mounts() -> list[tuple[str, str]]:
    import psutil

    return [(mount.mountpoint, mount.fstype) for mount in psutil.disk_partitions(all=True)]
