"""The jobs looked at in one place: who is told what, and when."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from job_pages import count, desk_of
from vibe_desktop.app import App
from vibe_desktop.background.jobs import Hold, JobKind, JobState
from vibe_desktop.paths import Profile
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.settings import Speed
from vibe_desktop.ui import job_watch
from vibe_desktop.ui.coverage import Coverage, read_coverage
from window_services import Heard


def test_an_index_is_watched_to_its_end(qtbot: QtBot, new: Profile, songs: Path) -> None:
    with desk_of(qtbot, new.folder) as desk:
        changed, ended = Heard(desk.watch.changed), Heard(desk.watch.ended)
        library = Heard(desk.services.intents.library_changed)
        desk.until(lambda: desk.watch.coverage is not None)
        job = desk.watch.index([songs])
        assert desk.watch.active == [job]
        desk.until(lambda: ended.said and desk.watch.coverage and desk.watch.coverage.heard == count(songs))
        assert ended.said == [(job,)]
        assert changed.said
        assert library.said
        assert desk.watch.coverage is not None
        assert desk.watch.coverage.songs == count(songs)
        assert desk.watch.finished == [job]
        noticing = desk.watch.noticing
        desk.until(lambda: noticing.state.folders == 1)
        desk.services.tasks.close()
        desk.services.tasks._pool.join(20)
        assert noticing.pid is None, "nothing is watched before that is started"


def test_what_takes_long_to_count_is_counted_rarely(
    qtbot: QtBot, new: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked = [1000.0], []
    read = read_coverage

    def read_slowly(app: App, wanted: str) -> Coverage:
        now[0] += 3.0
        return read(app, wanted)

    monkeypatch.setattr(job_watch, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(job_watch, "read_coverage", read_slowly)
    with desk_of(qtbot, new.folder) as desk:
        desk.until(lambda: desk.watch.coverage is not None)
        monkeypatch.setattr(desk.watch, "_recount", lambda: asked.append(now[0]))
        for seconds in range(1, 70):
            now[0] = 1000.0 + seconds
            desk.watch._recount_soon()
    assert asked[0] == 1060.0


def test_the_speed_that_is_set_counts_at_once(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        desk.services.preferences.change(speed=Speed.GENTLE)
        assert desk.services.jobs.speed is Speed.GENTLE


def test_listening_waits_while_music_plays_where_that_is_wanted(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        jobs, jukebox = desk.services.jobs, desk.services.jukebox
        jukebox.state = PlayState.PLAYING
        desk.watch.look()
        assert Hold.PLAYING not in jobs.holds
        desk.services.preferences.change(pause_while_playing=True)
        assert Hold.PLAYING in jobs.holds
        jukebox.state = PlayState.PAUSED
        desk.watch.look()
        assert Hold.PLAYING not in jobs.holds


def test_music_that_waited_for_the_models_is_taken_up(qtbot: QtBot, known: Profile, songs: Path) -> None:
    with desk_of(qtbot, known.folder) as desk:
        install = desk.watch.install()
        desk.until(lambda: any(job.kind is JobKind.INDEX for job in desk.services.jobs.all()))
        assert install.state is JobState.DONE
        desk.settled()


def test_it_looks_closely_only_while_someone_does(qtbot: QtBot, new: Profile) -> None:
    with desk_of(qtbot, new.folder) as desk:
        calm = desk.watch._timer.interval()
        desk.watch.watch_closely(desk.watch, closely=True)
        assert desk.watch._timer.interval() < calm
        desk.watch.watch_closely(desk.watch, closely=False)
        assert desk.watch._timer.interval() == calm
