"""The sentence encoder: right, steady, and not to be upset by any text."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vibe_desktop.domain import SpaceKind
from vibe_desktop.models.installed import ModelMissing
from vibe_desktop.models.sbert import SentenceEncoder, _batches, _width

GOLDEN = json.loads(Path(__file__).with_name("sbert_golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def encoder(models_folder: Path) -> SentenceEncoder:
    """Return the real encoder."""
    return SentenceEncoder(models_folder, threads=1)


def test_it_gives_the_numbers_sentence_transformers_gives(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode([row["text"] for row in GOLDEN])
    for vector, row in zip(vectors, GOLDEN, strict=True):
        np.testing.assert_allclose(vector[: len(row["vector"])], row["vector"], atol=1e-4)


def test_it_knows_what_belongs_together(encoder: SentenceEncoder) -> None:
    mood = encoder.encode(["music to fall asleep to"])[0]
    quiet, loud = encoder.encode(["A soft lullaby on the piano.", "Brutal death metal, screamed."])
    assert mood @ quiet > mood @ loud + 0.2


def test_company_and_order_do_not_change_a_vector(encoder: SentenceEncoder) -> None:
    texts = ["jazz", "A long and winding description of a very quiet record. " * 6, "", "piano and rain " * 9]
    texts += [f"{number} calm songs for a rainy evening" for number in range(40)]
    together = encoder.encode(texts)
    backwards = encoder.encode(texts[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(together, backwards, atol=1e-6)


def test_a_shared_caption_is_computed_once(encoder: SentenceEncoder) -> None:
    texts = [f"An album's caption, number {number % 2}." for number in range(20_000)]
    vectors = encoder.encode(texts)  # one by one this would take minutes, and the test's time with it
    np.testing.assert_array_equal(vectors[::2], np.tile(vectors[0], (10_000, 1)))
    assert vectors[0] @ vectors[1] < 0.999


_ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@given(texts=st.lists(_ANY_TEXT, max_size=5))
@settings(max_examples=40)
@example(texts=[])
def test_any_text_becomes_a_unit_vector(encoder: SentenceEncoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "\udce9\udcff.mp3", "🎷" * 2_000, "a" * 1_000_000, "word " * 200_000, "\n" * 1_000_000],
    ids=["empty", "NUL", "surrogates", "emoji", "one long word", "many words", "no words"],
)
def test_hostile_texts_are_only_texts(encoder: SentenceEncoder, text: str) -> None:
    vector = encoder.encode([text])[0]
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_is_read_up_to_256_word_pieces(encoder: SentenceEncoder) -> None:
    start = "calm " * 254
    vectors = encoder.encode([start, start + "metal " * 50, "calm " * 253, "calm " * 253 + "metal"])
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-6)
    assert vectors[2] @ vectors[3] < 0.9999


def test_remembered_vectors_cannot_be_spoilt(encoder: SentenceEncoder) -> None:
    first = encoder.encode(["quiet night"])
    expected = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(encoder.encode(["quiet night"]), expected)


def test_several_threads_may_ask_at_once(models_folder: Path) -> None:
    shared = SentenceEncoder(models_folder, threads=1)
    answers: list[np.float32] = []

    def ask(number: int) -> None:
        left, right = shared.encode([f"song {number}", f"song {number}"])
        answers.append(left @ right)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(answers, np.ones(4), atol=1e-5)


def test_nothing_is_read_before_it_is_needed(tmp_path: Path) -> None:
    lazy = SentenceEncoder(tmp_path / "nowhere")
    with pytest.raises(ModelMissing):
        lazy.encode(["anything"])
    with pytest.raises(ModelMissing):
        _ = lazy.space


def test_the_space_is_that_of_the_model(models_folder: Path) -> None:
    plain = SentenceEncoder(models_folder).space
    assert (plain.name, plain.kind, plain.dimensions) == ("sbert", SpaceKind.TEXT, 384)
    assert plain == SentenceEncoder(models_folder, threads=2).space


@given(lengths=st.lists(st.integers(2, 256), max_size=200))
def test_batches_hold_every_row_once_and_bounded_work(lengths: list[int]) -> None:
    batches = list(_batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        widths = {_width(lengths[row]) for row in batch}
        assert len(widths) == 1
        assert widths.pop() * len(batch) <= 1024
