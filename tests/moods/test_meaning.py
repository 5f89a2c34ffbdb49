"""Reading moods in the vocabulary's words: what it takes is learnt once, in small steps nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from mood_library import WordEncoder
from own_models import link_models
from vibe_desktop.app import App
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Cancelled, FloatMatrix, FloatVector
from vibe_desktop.moods.anchors import phrases_for
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress


class CountingEncoder(WordEncoder):
    """Remembers how many texts each call was about."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        self.calls.append(len(texts))
        return super().encode(texts)


class Kept(dict[str, FloatVector]):
    """A store in memory."""

    def find(self, fingerprint: str, phrases: Sequence[str]) -> dict[str, FloatVector]:
        return {phrase: self[phrase] for phrase in phrases if phrase in self}

    def keep(self, fingerprint: str, vectors: Mapping[str, FloatVector]) -> None:
        self.update(vectors)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge(load_vocabulary())


@pytest.fixture(scope="module")
def every_phrase(knowledge: Knowledge) -> list[str]:
    return list(dict.fromkeys(phrase for entry in knowledge.entries for phrase in phrases_for(entry)))


@pytest.fixture(scope="module")
def meanings(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Meanings]:
    """Return meanings by the real sentence encoder."""
    folder = tmp_path_factory.mktemp("profile")
    link_models(models_folder, folder / "models")
    with App(Profile(folder)) as app:
        yield app.meanings


def strongest(meanings: Meanings, phrase: str, count: int = 8) -> list[str]:
    order = np.argsort(-meanings.of(phrase).asked)[:count]
    return [meanings.knowledge.entries[at].name for at in order]


def test_what_is_said_outranks_what_it_suggests(meanings: Meanings) -> None:
    for phrase, said in (("sad folk", {"sad", "folk"}), ("happy ukulele", {"happy", "ukulele"})):
        assert set(strongest(meanings, phrase, 2)) == said


def test_a_scene_is_read_as_what_it_sounds_like(meanings: Meanings) -> None:
    for phrase, expected in (
        ("the champions lift the cup", {"triumphant", "epic"}),
        ("I cannot get to sleep", {"calm", "soft"}),
        ("we got married today", {"romantic", "love"}),
    ):
        assert not expected.isdisjoint(strongest(meanings, phrase))


def test_nobody_who_says_sad_means_happy(meanings: Meanings) -> None:
    asked = meanings.of("sad").asked
    number = meanings.knowledge.number
    assert asked[number["melancholic"]] > 0
    assert asked[number["happy"]] == 0
    both = meanings.of("from happy to sad").asked
    assert min(both[number["happy"]], both[number["sad"]]) > 0


def test_what_is_taken_back_is_not_asked_for(meanings: Meanings) -> None:
    first = meanings.of("rainy walk")
    hint = first.hints[0]
    again = meanings.of("rainy walk", dropped=[hint])
    assert again.asked[meanings.knowledge.number[hint]] == 0
    assert hint not in (*again.hints, *again.sketch.split(", "))


def test_a_refusal_means_only_what_it_says(meanings: Meanings) -> None:
    refused = meanings.refused("sad")
    assert [meanings.knowledge.entries[at].name for at in np.flatnonzero(refused.asked)] == ["sad"]
    assert len(np.flatnonzero(meanings.refused("that awful droning sound").asked)) > 0


def test_to_refuse_a_situation_is_to_refuse_what_it_sounds_like(meanings: Meanings) -> None:
    refused = meanings.refused("workout")
    assert refused.said == ("the gym",)
    assert refused.asked[meanings.knowledge.number["energetic"]] > 0


def test_it_is_learnt_in_small_steps_and_found_by_the_next(
    knowledge: Knowledge, every_phrase: list[str]
) -> None:
    encoder, kept = CountingEncoder(), Kept()
    left = list(Meanings(knowledge, encoder, kept).learn())
    assert left[0] == sum(encoder.calls) == len(every_phrase)
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert max(encoder.calls) <= 64

    again = Meanings(knowledge, never := CountingEncoder(), kept)
    assert list(again.learn()) == []
    assert again.is_ready
    assert never.calls == []


def test_what_was_learnt_before_it_was_left_is_kept(knowledge: Knowledge, every_phrase: list[str]) -> None:
    kept = Kept()
    meanings = Meanings(knowledge, CountingEncoder(), kept)
    with closing(meanings.learn()) as steps:
        next(steps)
        left = next(steps)
    assert len(kept) == len(every_phrase) - left > 0
    assert not meanings.is_ready
    assert next(Meanings(knowledge, CountingEncoder(), kept).learn()) == left


def test_meanwhile_a_mood_is_what_it_says_and_nobody_waits(knowledge: Knowledge) -> None:
    encoder = CountingEncoder()
    meanings = Meanings(knowledge, encoder, Kept())
    steps = meanings.learn()
    next(steps)

    early = meanings.of("calm, like wool")
    nothing = meanings.of("xyzzy")
    assert sum(encoder.calls) == 0
    assert early.said == ("calm",)
    assert early.asked[knowledge.number["calm"]] > 0
    assert early.hints[0] in knowledge.vocabulary.entries["calm"].sounds
    assert not nothing.asked.any()
    assert nothing.sketch == ""

    for _ in steps:
        pass
    waiting = Meanings(knowledge, WordEncoder())
    assert meanings.is_ready
    assert np.allclose(meanings.of("calm, like wool").asked, waiting.of("calm, like wool").asked)


def test_who_never_began_to_learn_waits(knowledge: Knowledge) -> None:
    meanings = Meanings(knowledge, WordEncoder())
    assert meanings.of("happy music").asked[knowledge.number["happy"]] > 0
    assert meanings.is_ready


def test_preparing_tells_how_far_it_is_and_can_be_called_off(
    knowledge: Knowledge, every_phrase: list[str]
) -> None:
    class Stopping(CountingEncoder):
        def encode(self, texts: Sequence[str]) -> FloatMatrix:
            if len(self.calls) == 2:
                progress.cancel()
            return super().encode(texts)

    progress, kept = Progress(), Kept()
    with pytest.raises(Cancelled):
        Meanings(knowledge, Stopping(), kept).prepare(progress)
    [stage] = progress.stages()
    assert (stage.done, stage.total) == (len(kept), len(every_phrase)) == (3 * 64, len(every_phrase))

    whole = Progress()
    Meanings(knowledge, CountingEncoder(), kept).prepare(whole)
    [stage] = whole.stages()
    assert stage.done == stage.total == len(every_phrase) - 3 * 64

    nothing = Progress()
    Meanings(knowledge, CountingEncoder(), kept).prepare(nothing)
    assert nothing.stages() == ()
