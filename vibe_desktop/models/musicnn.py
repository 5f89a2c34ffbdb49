"""MusiCNN as an ear: hears 100 tags, and makes a vector of how far each stands out.

For each tag, the log-odds of its mean probability over ten patches of 3 s,
in standard deviations above what is usual for that tag in the music the network
learnt from: first the 50 tags of the Million Song Dataset network, then the 50
of the MagnaTagATune one. Standardised, no tag drowns another, neither in
cosines between tracks nor in scores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.audio import log_mel as front_end
from vibe_desktop.domain import Encoder, FloatMatrix, FloatVector, Hearing, Space, SpaceKind, WindowPlan
from vibe_desktop.models import musicnn_graph
from vibe_desktop.models.installed import InstalledModel, open_model
from vibe_desktop.models.last_array import LastArray
from vibe_desktop.models.musicnn_score import Wanted, usual_in
from vibe_desktop.models.musicnn_tags import TAGS, Usual, concepts, labels, membership
from vibe_desktop.models.session import open_session, options_for

if TYPE_CHECKING:
    import onnxruntime

NAME = "musicnn"
WINDOWS = WindowPlan(front_end.SAMPLE_RATE, 3.0, 10)
_POOLING = "standardised log-odds of the mean probability, 1"
_FLOOR = 1e-5
"""Probabilities closer than this to 0 or 1 are taken as this: beyond, log-odds are noise."""


class MusicnnEar:
    """Hears with MusiCNN; `encoder` understands the phrases that are scored.

    Nothing is read before it is needed: `space` reads the manifest, `hear` the
    network, `score` the encoder. `threads` is how many the network computes on.
    May be used from several threads. Every method raises `ModelMissing` or
    `ModelDamaged` if the model cannot be used.
    """

    windows = WINDOWS
    names_by = ""

    def __init__(self, models_folder: Path, encoder: Encoder, threads: int = 1) -> None:
        """Remember where the models are."""
        self._models_folder = models_folder
        self._encoder = encoder
        self._threads = threads
        self._usual_in = LastArray(usual_in)

    @cached_property
    def space(self) -> Space:
        """The space of the vectors: 100 tags, in standard deviations."""
        constants = [front_end.SAMPLE_RATE, front_end.FRAME, front_end.HOP, front_end.BANDS]
        facts = [self._model.fingerprint, constants, [WINDOWS.seconds, WINDOWS.count], _POOLING]
        fingerprint = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
        return Space(NAME, SpaceKind.EAR, len(TAGS), fingerprint)

    @property
    def words(self) -> tuple[str, ...]:
        """What it can hear by itself."""
        return tuple(concept.name for concept in concepts())

    def hear(self, windows: FloatMatrix) -> Hearing:
        """Listen to windows [n, 48000], float32 within [-1, 1] at 16 kHz, n at least 1."""
        # One window at a time is as fast as several, and takes a third of the memory of four.
        probabilities = np.vstack([self._probabilities(window) for window in windows])
        with self._model.doubted():
            if not np.isfinite(probabilities).all():
                raise ArithmeticError("The network answered with something that is no number.")
        log_odds = _log_odds(probabilities.mean(axis=0))
        vector = (log_odds - self._usual.mean) / self._usual.deviation
        spread = _log_odds(probabilities).std(axis=0) / self._usual.deviation
        return Hearing(vector, spread, labels(vector, log_odds))

    def score(self, phrases: Sequence[str], vectors: FloatMatrix) -> FloatMatrix:
        """Return float32 [phrases, vectors]: how much each vector sounds like each phrase.

        Each row has mean 0 and deviation 1 over `vectors`. What is usual over
        `vectors` is remembered for the last array given, so pass the same one.
        """
        return self.score_words(np.stack([self._wanted.weights(phrase) for phrase in phrases]), vectors)

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        """Return float32 [n, vectors]: how much each vector sounds like weighted words [n, words]."""
        usual = self._usual_in.of(vectors)
        weights = worth @ membership()
        # The weighted sum of tags standardised anew over this library, without ever holding it standardised.
        scores: FloatMatrix = (vectors @ (weights / usual.deviation).T).T
        centred = scores - scores.mean(axis=1, keepdims=True)
        deviation = centred.std(axis=1, keepdims=True)
        standardised: FloatMatrix = centred / np.where(deviation > 0, deviation, 1)
        return standardised

    def score_passages(self, phrases: Sequence[str], windows: Sequence[FloatMatrix]) -> None:
        """Return None: a tag's mean over the track is all that is kept."""

    def name(self, vectors: FloatMatrix) -> None:
        """Return None: each track was named while it was heard."""

    def _probabilities(self, window: FloatVector) -> FloatMatrix:
        """Return [1, 100] for one window."""
        patch = front_end.log_mel(window[np.newaxis])[:, : musicnn_graph.FRAMES]
        answer: FloatMatrix = self._session.run(["probabilities"], {"log_mel": patch})[0]
        return answer

    @cached_property
    def _model(self) -> InstalledModel:
        return open_model(self._models_folder, NAME)

    @cached_property
    def _usual(self) -> Usual:
        stored = json.loads(self._model.file(musicnn_graph.USUAL_FILE).read_text("utf-8"))
        return Usual(np.array(stored["mean"], np.float32), np.array(stored["deviation"], np.float32))

    @cached_property
    def _wanted(self) -> Wanted:
        return Wanted(self._encoder)

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        path = self._model.file(musicnn_graph.FILE)
        with self._model.doubted():
            # Planning ahead for the one shape there is holds 35 MB more and saves no time.
            return open_session(path, options_for(self._threads, memory_pattern=False))


def _log_odds(probabilities: FloatMatrix | FloatVector) -> FloatVector:
    """Return the log-odds of probabilities, element by element."""
    bounded = np.clip(probabilities, _FLOOR, 1 - _FLOOR)
    log_odds: FloatVector = np.log(bounded / (1 - bounded))
    return log_odds
