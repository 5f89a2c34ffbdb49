"""What a request suggests beside what it says."""

from dataclasses import replace
from pathlib import Path

import pytest

from vibe_desktop.app import App
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest
from vibe_desktop.models.phrase_file import PhraseFile
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.hints import hints
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress


@pytest.fixture(scope="module")
def meanings(models_folder: Path) -> Meanings:
    """Return meanings by the real encoder, ready."""
    kept = PhraseFile(models_folder / "sbert" / "phrases.npz")
    made = Meanings(Knowledge(load_vocabulary()), SentenceEncoder(models_folder), kept)
    made.prepare(Progress())
    return made


def read(text: str) -> MoodRequest:
    return parse(text, load_vocabulary())


def test_a_situation_suggests_what_such_music_sounds_like(meanings: Meanings) -> None:
    found = hints(read("after a breakup"), meanings)
    assert {"sad", "melancholic"} <= set(found)
    assert len(found) <= 5


def test_what_is_taken_back_is_gone_and_another_may_come(meanings: Meanings) -> None:
    request = read("after a breakup")
    first, *others = hints(request, meanings)
    left = hints(replace(request, dropped=(first,)), meanings)
    assert first not in left
    assert set(left) & set(others)


def test_a_way_suggests_what_both_its_ends_do_and_nothing_they_say(meanings: Meanings) -> None:
    request = read("from sad to happy")
    assert request.arc == ("sad", "happy")
    found = set(hints(request, meanings))
    assert found & set(hints(read("sad"), meanings))
    assert found & set(hints(read("happy"), meanings))
    assert not found & {"sad", "happy"}


def test_no_feeling_suggests_nothing(meanings: Meanings) -> None:
    assert hints(read("45 minutes"), meanings) == ()
    assert hints(MoodRequest("", ""), meanings) == ()


def test_nothing_is_suggested_before_all_is_ready(models_folder: Path) -> None:
    unready = Meanings(Knowledge(load_vocabulary()), SentenceEncoder(models_folder))
    assert hints(read("coding"), unready) == ()
    assert not unready.is_ready


def test_without_models_nothing_is_suggested(tmp_path: Path) -> None:
    with App(Profile(tmp_path)) as app:
        assert app.hints(read("coding")) == ()
