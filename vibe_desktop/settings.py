"""What a person chose: a small file of plain values that no mistake in it can make unusable."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vibe_desktop.saving import write_whole

if TYPE_CHECKING:
    from pathlib import Path


class ThemeChoice(StrEnum):
    """Light, dark, or as the system is."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Speed(StrEnum):
    """How much of the machine listening may take."""

    GENTLE = "gentle"
    NORMAL = "normal"
    FULL = "full"


class ReplayGain(StrEnum):
    """Which of the loudness values in a file's tags counts."""

    OFF = "off"
    TRACK = "track"
    ALBUM = "album"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be chosen, with what holds until it is."""

    theme: ThemeChoice = ThemeChoice.SYSTEM
    speed: Speed = Speed.NORMAL
    pause_on_battery: bool = True
    pause_while_playing: bool = False
    ear: str = "auto"
    replaygain: ReplayGain = ReplayGain.TRACK
    notifications: bool = True
    notice_changes: bool = True
    """whether music folders are watched while the window is open"""
    volume: float = 0.8
    """where the volume's slider stands, from 0 to 1"""
    muted: bool = False
    relative_export: bool = False
    vector_index: str = "embedded"
    """where vectors are searched: "embedded", or the address of a Qdrant server"""
    full_ear_offered: bool = False
    """whether the person has seen that there is a better ear to be had; such a hint comes once"""


@dataclass(frozen=True, slots=True)
class Misread:
    """What of the settings could not be used: some of them, or else none."""

    refused: tuple[str, ...] = ()
    """the names of those that made no sense"""
    error: str = ""
    """what the system says of a file that cannot be read"""
    kept: Path | None = None
    """where a file that made no sense at all was put"""


class SettingsFile:
    """Reads and writes the settings. What another version keeps in the file stays there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._others: dict[str, Any] = {}
        self.misread: Misread | None = None
        """what could not be used at the last reading"""
        self._unread = False

    def load(self, *, aside: bool = True) -> Settings:
        """Return what is in the file; whatever cannot be used there is as if it had not been chosen.

        A file that makes no sense at all is put `aside`, unless by those who do not tell the person.
        """
        self.misread, self._unread = None, False
        stored = self._stored(aside=aside)
        known = {each.name: stored.pop(each.name) for each in fields(Settings) if each.name in stored}
        self._others = stored
        usual = Settings()
        accepted: dict[str, Any] = {}
        refused = []
        for name, value in known.items():
            try:
                accepted[name] = _accepted(value, getattr(usual, name))
            except ValueError:
                refused.append(name)
        if refused:
            self.misread = Misread(tuple(refused))
        return Settings(**accepted)

    def save(self, settings: Settings) -> None:
        """Write the settings, all of them or none. Raises `VibeError` where that cannot be done.

        What could not be read is put aside: it may be as it should be.
        """
        with suppress(OSError):  # then the writing says what is the matter
            self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._unread:
            self._put_aside()
            self._unread = False
        write_whole(self._path, json.dumps(self._others | asdict(settings), indent=2) + "\n")

    def _stored(self, *, aside: bool) -> dict[str, Any]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.misread = Misread(error=error.strerror or str(error))
            self._unread = True
            return {}
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            return document
        self.misread = Misread(kept=self._put_aside() if aside else self._path)
        return {}

    def _put_aside(self) -> Path:
        kept = self._path.with_name(f"{self._path.name}.unreadable")
        with suppress(OSError):  # nothing depends on the copy
            self._path.replace(kept)
        return kept


def _accepted(value: Any, usual: Any) -> Any:
    """Return a stored value as the kind of value the usual one is; raises `ValueError` when it is not."""
    if isinstance(usual, StrEnum):
        return type(usual)(value)
    if isinstance(usual, float):
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
    elif isinstance(value, type(usual)):
        return value
    raise ValueError(value)
