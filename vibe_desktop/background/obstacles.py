"""What keeps a job from its work and passes by itself: a full disk, another process at work."""

from __future__ import annotations

import shutil
from enum import StrEnum
from typing import TYPE_CHECKING

from vibe_desktop import holding
from vibe_desktop.domain import InUseError, NoRoomError, VibeError

if TYPE_CHECKING:
    from vibe_desktop.paths import Profile

ROOM_WANTED = 32 << 20
"""bytes; with less there is no use in beginning again"""
_FIRST_SECONDS = 5.0
_LONGEST_SECONDS = 120.0


class Obstacle(StrEnum):
    """Why a job waits until it tries again."""

    ROOM = "room"
    OTHERS = "others"

    @classmethod
    def of(cls, error: VibeError) -> Obstacle | None:
        """Return what an error speaks of; None where waiting alone is of no help."""
        if isinstance(error, NoRoomError):
            return cls.ROOM
        return cls.OTHERS if isinstance(error, InUseError) else None

    def is_gone(self, profile: Profile) -> bool:
        """Whether another try is worth its while, as far as can be told without one."""
        try:
            if self is Obstacle.ROOM:
                return shutil.disk_usage(profile.folder).free >= ROOM_WANTED
            return holding.is_free(profile)
        except (OSError, VibeError):
            return True  # the next try says what is the matter

    def seconds(self, tries: int) -> float:
        """Return how long to wait at least after so many tries: not everything can be seen to be gone."""
        return float(min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(tries - 1, 8)))
