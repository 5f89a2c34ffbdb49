"""Questions to another process: answered in order, never queueing up, never lost without a word."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from music_folder import make_music
from odd_tasks import Complaint, Deadly, Echo, Latest
from vibe_desktop.app import App
from vibe_desktop.background.answering import Answering
from vibe_desktop.background.child import Child
from vibe_desktop.background.questions import Answer, Chips, Closest, Describe, Read, RightNow
from vibe_desktop.domain import MoodRequest, Queue, VibeError
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

PATIENCE = 120
METAL = MoodRequest("loud heavy metal", mood="loud heavy metal", length=3)


@pytest.fixture
def answering(indexed: Profile) -> Iterator[Answering]:
    """Return what answers from ten songs."""
    with closing(Answering(indexed)) as asked:
        yield asked


@pytest.fixture
def echoing(bare: Profile) -> Iterator[Answering]:
    """Return what answers from nothing."""
    with closing(Answering(bare)) as asked:
        yield asked


def titles(queue: Queue) -> list[str]:
    return [entry.track.tags.title for entry in queue.entries]


def test_a_mood_is_answered_as_the_engine_itself_answers_it(answering: Answering, indexed: Profile) -> None:
    answering.warm()

    queue = answering.ask(Answer(METAL)).result(PATIENCE)

    with App(indexed) as app:
        assert titles(queue) == titles(app.engine().answer(METAL))
    assert {entry.track.tags.artist for entry in queue.entries[:2]} == {"Rust Choir"}


def test_kept_tracks_stay_in_front(answering: Answering) -> None:
    first = answering.ask(Answer(METAL)).result(PATIENCE).entries[-1].track.id

    queue = answering.ask(Answer(METAL, kept=(first,))).result(PATIENCE)

    assert queue.entries[0].track.id == first


def test_a_text_is_read_into_a_request_and_its_pieces(answering: Answering) -> None:
    read = answering.ask(Read("slow rainy evening, no vocals, 45 minutes")).result(PATIENCE)

    assert read.request.minutes == 45
    assert [chip.text for chip in read.chips][-2:] == ["no vocals", "45 min"]
    assert answering.ask(Chips(read.request)).result(PATIENCE) == read.chips


def test_a_track_of_a_request_has_a_name(answering: Answering) -> None:
    track = answering.ask(Answer(METAL)).result(PATIENCE).entries[0].track

    [chip] = answering.ask(Chips(MoodRequest("", mood="", like=(track.id,)))).result(PATIENCE)

    assert track.tags.title in chip.text


def test_the_closest_captions_are_found(answering: Answering, indexed: Profile) -> None:
    closest = answering.ask(Closest("heavy metal", 2)).result(PATIENCE)

    with App(indexed) as app:
        assert {track.tags.artist for track in app.stores.tracks.tracks(closest)} == {"Rust Choir"}


def test_a_caption_of_ones_own_counts_at_once(answering: Answering) -> None:
    track = answering.ask(Answer(METAL)).result(PATIENCE).entries[0].track

    changed = answering.ask(Describe(track.id, "a whale sings under the ice")).result(PATIENCE)

    assert changed.caption.own
    assert answering.ask(Closest("a whale sings under the ice", 1)).result(PATIENCE) == (track.id,)


def test_what_another_process_adds_is_answered_with(answering: Answering, indexed: Profile) -> None:
    before = titles(answering.ask(Answer(METAL)).result(PATIENCE))
    with App(indexed) as app:
        gone = app.stores.tracks.find("Anvil")[0]
        app.stores.db.run("UPDATE track SET missing_since = 1 WHERE id = ?", (gone.id,))

    end = time.monotonic() + PATIENCE
    while "Anvil" in titles(answering.ask(Answer(METAL)).result(PATIENCE)) and time.monotonic() < end:
        time.sleep(0.2)

    assert "Anvil" in before
    assert "Anvil" not in titles(answering.ask(Answer(METAL)).result(PATIENCE))


def test_what_is_not_here_is_not_among_the_closest(answering: Answering, indexed: Profile) -> None:
    with App(indexed) as app:
        nearest = app.engine().closest("heavy metal", 1)
        [root] = app.stores.tracks.roots()
        app.stores.db.run("UPDATE track SET missing_since = 1 WHERE id = ?", nearest)
        assert len(nearest) == 1
        assert nearest[0] not in answering.ask(Closest("heavy metal", 10)).result(PATIENCE)
        app.stores.tracks.forget_root(root.id)
    with closing(Answering(indexed)) as later:
        assert later.ask(Closest("heavy metal", 10)).result(PATIENCE) == ()


def test_asking_does_not_wait_for_the_process_to_begin(
    bare: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = threading.Event()

    class Slow(Child):
        def __init__(self, *arguments: Any) -> None:
            assert begin.wait(20), "whoever asked second waits"
            super().__init__(*arguments)

    monkeypatch.setattr("vibe_desktop.background.answering.Child", Slow)
    with closing(Answering(bare)) as answering:
        futures = [answering.ask(Echo(text)) for text in "ab"]
        begin.set()
        assert [each.result(PATIENCE) for each in futures] == ["a", "b"]


def test_the_hour_gives_suggestions(answering: Answering) -> None:
    suggestions = answering.ask(RightNow(datetime(2026, 11, 21, 21, 30))).result(PATIENCE)  # noqa: DTZ001 - the clock on the wall

    assert 1 <= len(suggestions) <= 3


def test_without_models_words_answer(indexed: Profile) -> None:
    indexed.models.unlink()
    with closing(Answering(indexed)) as answering:
        answering.warm().result(PATIENCE)
        queue = answering.ask(Answer(METAL)).result(PATIENCE)

        assert {entry.track.tags.artist for entry in queue.entries} == {"Rust Choir"}
        assert queue.notes
        assert answering.ask(Closest("heavy metal", 2)).result(PATIENCE) == ()


def test_models_that_are_installed_meanwhile_are_used(indexed: Profile, models_folder: Path) -> None:
    indexed.models.unlink()
    with closing(Answering(indexed)) as answering:
        assert answering.ask(Closest("heavy metal", 2)).result(PATIENCE) == ()

        indexed.models.symlink_to(models_folder, target_is_directory=True)

        assert len(answering.ask(Closest("heavy metal", 2)).result(PATIENCE)) == 2


def test_an_empty_library_says_what_to_do(empty: Profile) -> None:
    with closing(Answering(empty)) as answering:
        answering.warm().result(PATIENCE)
        with pytest.raises(VibeError) as error:
            answering.ask(Answer(METAL)).result(PATIENCE)

    assert error.value.remedy


def test_music_that_comes_into_an_empty_library_is_answered_with_at_once(
    empty: Profile, tmp_path: Path
) -> None:
    make_music(tmp_path / "music", seconds=1.0)
    with closing(Answering(empty)) as answering:
        answering.warm().result(PATIENCE)
        with App(empty) as app:
            app.index([tmp_path / "music"], Progress(), listen=False)

        assert answering.ask(Answer(METAL)).result(PATIENCE).entries


def test_questions_are_answered_in_their_order(echoing: Answering) -> None:
    order: list[str] = []
    futures = [echoing.ask(Echo(text)) for text in "abcde"]
    for future in futures:
        future.add_done_callback(lambda done: order.append(done.result()))

    assert [future.result(PATIENCE) for future in futures] == list("abcde")
    assert order == list("abcde")


def test_of_some_only_the_latest_waits(echoing: Answering) -> None:
    busy = echoing.ask(Echo("busy", 0.5))
    typed = [echoing.ask(Latest(text)) for text in ("r", "ra", "rai", "rain")]
    other = echoing.ask(Echo("other"))

    assert typed[-1].result(PATIENCE) == "rain"
    assert busy.result(PATIENCE) == "busy"
    assert other.result(PATIENCE) == "other"
    assert [future.cancelled() for future in typed] == [True, True, True, False]


def test_a_future_that_was_cancelled_is_never_asked(echoing: Answering, tmp_path: Path) -> None:
    echoing.ask(Echo("busy", 0.5))
    unwanted = echoing.ask(Deadly(tmp_path / "asked", 0))
    assert unwanted.cancel()

    assert echoing.ask(Echo("after")).result(PATIENCE) == "after"
    assert not (tmp_path / "asked").exists()


def test_an_error_arrives_with_its_sentence_and_remedy(echoing: Answering) -> None:
    with pytest.raises(VibeError) as error:
        echoing.ask(Complaint(foreseen=True)).result(PATIENCE)

    assert (error.value.message, error.value.remedy) == ("The shelf is empty.", "Fill it.")


def test_an_unforeseen_error_is_told_and_the_next_question_answered(
    echoing: Answering, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(VibeError, match=r"not foreseen.*RecursionError: too deep"):
        echoing.ask(Complaint(foreseen=False)).result(PATIENCE)

    assert echoing.ask(Echo("still here")).result(PATIENCE) == "still here"
    assert "Traceback" in capfd.readouterr().err


def test_a_question_whose_process_died_is_asked_again(echoing: Answering, tmp_path: Path) -> None:
    deadly = echoing.ask(Deadly(tmp_path / "asked", 1))
    behind = echoing.ask(Echo("behind"))

    assert deadly.result(PATIENCE) == 1
    assert behind.result(PATIENCE) == "behind"


def test_a_question_that_kills_twice_is_given_up_on(echoing: Answering, tmp_path: Path) -> None:
    deadly = echoing.ask(Deadly(tmp_path / "asked", 100))
    behind = echoing.ask(Echo("behind"))

    with pytest.raises(VibeError, match="stopped twice"):
        deadly.result(PATIENCE)
    assert behind.result(PATIENCE) == "behind"
    assert (tmp_path / "asked").read_text("utf-8") == "xx"


def test_a_process_killed_while_idle_is_not_missed(echoing: Answering) -> None:
    echoing.ask(Echo("first")).result(PATIENCE)
    assert echoing.pid
    os.kill(echoing.pid, signal.SIGTERM)

    assert echoing.ask(Echo("second")).result(PATIENCE) == "second"


def test_a_question_that_cannot_travel_fails_alone(
    echoing: Answering, expect_log: Callable[[str], None]
) -> None:
    expect_log("Not foreseen while asking")
    unsendable = Echo(lambda: None)  # type: ignore[arg-type] # the point

    with pytest.raises(VibeError, match="not foreseen"):
        echoing.ask(unsendable).result(PATIENCE)
    assert echoing.ask(Echo("after")).result(PATIENCE) == "after"


def test_closing_in_the_middle_of_an_answer_takes_no_time(echoing: Answering) -> None:
    echoing.ask(Echo("warm")).result(PATIENCE)
    busy = echoing.ask(Echo("busy", 600))
    waiting = echoing.ask(Echo("waiting"))
    time.sleep(0.2)

    began = time.monotonic()
    echoing.close()

    assert time.monotonic() - began < 2
    assert waiting.cancelled()
    with pytest.raises(VibeError, match="ending"):
        busy.result(PATIENCE)
    with pytest.raises(CancelledError):
        echoing.ask(Echo("late")).result(PATIENCE)


def test_closing_what_was_never_asked_is_nothing(bare: Profile) -> None:
    answering = Answering(bare)
    answering.close()
    assert answering.pid is None
    assert not bare.folder.exists()
