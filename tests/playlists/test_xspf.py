"""XSPF: what is written is read again, whatever tracks are called."""

from __future__ import annotations

import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vibe_desktop.domain import Caption, PlaylistLine, Tags, Track, TrackState, VibeError
from vibe_desktop.playlists.m3u import write_m3u
from vibe_desktop.playlists.reading import read_playlist
from vibe_desktop.playlists.xspf import write_xspf

XSPF = "{http://xspf.org/ns/0/}"
WRITERS = {".m3u8": write_m3u, ".xspf": write_xspf}


def track(path: str | bytes | Path, **tags: Any) -> Track:
    return Track(1, os.fsdecode(path), TrackState.PRESENT, Tags(**tags), Caption(""))


def test_the_text_of_a_playlist(tmp_path: Path) -> None:
    song = track(tmp_path / "a & b.mp3", title="<One>", artist="Ann\x07", album="Tides", seconds=61.5)
    line = PlaylistLine("../gone & lost.mp3", "Gone", 3.0)
    write_xspf(tmp_path / "p.xspf", [song, line], name="rainy & slow", relative=True)
    root = ET.parse(tmp_path / "p.xspf").getroot()
    assert root.findtext(f"{XSPF}title") == "rainy & slow"
    first, second = root.iter(f"{XSPF}track")
    said = {each.tag.removeprefix(XSPF): each.text for each in first}
    assert said == {
        "location": "./a%20%26%20b.mp3", "title": "<One>", "creator": "Ann ",
        "album": "Tides", "duration": "61500",
    }  # fmt: skip
    assert [each.text for each in second] == ["../gone & lost.mp3", "Gone", "3000"]


def test_absolute_by_default(tmp_path: Path) -> None:
    write_xspf(tmp_path / "p.xspf", [track(tmp_path / "x y.mp3")])
    location = ET.parse(tmp_path / "p.xspf").getroot().findtext(f".//{XSPF}location")
    assert location == (tmp_path / "x y.mp3").as_uri()


def test_elements_within_elements_without_end_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "deep.xspf"
    file.write_text(f"<playlist>{'<a>' * 1_000_000}{'</a>' * 1_000_000}</playlist>")
    with pytest.raises(VibeError, match="not a playlist"):
        read_playlist(file)


_letters = "ab #?%&<>'\";:!~é夜" + ("\\\n\t\udce9" if sys.platform == "linux" else "")
_names = st.lists(st.text(_letters, min_size=1, max_size=8), min_size=1, max_size=3).map("/".join)


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("relative", [True, False])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(names=st.lists(_names, min_size=1, max_size=4))
def test_what_is_written_leads_back_to_every_track(
    tmp_path: Path,
    ending: str,
    relative: bool,  # noqa: FBT001 - a parameter
    names: list[str],
) -> None:
    file = tmp_path / f"p{ending}"
    files = [os.path.normpath(tmp_path / "music" / name) for name in names]
    WRITERS[ending](file, [track(path) for path in files], name="All", relative=relative)
    found = read_playlist(file)
    assert found.name == "All"
    assert len(found.lines) == len(files)
    for line, path in zip(found.lines, files, strict=True):
        assert os.fsencode(path) in line.paths


_lines = st.builds(
    PlaylistLine,
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
    .map(str.strip)
    .filter(
        lambda text: (
            text and not text.startswith(("#", "<")) and not {"\ufffe", "\uffff", "\ufeff"} & set(text)
        )
    ),
    st.sampled_from(["", "Ann - One"]),
    st.none() | st.integers(0, 9999).map(float),
)


@pytest.mark.parametrize("ending", WRITERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(lines=st.lists(_lines, min_size=1, max_size=4))
def test_lines_that_lead_to_no_track_are_written_as_they_were_read(
    tmp_path: Path, ending: str, lines: list[PlaylistLine]
) -> None:
    file = tmp_path / f"p{ending}"
    WRITERS[ending](file, lines)
    assert [line.written for line in read_playlist(file).lines] == lines


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("location", ["a\nb.mp3", "#a.mp3", "a\x01.mp3"])
def test_a_line_cannot_become_two_nor_a_remark(tmp_path: Path, ending: str, location: str) -> None:
    file = tmp_path / f"p{ending}"
    WRITERS[ending](file, [PlaylistLine(location), PlaylistLine("after.mp3")])
    assert [line.written.location for line in read_playlist(file).lines][1:] == ["after.mp3"]
