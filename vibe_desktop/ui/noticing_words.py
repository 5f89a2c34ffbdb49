"""How changes in the music folders are noticed, in plain words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from vibe_desktop.ui.noticing import NoticingState


def noticing_words(state: NoticingState) -> str:
    """Return what is watched, or how often else is looked and why; "" where there is no folder."""
    if not state.on:
        return _tr("Changes are looked for at the start, and when you ask for it.")
    if not state.folders:
        return ""
    if state.beginning:
        return _tr("About to watch your folders.")
    why = _why_not(state)
    if why:
        return _tr("Checking every 15 minutes, because {0}.").format(why)
    if not state.remote:
        return _watching(state)
    too = _tr("Also checking every 15 minutes, because {0} of them are on other machines.")
    return f"{_watching(state)} {too.format(state.remote)}"


def noticing_advice(state: NoticingState) -> str:
    """Return what a person can do where changes are not noticed at once; "" where nothing."""
    if not (state.on and state.full):
        return ""
    text = _tr("Your music lies in more folders than the system watches for one person at once.")
    if sys.platform == "linux":
        text += " " + _tr("Whoever looks after this computer can raise fs.inotify.max_user_watches.")
    return text


def _why_not(state: NoticingState) -> str:
    """Return why watching does not tell of changes; "" where it does, of some folders at least."""
    if state.full:
        return _tr("the system watches no more folders for you")
    if not state.watched:
        return _tr("no folder can be watched now")
    return _tr("the folder is on another machine") if state.remote == state.folders == 1 else ""


def _watching(state: NoticingState) -> str:
    if state.watched < state.folders:
        return _tr("Watching {0} of {1} folders.").format(state.watched, state.folders)
    if state.folders == 1:
        return _tr("Watching 1 folder.")
    return _tr("Watching {0} folders.").format(state.folders)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Noticing", text)
