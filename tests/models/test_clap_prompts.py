"""What CLAP is asked: sentences like those it learnt from, short, and none that it misunderstands."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.vocabulary import Kind, load_vocabulary
from vibe_desktop.models import clap_prompts
from vibe_desktop.models.clap_prompts import ensemble, label_ensemble, neutral

_DENIALS = re.compile(r"\b(no|not|without|never)\b", re.IGNORECASE)
_MOST_TOKENS = 77


def tokens_at_most(prompt: str) -> int:
    """Return a bound of the word pieces of plain English: two a word, one a mark, two around it all."""
    return 2 + 2 * len(prompt.split()) + len(re.findall(r"[^\w\s]", prompt))


def every_label_prompt() -> list[str]:
    entries = load_vocabulary().entries.values()
    return [prompt for entry in entries for prompt in label_ensemble(entry)]


@pytest.mark.parametrize(
    ("phrase", "prompts"),
    [
        (
            "calm piano",
            (
                "Calm piano.",
                "Calm piano music.",
                "A recording of calm piano music.",
                "This audio is a calm piano song.",
            ),
        ),
        (
            "some angry music",
            ("Angry.", "Angry music.", "A recording of angry music.", "This audio is an angry song."),
        ),
    ],
)
def test_a_few_words(phrase: str, prompts: tuple[str, ...]) -> None:
    assert ensemble(phrase) == prompts


def test_more_words_are_not_squeezed_in_before_music() -> None:
    prompts = ensemble("calm piano for a rainy evening")
    assert all(prompt.endswith("calm piano for a rainy evening.") for prompt in prompts[1:])
    assert len(prompts) == 4


def test_words_the_ear_hears_badly_are_replaced_and_denials_with_them() -> None:
    for prompt in ensemble("soft Female Voice"):
        assert "female vocalist" in prompt
        assert "oice" not in prompt
    assert not any(_DENIALS.search(prompt) for prompt in ensemble("instrumental music without vocals"))
    assert "invoice" in ensemble("male invoices")[0]


@pytest.mark.parametrize("phrase", ["", "  ", "music", "Song", "..."])
def test_nothing_in_particular_asks_for_music(phrase: str) -> None:
    prompts = ensemble(phrase)
    assert prompts
    assert all(re.search(r"\bmusic\b", prompt) for prompt in prompts)


@given(st.text())
def test_any_phrase_gives_some_prompts_of_bounded_length(phrase: str) -> None:
    prompts = ensemble(phrase)
    assert 1 <= len(prompts) <= 4
    assert len(set(prompts)) == len(prompts)
    assert all(len(prompt.split()) <= 45 for prompt in prompts)


def test_braces_in_a_phrase_are_words() -> None:
    assert ensemble("{} {0} %s")[0] == "{} {0} %s."


def test_genres_are_asked_as_the_model_learnt_them() -> None:
    assert "This audio is a techno song." in ensemble("techno", Kind.GENRE)
    assert "This audio is an electronic song." in ensemble("electronic", Kind.GENRE)
    assert "Children's music." in ensemble("children's music", Kind.GENRE)


@pytest.mark.parametrize(
    "spoken",
    [
        *("a euphoric", "a ukulele", "a UK garage", "a universal", "a one-man", "a 1980s", "a hopeful"),
        *("an uplifting", "an uninspired", "an 80s", "an 8-bit", "an 11/8", "an R&B", "an honest", "an EDM"),
    ],
)
def test_articles_are_chosen_by_ear(spoken: str) -> None:
    words = spoken.partition(" ")[2]
    assert f"This audio is {spoken} song." in ensemble(words)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_own_wording(kind: Kind) -> None:
    entry = load_vocabulary().of_kind(kind)[0]
    assert len(ensemble(entry.phrase, kind)) >= 2
    assert all(entry.phrase.casefold() in prompt.casefold() for prompt in ensemble(entry.phrase, kind))


def test_prompts_of_labels_are_short_and_deny_nothing() -> None:
    prompts = [*every_label_prompt(), *(p for some in clap_prompts.negatives().values() for p in some)]
    assert max(map(tokens_at_most, prompts)) <= _MOST_TOKENS
    assert [prompt for prompt in prompts if _DENIALS.search(prompt)] == []
    assert [prompt for prompt in prompts if "voice" in prompt.lower()] == []
    assert [prompt for prompt in prompts if not prompt[0].isupper() or not prompt.endswith(".")] == []


def test_no_two_labels_are_asked_alike() -> None:
    asked = [label_ensemble(entry) for entry in load_vocabulary().entries.values()]
    assert len(set(asked)) == len(asked)


def test_the_background_is_broad_and_neutral() -> None:
    prompts = neutral()
    assert len(set(prompts)) == len(prompts) == 48
    assert max(map(tokens_at_most, prompts)) <= _MOST_TOKENS
    vocabulary = load_vocabulary()
    moods = {prompt: vocabulary.mentions(prompt, (Kind.MOOD,)) for prompt in prompts}
    assert {prompt: found for prompt, found in moods.items() if found} == {}
    kinds = [entry.kind for prompt in prompts for entry in (m.entry for m in vocabulary.mentions(prompt))]
    assert kinds.count(Kind.GENRE) >= 15
    assert kinds.count(Kind.INSTRUMENT) >= 15


def test_the_table_names_only_what_the_vocabulary_or_itself_knows() -> None:
    vocabulary = load_vocabulary()
    chosen = clap_prompts.labels()
    for kind, names in chosen.items():
        for name in names:
            assert vocabulary.entries[name].kind == kind.removeprefix("not_")
    known = set(vocabulary.entries) | set(clap_prompts.negatives())
    assert {name for pair in clap_prompts.contrasts().items() for name in (pair[0], *pair[1])} <= known
    assert not set(vocabulary.entries) & set(clap_prompts.negatives())


def test_an_ensemble_becomes_one_vector_of_length_1() -> None:
    vectors = np.eye(4, dtype=np.float32)[:2]
    assert clap_prompts.pooled(vectors) == pytest.approx([0.5**0.5, 0.5**0.5, 0, 0])
    assert not clap_prompts.pooled(np.stack([vectors[0], -vectors[0]])).any()
    assert clap_prompts.pooled(vectors).dtype == np.float32


def test_the_sentences_have_a_fingerprint() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", clap_prompts.fingerprint())
