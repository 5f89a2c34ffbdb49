"""The example of `docs/how-it-chooses.md`: every step of a mood, and nothing of the machine it ran on."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from music_folder import make_music
from program import Program

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import show_journey

    return show_journey


def test_every_step_is_told_between_the_marks_of_a_page(
    script: ModuleType, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_music(tmp_path / "music")
    program("index", "--no-listen", tmp_path / "music")
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- show_journey -->\nold\n<!-- end of show_journey -->\nAfter.\n", "utf-8")
    arguments = [str(program.profile), "sad folk, no drums", "--into", str(page)]
    monkeypatch.setattr("sys.argv", ["show_journey.py", *arguments])
    script.main()
    text = page.read_text("utf-8")
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "old\n" not in text
    assert "You write: **“sad folk, no drums”**" in text
    assert "`no drums`" in text
    assert "Entries that “sad folk” names: sad, folk." in text
    assert {"| sad | mood", "| folk | genre"} <= {line.rpartition(" | ")[0] for line in text.splitlines()}
    assert "its genre tags: Folk" in text
    assert "of the 10 tracks that may be chosen" in text
    assert "by Ada Quill" in text
    assert str(tmp_path) not in text
