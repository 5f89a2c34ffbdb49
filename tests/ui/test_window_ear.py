"""The hint that there is a better ear, and the way it leads."""

from __future__ import annotations

from typing import Any

from vibe_desktop.paths import Profile
from vibe_desktop.settings import SettingsFile
from vibe_desktop.ui.ear_hint import EarHint
from window import Opener, Window, click


def hint_in(window: Window) -> EarHint:
    return window.main.mood_page.findChildren(EarHint)[0]


def test_the_hint_leads_to_the_models_and_never_comes_again(open_window: Opener, known: Profile) -> None:
    with open_window(known) as window:
        hint = hint_in(window)
        window.until(hint.isVisible)
        assert "any words" in hint.accessibleName()
        click(hint.show_models)
        page: Any = window.page()
        window.until(lambda: page.models.model_rows and page.models.model_rows[-1].install.hasFocus())
        assert page.verticalScrollBar().value() > 0
        window.main.show_page("mood")
        window.settle()
        assert not hint.isVisible()
    assert SettingsFile(known.settings).load().full_ear_offered
    with open_window(known) as window:
        window.until(lambda: window.watch.coverage is not None and window.watch.coverage.heard)
        window.settle()
        assert not hint_in(window).isVisible()


def test_the_hint_is_put_away_with_a_press_also_where_settings_are_reset(own_window: Window) -> None:
    hint = hint_in(own_window)
    own_window.until(hint.isVisible)
    click(hint.dismiss)
    assert not hint.isVisible()
    own_window.main.show_page("settings")
    page: Any = own_window.page()
    page.places.reset.click()
    own_window.main.show_page("mood")
    own_window.settle()
    assert not hint.isVisible()


def test_there_is_no_hint_while_there_is_music_to_hear_or_no_ear_is_wanted(own_window: Window) -> None:
    hint = hint_in(own_window)
    own_window.until(hint.isVisible)
    own_window.services.preferences.change(ear="none")
    assert not hint.isVisible()
    own_window.services.preferences.change(ear="auto")
    own_window.until(hint.isVisible)
    tracks = own_window.services.app.stores
    with tracks.db.transaction():
        tracks.db.run("DELETE FROM hearing WHERE track_id % 2")
        tracks.db.run(
            "DELETE FROM vector WHERE track_id % 2 AND space_id IN (SELECT id FROM space WHERE kind = 'ear')"
        )
    own_window.watch.recount()
    own_window.until(lambda: not hint.isVisible())
