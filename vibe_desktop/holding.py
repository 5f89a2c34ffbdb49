"""The profile's folder: made where it is missing, and held by the one job that writes to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from vibe_desktop.domain import InUseError, VibeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.paths import Profile


def make(profile: Profile) -> None:
    """Make the profile's folder; raises `VibeError` where that cannot be."""
    try:
        profile.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VibeError(
            f"The profile {profile.folder} cannot be made: {_reason(error)}.",
            "Choose another folder with --profile.",
        ) from error


@contextmanager
def writing(profile: Profile) -> Iterator[None]:
    """Hold the profile for a job that writes; raises `VibeError` while another process does."""
    from filelock import FileLock, Timeout

    make(profile)
    lock = FileLock(profile.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InUseError(
            "Another Vibe Desktop is already working in this profile.",
            "Let it finish, or choose another folder with --profile.",
        ) from None
    except (OSError, NotImplementedError) as error:
        raise VibeError(
            f"The profile {profile.folder} cannot be written to: {_reason(error)}.",
            "Check its permissions and the disk it is on, or choose another with --profile.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_free(profile: Profile) -> bool:
    """Whether no process holds the profile just now."""
    try:
        with writing(profile):
            return True
    except InUseError:
        return False


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
