"""Files are replaced as a whole, where they really lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from vibe_desktop.saving import write_whole


@pytest.mark.parametrize("before", ["old", None])
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path, before: str | None) -> None:
    (tmp_path / "dotfiles").mkdir()
    target, link = tmp_path / "dotfiles" / "settings.json", tmp_path / "settings.json"
    if before is not None:
        target.write_text(before)
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this account may not make links")

    write_whole(link, "new")

    assert (link.is_symlink(), target.read_text()) == (True, "new")
    assert [path.name for path in target.parent.iterdir()] == ["settings.json"]
