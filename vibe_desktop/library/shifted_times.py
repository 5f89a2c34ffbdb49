"""Knows the disks on which the clocks' going forward or back shifts the time of every file by an hour.

FAT keeps local time, and so do some servers of SMB shares: after the last
Sunday in March each file there seems changed. Nothing on such a disk is read
again for a shift of exactly an hour, if its size is what it was.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vibe_desktop.library.walk import device_number

if TYPE_CHECKING:
    from vibe_desktop.library.file_facts import FileFacts

_AN_HOUR = 3600 * 10**9
_LOCAL_TIME = frozenset({
    "vfat", "msdos", "fat", "fat12", "fat16", "fat32", "exfat", "cifs", "smb", "smb2", "smb3", "smbfs",
})  # fmt: skip


class ShiftedTimes:
    """Tells for the disks below `roots` whether a file's other time may mean nothing."""

    def __init__(self, roots: Sequence[bytes]) -> None:
        """Take the folders; what they lie on is looked up when it is first needed."""
        self._roots = [os.fsdecode(root) for root in roots]

    def explain(self, before: FileFacts, now: FileFacts) -> bool:
        """Whether a shift alone tells two times of a file apart."""
        return abs(now.mtime_ns - before.mtime_ns) == _AN_HOUR and now.device in self._devices

    @cached_property
    def _devices(self) -> frozenset[int]:
        """The devices with local time that the roots lie on or hold; others are not even looked at."""
        import psutil

        return frozenset(
            number
            for disk in psutil.disk_partitions(all=True)
            if disk.fstype.lower() in _LOCAL_TIME and self._concerns(disk.mountpoint)
            for number in _device(disk.mountpoint)
        )

    def _concerns(self, mount: str) -> bool:
        inside = os.path.join(mount, "")  # noqa: PTH118 - adds the separator where it lacks
        return any(root == mount or root.startswith(inside) or mount.startswith(root) for root in self._roots)


def _device(mount: str) -> list[int]:
    try:
        return [device_number(os.stat(mount))]  # noqa: PTH116 - as the rest of the walk
    except OSError:
        return []
