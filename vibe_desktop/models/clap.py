"""CLAP as an ear: hears vectors that can be compared with any words.

Each of six windows of 10 s becomes a vector of length 1; their mean, at length 1 too,
stands for the track, and they are kept themselves, so that a single passage can match.
Words are asked in several sentences (`clap_prompts`), and what a cosine between words and
sound is worth, `clap_score` and `clap_labels` decide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from vibe_desktop.audio import clap_mel as front_end
from vibe_desktop.domain import (
    FloatMatrix,
    FloatVector,
    Hearing,
    Label,
    PhraseStore,
    Space,
    SpaceKind,
    WindowPlan,
)
from vibe_desktop.models import clap_labels, clap_prompts, clap_score
from vibe_desktop.models.clap_towers import TEXT_FILE, TOKENIZER_FILE, AudioTower, TextTower
from vibe_desktop.models.installed import InstalledModel, open_model
from vibe_desktop.models.last_array import LastArray

NAME = "clap"
WINDOWS = WindowPlan(front_end.SAMPLE_RATE, front_end.SECONDS, 6, whole_repeats=True)
_POOLING = "mean of the windows' unit vectors, at length 1"
_READING = "one prompt at a time, at its own length, 1"
_REMEMBERED = 512
_READ_AT_ONCE = 64
"""Sentences between which their vectors are kept: whoever stops a long reading loses a second of it."""


class ClapEar:
    """Hears with CLAP; `phrases` keeps the vectors of sentences, so that they are asked for only once.

    Nothing is read before it is needed: `space` reads the manifest, `hear` the audio
    tower, whatever takes phrases the text tower. `threads` is how many the audio tower computes
    on; the text tower takes all there are. May be used from several threads. Every
    method raises `ModelMissing` or `ModelDamaged` if the model cannot be used.
    """

    windows = WINDOWS

    def __init__(self, models_folder: Path, phrases: PhraseStore | None = None, threads: int = 1) -> None:
        """Remember where the models are."""
        self._models_folder = models_folder
        self._phrases = phrases
        self._threads = threads
        self._usual = LastArray(lambda vectors: clap_score.Usual.of(vectors, self._background))
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._phrase_vector)

    words: tuple[str, ...] = ()

    @property
    def names_by(self) -> str:
        """What labels are chosen by."""
        return clap_labels.fingerprint()

    @cached_property
    def model(self) -> InstalledModel:
        """The installed model."""
        return open_model(self._models_folder, NAME)

    @cached_property
    def audio(self) -> AudioTower:
        """The network that hears."""
        return AudioTower(self.model, self._threads)

    @cached_property
    def text(self) -> TextTower:
        """The network that reads."""
        return TextTower(self.model)

    @cached_property
    def space(self) -> Space:
        """The space of the vectors."""
        constants = [
            front_end.SAMPLE_RATE,
            front_end.FRAME,
            front_end.HOP,
            front_end.BANDS,
            front_end.LOWEST_HZ,
            front_end.HIGHEST_HZ,
            "rounded to 16 bits",
        ]
        plan = [WINDOWS.seconds, WINDOWS.count, WINDOWS.whole_repeats]
        fingerprint = _digest([self.model.fingerprint, constants, plan, _POOLING])
        return Space(NAME, SpaceKind.EAR, self.model.number("dimensions"), fingerprint)

    def hear(self, windows: FloatMatrix) -> Hearing:
        """Listen to windows [n, 480000], float32 within [-1, 1] at 48 kHz, n at least 1."""
        vectors = np.vstack([self._heard(window) for window in windows])
        return Hearing(clap_prompts.pooled(vectors), vectors.std(axis=0), (), vectors)

    def score(self, phrases: Sequence[str], vectors: FloatMatrix) -> FloatMatrix:
        """Return float32 [phrases, vectors]: how much each vector sounds like each phrase.

        Each row has mean 0 and deviation 1 over `vectors`. What is usual for each vector is
        remembered for the last array given, so pass the same one.
        """
        asked = self.phrase_vectors(phrases)
        return clap_score.calibrated(asked, vectors, self._background, self._usual.of(vectors))

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        """Refuse: it takes phrases."""
        raise NotImplementedError

    def score_passages(self, phrases: Sequence[str], windows: Sequence[FloatMatrix]) -> FloatMatrix:
        """Return float32 [phrases, tracks]: how much each track's best windows sound like a phrase."""
        return clap_score.passages(self.phrase_vectors(phrases), windows, self._background)

    def name(self, vectors: FloatMatrix) -> list[tuple[Label, ...]]:
        """Name what is heard in each of `vectors`, the whole library's."""
        return clap_labels.name(self._label_vectors, vectors, self._background)

    def phrase_vectors(self, phrases: Sequence[str]) -> FloatMatrix:
        """Return unit rows [p, d]: the middle of the sentences each phrase is asked with."""
        rows = np.empty((len(phrases), self.space.dimensions), np.float32)
        for row, phrase in zip(rows, phrases, strict=True):
            row[:] = self._remembered(phrase)
        return rows

    def sentence_vectors(self, sentences: Sequence[str]) -> FloatMatrix:
        """Return unit rows [s, d] for sentences as they stand, from the store where it knows them."""
        distinct = list(dict.fromkeys(sentences))
        known = {} if self._phrases is None else self._phrases.find(self._reading, distinct)
        new = [sentence for sentence in distinct if sentence not in known]
        for start in range(0, len(new), _READ_AT_ONCE):
            some = new[start : start + _READ_AT_ONCE]
            read = dict(zip(some, self.text.embed(some), strict=True))
            known |= read
            if self._phrases is not None:
                self._phrases.keep(self._reading, read)
        return np.stack([known[sentence] for sentence in sentences])

    def _heard(self, window: FloatVector) -> FloatMatrix:
        """Return [1, d] for one window."""
        return self.audio.embed(front_end.log_mel(front_end.rounded(window[np.newaxis])))

    def _phrase_vector(self, phrase: str) -> FloatVector:
        return clap_prompts.pooled(self.sentence_vectors(clap_prompts.ensemble(phrase)))

    @cached_property
    def _reading(self) -> str:
        """The name of everything that moves the vector of a sentence."""
        for name in (TEXT_FILE, TOKENIZER_FILE):
            self.model.file(name)
        files = [self.model.manifest.files[name].sha256 for name in (TEXT_FILE, TOKENIZER_FILE)]
        return _digest([files, self.model.settings.get("max_length"), _READING])

    @cached_property
    def _background(self) -> FloatMatrix:
        return self.sentence_vectors(clap_prompts.neutral())

    @cached_property
    def _label_vectors(self) -> FloatMatrix:
        """The middles of all labels' sentences, read in one go."""
        ensembles = clap_labels.sentences()
        vectors = self.sentence_vectors([sentence for each in ensembles for sentence in each])
        ends = np.cumsum([len(each) for each in ensembles])[:-1]
        return np.stack([clap_prompts.pooled(some) for some in np.split(vectors, ends)])


def _digest(facts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
