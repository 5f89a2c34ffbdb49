"""Shows a file in the system's file manager."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QDesktopServices

from vibe_desktop.domain import VibeError
from vibe_desktop.ui.dragging import file_url


def reveal(path: str) -> None:
    """Open the folder a file is in, the file chosen where the system can do that; does not wait for it.

    Raises `VibeError` where the folder is not there or nothing opens folders.
    """
    folder = Path(path).parent
    if not folder.is_dir():
        raise VibeError(
            f"The folder {folder} cannot be reached.", "Mount the disk it is on, or look for changes."
        )
    command = _command(path) if Path(path).exists() else None
    if command is not None:
        subprocess.Popen(command)  # noqa: S603 - the system's own file manager, no shell
    elif not QDesktopServices.openUrl(file_url(str(folder))):
        raise VibeError("No file manager answered.", f"The file is in {folder}.")


def _command(path: str, system: str = sys.platform) -> list[str] | str | None:
    """Return what shows a file chosen in its folder; None where a folder can only be opened."""
    if system == "darwin":
        return ["open", "-R", path]
    if system == "win32":
        return f'explorer /select,"{path}"'  # explorer reads its own line, quotation marks after the comma
    return None
