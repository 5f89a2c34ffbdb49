"""Reads prompts in a process of its own, which has what answers moods in it and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from vibe_desktop.models import clap_prompts
from vibe_desktop.models.clap import ClapEar
from vibe_desktop.models.clap_towers import TOKENIZER_FILE
from vibe_desktop.models.sbert import SentenceEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds for prompts and for whole ensembles; bytes resident with, and added by, the text tower."""

    first: float
    prompts: list[float]
    ensembles: list[float]
    neutral: float
    sentences: float
    """prompts in an ensemble, mean"""
    tokens: float
    """tokens in a prompt, mean"""
    memory: int
    added: int


def read(encoder_models: Path, models: Path, singly: Sequence[str], moods: Sequence[str]) -> Reading:
    """Load the encoder as who answers does; then ask one prompt of each mood in `singly`, all of `moods`'."""
    SentenceEncoder(encoder_models).encode(["the first"])
    before = psutil.Process().memory_info().rss
    ear = ClapEar(models)
    prompts = [_one_of(clap_prompts.ensemble(mood), number) for number, mood in enumerate(singly)]
    first = _seconds(lambda: ear.text.embed(["the first"]))
    ear.text.embed(prompts[:3])
    one_by_one = [_seconds(lambda prompt=prompt: ear.text.embed([prompt])) for prompt in prompts]  # type: ignore[misc]
    ensembles = [_seconds(lambda mood=mood: ear.phrase_vectors([mood])) for mood in moods]  # type: ignore[misc]
    neutral = _seconds(lambda: ear.sentence_vectors(clap_prompts.neutral()))
    memory = psutil.Process().memory_info().rss
    return Reading(
        first=first,
        prompts=one_by_one,
        ensembles=ensembles,
        neutral=neutral,
        sentences=float(np.mean([len(clap_prompts.ensemble(mood)) for mood in moods])),
        tokens=_tokens(ear, prompts),
        memory=memory,
        added=memory - before,
    )


def _one_of(prompts: Sequence[str], number: int) -> str:
    return prompts[number % len(prompts)]


def _tokens(ear: ClapEar, prompts: Sequence[str]) -> float:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ear.model.file(TOKENIZER_FILE)))
    return float(np.mean([len(tokenizer.encode(prompt).ids) for prompt in prompts]))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
