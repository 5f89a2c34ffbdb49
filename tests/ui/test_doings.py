"""What pages ask of the window, and that taking it back takes back just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from vibe_desktop.ui.shortcuts import ShortcutList

if TYPE_CHECKING:
    from window import Window


def _told(window: Window, words: str) -> tuple[str, str, object]:
    window.until(lambda: window.told(words))
    return next(each for each in reversed(window.notices) if words in each[0])


def test_undo_in_a_notice_takes_back_what_the_notice_tells(window: Window) -> None:
    window.ask("calm evening")
    before = window.ids
    window.services.intents.enqueue.emit([before[2]], False)  # noqa: FBT003 - a signal
    _, _, undo = _told(window, "is in the queue.")
    assert window.ids == [*before, before[2]]
    window.queue.remove({window.items[0].key})
    assert callable(undo)
    undo()
    assert window.ids == before[1:]


def test_next_is_next_also_after_what_plays_was_taken_out(window: Window) -> None:
    window.ask("calm evening")
    before = window.ids
    window.services.jukebox.play_item(window.items[1].key)
    window.queue.remove({window.items[1].key})
    window.services.intents.enqueue.emit([before[5]], True)  # noqa: FBT003 - a signal
    window.until(lambda: len(window.ids) == len(before))
    coming = window.services.jukebox.coming
    assert coming is not None
    assert coming.entry.track.id == before[5]


def test_music_from_the_library_is_no_answer_to_a_mood(window: Window) -> None:
    window.ask("calm evening")
    some = window.ids[:3]
    window.main._desk.set_minutes(30.0)
    window.while_awaited(lambda: window.services.intents.play.emit(some, 0))
    window.until(lambda: window.ids == some)
    window.until(lambda: not window.main._desk.busy)
    assert window.ids == some
    assert window.main._desk.request is None
    window.until(lambda: not window.chips)


def test_an_empty_queue_is_neither_saved_nor_exported(window: Window) -> None:
    before = window.services.app.playlists.all()
    panel = window.main.mood_page.panel
    panel.save()
    panel.export()
    window.settle()
    assert not window.all(QFileDialog)
    window.services.tasks._pool.submit(lambda: None).result()
    assert window.services.app.playlists.all() == before


def test_the_list_of_keys_is_gone_once_closed(window: Window) -> None:
    for _ in range(2):
        ShortcutList(window.main).open()
        (shown,) = window.main.findChildren(ShortcutList)
        shown.close()
        window.until(lambda: not window.main.findChildren(ShortcutList))
