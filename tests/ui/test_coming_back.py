"""What the window keeps when it is closed too early, and makes of a file that another hand wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from players import silent_vlc
from vibe_desktop.app import App
from vibe_desktop.ui.session import SessionFile
from vibe_desktop.ui.start import Program, make_application

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from vibe_desktop.paths import Profile
    from window import Opener

STEERED: dict[str, Any] = {"text": "calm", "mood": "calm", "steer": [["energy", 0.5]]}
ENTRY: dict[str, Any] = {"rank": 1, "caption_rank": None, "ear_rank": None, "reason": "", "evidence": {}}


def _kept(track: int, **changes: object) -> dict[str, Any]:
    queue = {
        "entries": [{"track": track, **ENTRY}], "at": 0, "position": 3.0, "repeat": "off",
        "name": "Kept", "request": STEERED, "notes": [],
    }  # fmt: skip
    return {"geometry": "", "page": "mood", "jukebox": {**queue, **changes}}


def _any_track(profile: Profile) -> int:
    with App(profile) as app:
        return int(app.stores.tracks.ids()[0])


def test_closing_before_the_library_is_open_loses_no_queue(qapp: QApplication, known: Profile) -> None:
    track = _any_track(known)
    SessionFile(known.session).save({**_kept(track), "page": "library"})
    with App(known) as app:
        program = Program(make_application(), app, make_player=silent_vlc)
        program.window.restore_geometry()
        program.window.show()
        program.window.close()
        program.end(5.0)
        program.window.deleteLater()
    kept = SessionFile(known.session).load()
    assert kept["jukebox"] == _kept(track)["jukebox"]
    assert kept["page"] == "library"


def test_a_kept_queue_comes_back(open_window: Opener, known: Profile) -> None:
    track = _any_track(known)
    SessionFile(known.session).save(_kept(track))
    with open_window(known) as window:
        assert window.ids == [track]
        assert window.services.jukebox.position == pytest.approx(3.0)
        assert dict(window.main._desk.request.steer) == {"energy": 0.5}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    [
        '{"format": 1, "geometry": "A", "page": 7, "jukebox": [], "library": 3, "playlists": "x"}',
        '{"format": 1, "geometry": "\\u00e9", "page": "nowhere", "jukebox": {"entries": 5}}',
        '{"format": 1, "page": "library", "library": {"sort": 1, "columns": 2, "header": "A", "words": []}}',
        '{"format": 1, "page": "playlists", "playlists": {"playlist": "x", "number": 1e400}}',
        json.dumps({"format": 1, **_kept(1, position=float("inf"))}),
        json.dumps({"format": 1, **_kept(10**30)}),
        json.dumps({"format": 1, **_kept(1, request={**STEERED, "steer": 5})}),
        json.dumps({"format": 1, **_kept(1, request={**STEERED, "steer": [["energy", "much"]]})}),
        json.dumps({"format": 1, **_kept(1, request={**STEERED, "minutes": "long"})}),
        json.dumps({"format": 1, **_kept(1, request={"text": 5, "mood": [1]})}),
    ],
)
def test_a_file_of_nonsense_is_as_if_it_had_never_been(
    open_window: Opener, known: Profile, written: str
) -> None:
    known.session.write_text(written, encoding="utf-8")
    with open_window(known) as window:
        window.settle()
        window.main.show_page("library")
        window.main.show_page("playlists")
        window.main.show_page("mood")
        window.main.state()
        assert window.watch._timer.isActive()
