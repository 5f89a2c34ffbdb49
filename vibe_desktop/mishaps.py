"""The last line of defence: whatever goes wrong ends as one sentence, a way out and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from typer.exceptions import TyperException

from vibe_desktop import console
from vibe_desktop.domain import VibeError

_MISUSED = 2
_UNFORESEEN = 70  # EX_SOFTWARE of sysexits.h


def report(error: BaseException, *, as_json: bool, verbose: bool) -> int:
    """Say what went wrong, as JSON on standard output or in words on standard error; return the exit code."""
    spoken = _in_words(error)
    if not spoken.message:
        return spoken.exit_code  # the help was shown instead
    if verbose:
        console.err.print_exception()
    try:
        if as_json:
            console.print_json({"error": {"message": spoken.message, "remedy": spoken.remedy}})
        else:
            console.complain(spoken)
        sys.stdout.flush()
    except OSError:
        _let_go_of_output()
    return spoken.exit_code


def _in_words(error: BaseException) -> VibeError:
    if isinstance(error, VibeError):
        return error
    if isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt):
        return _Interrupted("Stopped.")
    if isinstance(error, TyperException):
        return _Misused(_sentence(error.format_message()), f"See what can be said: {_command(error)} --help")
    if isinstance(error, OSError):
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        return VibeError(
            f"The system reports: {where}{error.strerror or error}.",
            "Check that place, its permissions and the room on the disk, then try again.",
        )
    return _Unforeseen(
        f"Something happened that was not foreseen: {type(error).__name__}: {error}.",
        "What was stored is kept. The same command with --verbose before it tells where it happened.",
    )


class _Interrupted(VibeError):  # noqa: N818 - said, not raised
    """Ctrl+C, where there was nothing to finish first."""

    exit_code = 128 + signal.SIGINT


class _Misused(VibeError):  # noqa: N818 - likewise
    """The command line could not be read."""

    exit_code = _MISUSED


class _Unforeseen(VibeError):  # noqa: N818 - likewise
    """A mistake of the program's own."""

    exit_code = _UNFORESEEN


def _command(error: TyperException) -> str:
    """Return the command that could not be read, as far as it is known."""
    context = getattr(error, "ctx", None)
    return context.command_path if context else "vibe-desktop"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) or not text else f"{text}."


def _let_go_of_output() -> None:
    """Let what standard output could not take be forgotten, or the exit would complain of it once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
