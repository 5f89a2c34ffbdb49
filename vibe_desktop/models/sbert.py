"""The sentence encoder: texts in, unit vectors out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import FloatMatrix, FloatVector, Space, SpaceKind
from vibe_desktop.machine import usable_cores
from vibe_desktop.models.installed import InstalledModel, open_model
from vibe_desktop.models.session import open_session, options_for

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

NAME = "sbert"
LONGEST_TEXT = 20_000
"""Characters looked at; far more than the model's 256 word pieces hold of any language."""

_BUCKET = 4
_TOKENS_PER_BATCH = 1024
_REMEMBERED = 512

Tokens = NDArray[np.int64]


class SentenceEncoder:
    """Encodes texts with all-MiniLM-L6-v2, or with the model exported in its place.

    Nothing is read from disk before it is needed; may be used from several
    threads. `threads` is the number the network computes on (0: all this
    process may use).
    """

    def __init__(self, models_folder: Path, threads: int = 0) -> None:
        """Remember where the models are."""
        self._models_folder = models_folder
        self.threads = threads or usable_cores()
        self._lock = threading.Lock()
        self._model: InstalledModel | None = None
        self._tokenizer: Tokenizer | None = None
        self._session: onnxruntime.InferenceSession | None = None
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._encode_one)

    @property
    def space(self) -> Space:
        """The space of the vectors; reads the manifest only. Raises `ModelMissing` or `ModelDamaged`."""
        model = self._opened()
        return Space(NAME, SpaceKind.TEXT, model.number("dimensions"), model.fingerprint)

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return shape (len(texts), dimensions), float32, rows of length 1; any text will do.

        A text is cut at the model's longest input. Single texts are remembered.
        Raises `ModelMissing` or `ModelDamaged`.
        """
        if len(texts) == 1:
            return self._remembered(texts[0])[np.newaxis].copy()
        return self._encode_many(texts)

    def _encode_one(self, text: str) -> FloatVector:
        vector: FloatVector = self._encode_many([text])[0]
        return vector

    def _encode_many(self, texts: Sequence[str]) -> FloatMatrix:
        """Compute every distinct text once: the songs of an album often share a caption."""
        cleaned = [_clean(text) for text in texts]
        place = {text: row for row, text in enumerate(dict.fromkeys(cleaned))}
        vectors: FloatMatrix = self._compute(list(place))[[place[text] for text in cleaned]]
        return vectors

    def _compute(self, texts: list[str]) -> FloatMatrix:
        tokenizer, session = self._loaded()
        encoded = [item.ids for item in tokenizer.encode_batch(texts)]
        vectors = np.empty((len(texts), self.space.dimensions), dtype=np.float32)
        for chosen in _batches([len(ids) for ids in encoded]):
            ids, mask = _padded([encoded[row] for row in chosen])
            (vectors[chosen],) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        with self._opened().doubted():
            if not np.isfinite(vectors).all():
                raise ArithmeticError("The sentence encoder answered with something that is no number.")
        return vectors

    def _opened(self) -> InstalledModel:
        if self._model is None:
            self._model = open_model(self._models_folder, NAME)
        return self._model

    def _loaded(self) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
        with self._lock:
            if self._tokenizer is None or self._session is None:
                model = self._opened()
                with model.doubted():
                    self._tokenizer = _load_tokenizer(model)
                    self._session = open_session(model.file("model.onnx"), options_for(self.threads))
            return self._tokenizer, self._session


def _load_tokenizer(model: InstalledModel) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model.file("tokenizer.json")))
    tokenizer.enable_truncation(model.number("max_length"))
    tokenizer.no_padding()
    return tokenizer


def _clean(text: str) -> str:
    """Bound the length and drop what is not text: halves of characters, from odd file names."""
    return text[:LONGEST_TEXT].encode("utf-8", "ignore").decode("utf-8")


def _batches(lengths: Sequence[int]) -> Iterator[NDArray[np.intp]]:
    """Group rows of like length; a group holds about the same number of tokens whatever their length.

    Bounding tokens, not rows, bounds memory: attention grows with the square of the length.
    """
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        # The longest of the batch decides its width; lengths only grow along `order`.
        end = start + 1
        while end < len(order) and _width(lengths[order[end]]) * (end + 1 - start) <= _TOKENS_PER_BATCH:
            if _width(lengths[order[end]]) != _width(lengths[order[start]]):
                break
            end += 1
        yield order[start:end]
        start = end


def _width(length: int) -> int:
    """Round up to a multiple of the bucket: few distinct shapes, so the runtime's memory is reused."""
    return -(-length // _BUCKET) * _BUCKET


def _padded(rows: Sequence[list[int]]) -> tuple[Tokens, Tokens]:
    """Return ids and mask of shape (rows, width), int64."""
    ids = np.zeros((len(rows), _width(max(map(len, rows)))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return ids, mask
