"""A mood, what is understood of it, how it is steered, and every step taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from vibe_desktop.domain import MoodRequest
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.prompt import Closest
from vibe_desktop.ui.widgets.sliders import Slider
from window import click

if TYPE_CHECKING:
    from window import Window

ENERGY = "From calm to energetic"
VOICE = "From instrumental to vocal"


def _request(window: Window) -> MoodRequest:
    request = window.queue.request
    assert request is not None
    return request


def _slider(window: Window, name: str) -> Slider:
    return window.one(Slider, name)


def _steer(window: Window, name: str, value: int) -> None:
    """Move a slider to a place, as a drag that was let go there does."""
    _slider(window, name).setValue(value)


def test_a_chip_taken_away_changes_request_and_queue(window: Window) -> None:
    window.ask("calm evening, no drums, 1970s")
    before = window.titles
    window.until(lambda: set(window.chips) == {"calm", "evening", "no drums", "1970s"})
    assert set(before) <= {"Window Seat", "First Snow", "Kettle", "Orchard", "Postcard"}
    window.remove_chip("1970s")
    window.until(lambda: set(window.chips) == {"calm", "evening", "no drums"})
    assert (_request(window).years, _request(window).avoid) == (None, ("drums",))
    assert set(window.titles) - set(before)
    window.remove_chip("no drums")
    assert _request(window).avoid == ()


def test_what_an_adjustment_changed_is_told_beside_the_queue(window: Window) -> None:
    window.ask("calm evening")
    assert not any("stayed" in note for note in window.queue.notes)
    before, said = window.ids, window.main.mood_page.panel._notes
    with window.new_queue():
        window.main._desk.refuse(window.items[1].entry.track)
    stayed = [track_id for track_id in window.ids if track_id in before]
    assert stayed == [track_id for track_id in before if track_id in stayed]
    assert f"{len(stayed)} of {len(before)} stayed" in said.text()
    with window.new_queue():
        _steer(window, ENERGY, 90)
    told = window.queue.notes[0]
    assert "stayed" in told
    assert "more energetic" in told or "another order" in told
    window.main.mood_page.panel.undo()
    window.main.mood_page.panel.sync()
    assert f"{len(stayed)} of {len(before)} stayed" in said.text()
    window.ask("soft piano")
    assert "stayed" not in said.text()


def test_undo_and_redo_bring_chips_sliders_and_queue_along(window: Window) -> None:
    window.ask("calm evening")
    calm = window.ids
    with window.new_queue():
        _steer(window, ENERGY, 90)
    lively = window.ids
    assert lively != calm
    assert dict(_request(window).steer) == {"energy": 0.9}
    window.until(lambda: "more energetic" in " ".join(window.chips))
    window.main.mood_page.panel.undo()
    assert (window.ids, _slider(window, ENERGY).value()) == (calm, 0)
    window.until(lambda: set(window.chips) == {"calm", "evening"})
    window.main.mood_page.panel.redo()
    assert (window.ids, _slider(window, ENERGY).value()) == (lively, 90)
    window.main.mood_page.panel.undo()
    window.main.mood_page.panel.undo()
    assert (window.ids, window.chips, window.main._desk.request) == ([], {}, None)


def test_a_chip_of_steering_puts_its_slider_back(window: Window) -> None:
    window.ask("calm evening")
    with window.new_queue():
        _steer(window, ENERGY, 90)
    window.until(lambda: len(window.chips) == 3)
    (chip,) = set(window.chips) - {"calm", "evening"}
    window.remove_chip(chip)
    assert _slider(window, ENERGY).value() == 0
    assert _request(window).steer == ()


def test_the_length_is_met(window: Window) -> None:
    window.ask("calm, 1 minute")
    assert _request(window).minutes == 1.0
    short = sum(item.entry.track.tags.seconds or 0 for item in window.items)
    assert 30 <= short <= 90
    with window.new_queue():
        click(window.one(QPushButton, "Length: 30 min"))
    assert _request(window).minutes == 30.0
    assert sum(item.entry.track.tags.seconds or 0 for item in window.items) > short
    window.until(lambda: any("30 min" in text for text in window.chips))


def test_steering_while_a_mood_is_read_goes_into_its_answer(window: Window) -> None:
    window.ask("energetic dance")
    with window.new_queue():
        window.type("calm evening")
        window.submit()
        _steer(window, ENERGY, -60)
        _steer(window, VOICE, 40)
    assert _request(window).text == "calm evening"
    assert dict(_request(window).steer) == {"energy": -0.6, "voice": 0.4}
    assert (_slider(window, ENERGY).value(), _slider(window, VOICE).value()) == (-60, 40)


def test_steering_on_while_an_answer_comes_loses_nothing(window: Window) -> None:
    window.ask("calm evening")
    desk = window.main._desk
    _steer(window, ENERGY, 50)
    # The answer to the first move comes before this one is asked for.
    window.while_awaited(lambda: _steer(window, VOICE, -50))
    window.until(lambda: not desk.busy)
    window.until(lambda: dict(_request(window).steer) == {"energy": 0.5, "voice": -0.5})
    assert (_slider(window, ENERGY).value(), _slider(window, VOICE).value()) == (50, -50)


def test_only_the_newest_of_several_moods_is_answered(window: Window) -> None:
    window.ask("calm evening")
    with window.new_queue():
        for text in ("energetic dance", "loud angry guitars", "soft piano"):
            window.type(text)
            window.submit()
    assert _request(window).text == "soft piano"
    window.until(lambda: set(window.chips) == {"soft", "piano"})
    assert window.main.mood_page.prompt.edit.text() == "soft piano"
    window.main.mood_page.panel.undo()
    assert _request(window).text == "calm evening"


def test_what_was_to_be_played_is_played_though_it_was_steered_meanwhile(window: Window) -> None:
    window.ask("energetic dance")
    window.type("calm evening")
    window.submit(play=True)
    chosen = window.main.mood_page.steer.minutes_chosen
    window.while_awaited(lambda: chosen.emit(1.0), asked="calm evening")
    window.until(lambda: window.queue.request and window.queue.request.minutes == 1.0)
    assert window.services.jukebox.state in {PlayState.LOADING, PlayState.PLAYING}
    assert window.services.jukebox.now in window.items


def test_what_is_not_wanted_while_a_mood_is_read_stays_out_of_its_answer(window: Window) -> None:
    window.ask("calm")
    track = window.items[0].entry.track
    with window.new_queue():
        window.type("calm evening")
        window.submit()
        window.main._desk.refuse(track)
    assert _request(window).text == "calm evening"
    assert _request(window).refused == (track.id,)
    assert track.id not in window.ids


def test_the_steering_of_one_mood_stays_for_the_next(window: Window) -> None:
    window.ask("calm evening")
    with window.new_queue():
        _steer(window, ENERGY, 40)
    window.ask("soft piano")
    assert dict(_request(window).steer) == {"energy": 0.4}
    assert _slider(window, ENERGY).value() == 40


def _rows(window: Window, closest: Closest) -> list[QPushButton]:
    return window.all(QPushButton, within=closest) if closest.isVisible() else []


def test_the_closest_titles_come_while_typing_and_can_be_played(window: Window) -> None:
    closest = window.main.findChild(Closest)
    assert isinstance(closest, Closest)
    window.type("harb")
    window.until(lambda: "Harbour" in "".join(each.accessibleName() for each in _rows(window, closest)[:1]))
    assert window.queue.items == ()
    rows = _rows(window, closest)
    assert 1 <= len(rows) <= 3
    assert rows[0].geometry().bottom() <= closest.height()
    window.key(Qt.Key.Key_Down)
    assert window.focus() is rows[0]
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.titles == ["Harbour"])
    window.until(lambda: window.services.jukebox.position > 0.1)
    assert not closest.isVisible()


def test_the_closest_titles_go_with_escape_and_with_the_text(window: Window) -> None:
    closest = window.main.findChild(Closest)
    assert isinstance(closest, Closest)
    window.type("lull")
    window.until(closest.isVisible)
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_Escape)
    assert not closest.isVisible()
    assert window.focus() is window.main.mood_page.prompt.edit
    QTest.keyClicks(window.focus(), "a")
    window.until(closest.isVisible)
    window.main.mood_page.prompt.edit.selectAll()
    window.key(Qt.Key.Key_Backspace)
    assert not closest.isVisible()


def test_a_mood_of_songs_like_an_artist_names_the_artist(window: Window) -> None:
    window.ask("like Ada Quill")
    window.until(lambda: list(window.chips) == ["like Ada Quill"])
    window.remove_chip("like Ada Quill")
    assert _request(window).like == ()


def test_suggestions_for_now_answer_when_pressed(window: Window) -> None:
    pills = window.main.mood_page.steer._pills
    window.until(lambda: len(window.all(QPushButton, within=pills)) == 3)
    pill = window.all(QPushButton, within=pills)[0]
    with window.new_queue():
        click(pill)
    assert window.queue.name == pill.accessibleName()
    assert window.main.mood_page.prompt.edit.text() == _request(window).text != ""
    assert window.items


def test_nothing_that_fits_is_said_and_the_queue_stays(window: Window) -> None:
    window.ask("calm evening")
    before = window.ids
    window.type("calm, 1850s")
    window.submit()
    window.until(lambda: not window.main._desk.busy)
    window.settle()
    trouble = window.main.mood_page._trouble
    assert trouble.isVisible() or window.queue.notes
    if trouble.isVisible():
        assert window.ids == before
        assert trouble.accessibleName().endswith(".")


def test_an_example_is_played_where_nothing_was_typed(window: Window) -> None:
    prompt = window.main.mood_page.prompt
    assert QApplication.focusWidget() is prompt.edit
    with window.new_queue():
        click(window.one(QPushButton, "Play"))
    assert prompt.edit.text() == _request(window).text != ""


def test_titles_the_model_finds_stay_when_words_find_none(window: Window) -> None:
    desk = window.main.mood_page._desk
    shown: list[int] = []
    desk.closest_changed.connect(lambda tracks: shown.append(len(tracks)))
    desk.typing("wistful")
    window.until(lambda: shown and shown[-1] == 3)
    desk._found("wistful", words=[])  # a slow disk lets them come last
    assert shown[-1] == 3
    desk.typing("")
    assert shown[-1] == 0


def test_like_this_means_what_plays(window: Window) -> None:
    window.ask("calm evening")
    window.services.jukebox.play_item(window.items[0].key)
    playing = window.ids[0]
    window.ask("something like this but not this song")
    assert _request(window).like == (playing,)
    assert playing not in window.ids
