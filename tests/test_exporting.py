"""Tables of tracks: no formula for a spreadsheet, and nothing lost for a script."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vibe_desktop.domain import Caption, Tags, Track, TrackState
from vibe_desktop.exporting import export_tracks

MARKS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def undone(cell: str) -> str:
    """Take off what was put before a text, as any script can."""
    return cell[1:] if re.match(f"'+[{re.escape(MARKS)}]", cell) else cell


def table(file: Path, *titles: str) -> list[str]:
    """Return the titles of a table of tracks, as a program reads it."""
    tracks = [
        Track(number, f"/music/{number}.mp3", TrackState.PRESENT, Tags(title=title), Caption(""))
        for number, title in enumerate(titles)
    ]
    export_tracks(tracks, file, relative=False)
    with file.open(newline="", encoding="utf-8") as text:
        return [row["title"] for row in csv.DictReader(text)]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from(f"{MARKS}'a 1") | st.characters(codec="utf-8"), min_size=1, max_size=6))
def test_no_title_begins_a_formula_and_each_can_be_had_as_it_was(tmp_path: Path, title: str) -> None:
    [cell] = table(tmp_path / "all.csv", title)
    assert not cell.startswith(tuple(MARKS))
    assert undone(cell) == title


def test_what_begins_no_formula_is_written_as_it_is(tmp_path: Path) -> None:
    titles = ["'Round Midnight", "1 = 1", "a\tb", "100%", "''", ""]
    assert table(tmp_path / "all.csv", *titles) == titles
    assert table(tmp_path / "all.csv", "=1+1", "-5", "'=1") == ["'=1+1", "'-5", "''=1"]
