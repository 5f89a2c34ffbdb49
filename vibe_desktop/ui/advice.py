"""What went wrong and what to do, as it is said in the window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from vibe_desktop.domain import VibeError

_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_COMMANDS = re.compile(r"\bvibe-desktop [a-z]|(?<!\w)--[a-z]")


def advice(error: VibeError, *, leading: bool = True) -> str:
    """Return an error's sentences; those that name a command lead to the place in the window instead.

    Where that place is right here (`leading` false), they are left out.
    """
    sentences = [each for each in _SENTENCES.split(error.remedy) if leading or not _COMMANDS.search(each)]
    remedies = [_in_the_window(each) for each in sentences]
    return " ".join(part for part in (error.message, *remedies) if part)


def wants_music(error: VibeError) -> bool:
    """Whether what is missing is a folder of music."""
    return "vibe-desktop index" in error.remedy


def _in_the_window(remedy: str) -> str:
    if not _COMMANDS.search(remedy):
        return remedy
    if "vibe-desktop index" in remedy:
        return _tr("Add your music folder in Settings.")
    if "models install" in remedy:
        return _tr("Settings has a button for it, under Models.")
    before, _, _ = remedy.partition(", or choose another")
    return f"{before}." if before != remedy else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Advice", text)
