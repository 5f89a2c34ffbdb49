"""Other ways to answer, to compare with: each by its own senses only, and saying so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mood_library import Song, make_engine
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import Label, Queue, Tags, VibeError
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.request import parse

KINDS = {
    "reads": ("calm piano", "loud drums"),
    "sounds": ("loud drums", "calm piano"),
    "both": ("calm piano", "calm piano"),
    "neither": ("loud drums", "loud drums"),
}


@pytest.fixture
def engine(tmp_path: Path) -> MoodEngine:
    """Return an engine over 400 tracks whose captions and sounds agree or do not, 100 of each kind."""
    songs = [
        Song(
            f"{caption} {n}",
            Tags(title=f"{kind.title()} {n}", artist=f"{kind} {n}", seconds=200.0),
            f"{heard} {n}",
            (Label("piano" if "piano" in heard else "drums", 0.9),),
        )
        for n in range(100)
        for kind, (caption, heard) in KINDS.items()
    ]
    return make_engine(tmp_path, songs, load_vocabulary())


def answered(engine: MoodEngine, mode: Mode, text: str = "calm piano, 20 songs") -> Queue:
    return engine.answer(parse(text, load_vocabulary()), mode=mode)


def kinds(queue: Queue) -> set[str]:
    assert queue.entries
    return {entry.track.tags.artist.split()[0] for entry in queue.entries}


def test_each_mode_answers_by_its_own_senses(engine: MoodEngine) -> None:
    assert kinds(answered(engine, Mode.FUSION)) == {"both"}
    assert kinds(answered(engine, Mode.TEXT)) == {"reads", "both"}
    assert kinds(answered(engine, Mode.EAR)) == {"sounds", "both"}
    assert kinds(answered(engine, Mode.CLASSIC)) <= {"sounds", "both"}


def test_classic_takes_the_nearest_captions_and_orders_them_by_ear_alone(engine: MoodEngine) -> None:
    ranking = engine.rank(parse("calm piano", load_vocabulary()), mode=Mode.CLASSIC)
    assert len(ranking.ids) == 300
    assert sorted(ranking.caption_places.tolist()) == list(range(1, 301))
    assert (ranking.senses["ear"][:-1] >= ranking.senses["ear"][1:]).all()
    # However long the queue is to be: what did not make it in by its caption never comes.
    longer = engine.rank(parse("calm piano, 200 songs", load_vocabulary()), mode=Mode.CLASSIC)
    assert len(longer.ids) == 300


def test_without_a_mode_it_is_fusion(engine: MoodEngine) -> None:
    request = parse("calm piano", load_vocabulary())
    assert engine.answer(request) == engine.answer(request, mode=Mode.FUSION)


@pytest.mark.parametrize("mode", Mode)
def test_answers_are_the_same_each_time(engine: MoodEngine, mode: Mode) -> None:
    assert answered(engine, mode) == answered(engine, mode)


@pytest.mark.parametrize("mode", Mode)
def test_what_is_to_be_avoided_is_avoided_in_every_mode(engine: MoodEngine, mode: Mode) -> None:
    queue = answered(engine, mode, "music without drums, 20 songs")
    proven = [entry for entry in queue.entries if "drums" in [label.name for label in entry.track.labels]]
    assert proven == []


def test_reasons_name_only_what_counts(engine: MoodEngine) -> None:
    by_text = answered(engine, Mode.TEXT).entries
    assert all("sound" not in entry.reason.lower() and "eard" not in entry.reason for entry in by_text)
    assert all("sound" not in entry.line and "heard" not in entry.line for entry in by_text)
    assert all(entry.ear_rank is None and "by words" in entry.reason for entry in by_text)
    by_ear = answered(engine, Mode.EAR).entries
    assert all("description" not in entry.reason and "by words" not in entry.reason for entry in by_ear)
    assert all("caption" not in entry.line and "words" not in entry.line for entry in by_ear)
    assert all(entry.caption_rank is None and "by sound" in entry.reason for entry in by_ear)
    classic = answered(engine, Mode.CLASSIC).entries
    assert all("by words and" in entry.reason and "by sound" in entry.reason for entry in classic)


@pytest.mark.parametrize("mode", Mode)
def test_evidence_is_of_the_senses_that_count(engine: MoodEngine, mode: Mode) -> None:
    evidence = answered(engine, mode).entries[0].evidence
    assert ("caption" in evidence) == mode.captions_decide
    assert ("ear" in evidence) == mode.listens


@pytest.mark.parametrize("mode", [Mode.CLASSIC, Mode.EAR])
def test_without_an_ear_it_is_said_what_is_missing(tmp_path: Path, mode: Mode) -> None:
    deaf = make_engine(tmp_path, [Song("calm piano")], load_vocabulary())
    with pytest.raises(VibeError, match=f"“{mode.value}”, an ear must have heard") as caught:
        answered(deaf, mode)
    assert "vibe-desktop models status" in caught.value.remedy
    assert answered(deaf, Mode.TEXT).entries
    assert answered(deaf, Mode.FUSION).entries
