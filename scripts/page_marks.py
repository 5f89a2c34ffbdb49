"""Pages that are written by hand but for a part between two marks, which a script fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from pathlib import Path


def marks(name: str) -> tuple[str, str]:
    """Return the lines before and after the part that the script of this name fills."""
    return f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"


def fill(page: Path, name: str, text: str) -> None:
    """Put `text` between the marks of a page. Raises `VibeError` where it has none."""
    whole = page.read_text(encoding="utf-8")
    begin, end = marks(name)
    if begin not in whole or end not in whole:
        raise VibeError(f"{page} has no place for this.", f"Put {begin.strip()} and {end.strip()} there.")
    before, rest = whole.split(begin, 1)
    page.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")
