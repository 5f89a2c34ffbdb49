"""Writes the networks of a checkpoint and holds them against the model they were made from."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import ClapFeatureExtractor

from export_clap_checkpoint import Checkpoint
from export_clap_graph import Precision, audio_tower, text_tower
from vibe_desktop.audio.clap_mel import SAMPLE_RATE, WINDOW, log_mel, rounded
from vibe_desktop.models.installed import Manifest, describe_files, write_manifest

NAME = "clap"
AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE = "audio.onnx", "text.onnx", "tokenizer.json"
MAX_LENGTH = 77
"""Tokens CLAP was trained with."""
LEAST_COSINE = {"fp32": 0.9999, "int8": 0.9}
"""What the networks must reach."""
SENTENCES = (
    "piano",
    "A calm piano piece for a rainy evening.",
    "fast aggressive heavy metal with distorted guitars, double bass drums and screamed vocals",
    "Ünïcödé, 夜に聴きたい静かなピアノ 🎷",
    "This is a long description of a track that goes on and on. " * 12,
)

Rows = NDArray[np.float32]


def write(checkpoint: Checkpoint, precision: Precision, folder: Path) -> None:
    """Write networks, tokenizer and manifest, all of it or nothing, in place of an earlier export.

    Exits with a sentence if the folder holds something else or the networks do not agree with the model.
    """
    if folder.is_file() or (folder.exists() and {item.name for item in folder.iterdir()} - _OURS):
        sys.exit(f"{folder} holds other things; choose a new folder.")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _build(checkpoint, precision, part)
        _compare(checkpoint, precision, part)
        _describe(checkpoint, precision, part)
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    print(f"exported {checkpoint.title}, {precision}, to {folder}", flush=True)


_OURS = {AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE, "manifest.json"}


def _build(checkpoint: Checkpoint, precision: Precision, folder: Path) -> None:
    weights = {name: value.numpy() for name, value in checkpoint.model.state_dict().items()}
    text = checkpoint.model.config.text_config
    onnx.save(audio_tower(weights, precision), folder / AUDIO_FILE)
    onnx.save(text_tower(weights, precision, text.layer_norm_eps, text.pad_token_id), folder / TEXT_FILE)
    tokenizer = Tokenizer.from_str(checkpoint.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / TOKENIZER_FILE))


def _describe(checkpoint: Checkpoint, precision: Precision, folder: Path) -> None:
    settings = {
        "dimensions": checkpoint.model.config.projection_dim,
        "max_length": MAX_LENGTH,
        "variant": checkpoint.variant,
        "precision": precision,
    }
    files = describe_files(folder)
    write_manifest(folder, Manifest(NAME, checkpoint.title, None, checkpoint.files, settings, files))


def _compare(checkpoint: Checkpoint, precision: Precision, folder: Path) -> None:
    """Print how close the networks come to the model; exit with a sentence if not close enough."""
    sounds = signals()
    audio = run_audio(folder / AUDIO_FILE, log_mel(sounds))
    text = run_text(folder, SENTENCES)
    pairs = {
        "audio, transformers": (audio, transformers_audio(checkpoint, sounds)),
        "text, transformers": (text, transformers_text(checkpoint, SENTENCES)),
    }
    if checkpoint.laion is not None:
        heard = run_audio(folder / AUDIO_FILE, log_mel(rounded(sounds)))
        pairs["audio, laion-clap"] = (heard, checkpoint.laion.get_audio_embedding_from_data(sounds))
        pairs["text, laion-clap"] = (text, checkpoint.laion.get_text_embedding(list(SENTENCES)))
    print(f"| {checkpoint.title}, {precision} | smallest cosine |\n|---|---|")
    cosines = {name: least_cosine(ours, theirs) for name, (ours, theirs) in pairs.items()}
    for name, cosine in cosines.items():
        print(f"| {name} | {cosine:.7f} |")
    if odd := [name for name, cosine in cosines.items() if not cosine >= LEAST_COSINE[precision]]:
        sys.exit(f"The networks do not agree with the model ({'; '.join(odd)}), so nothing was exported.")


def least_cosine(ours: Rows, theirs: Rows) -> float:
    """Return the smallest cosine between rows of the same number, or NaN where a row is no direction."""
    with np.errstate(invalid="ignore"):
        return float((_unit([ours]) * _unit([theirs])).sum(axis=1).min())


def signals() -> Rows:
    """Return four windows of 10 s at 48 kHz, float32 (4, 480000): a chord, a sweep, beats, noise."""
    at = np.arange(WINDOW) / SAMPLE_RATE
    hiss = np.random.default_rng(1).standard_normal(WINDOW)
    chord = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220.0, 277.2, 329.6, 1318.5)) / 8
    sweep = 0.3 * np.sin(2 * np.pi * (100 * at + 600 * at**2)) + 1e-3 * hiss
    beats = np.exp(-12 * (at % 0.5)) * (0.6 * np.sin(2 * np.pi * 55 * at) + 0.1 * hiss)
    return np.stack([chord, sweep, beats, 0.1 * hiss]).astype(np.float32)


def run_audio(file: Path, mel: Rows) -> Rows:
    """Return the network's unit rows for log-mels (n, 1, 1001, 64), one by one."""
    session = _session(file)
    return _unit([session.run(["audio_embeds"], {"input_features": each[np.newaxis]})[0] for each in mel])


def run_text(folder: Path, sentences: tuple[str, ...]) -> Rows:
    """Return the network's unit rows for sentences, each at its own length."""
    session = _session(folder / TEXT_FILE)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.enable_truncation(MAX_LENGTH)
    tokenizer.no_padding()
    rows = []
    for sentence in sentences:
        ids = np.array([tokenizer.encode(sentence).ids], np.int64)
        rows += session.run(["text_embeds"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    return _unit(rows)


def transformers_audio(checkpoint: Checkpoint, sounds: Rows) -> Rows:
    """Return what transformers' own front end and model make of sounds (n, 480000)."""
    extract = ClapFeatureExtractor(truncation="rand_trunc", frequency_min=50, frequency_max=14_000)
    features = extract(list(sounds), sampling_rate=SAMPLE_RATE, return_tensors="pt")["input_features"]
    with torch.no_grad():
        return checkpoint.model.get_audio_features(input_features=features.float()).pooler_output.numpy()


def transformers_text(checkpoint: Checkpoint, sentences: tuple[str, ...]) -> Rows:
    """Return what transformers makes of sentences, padded to the longest."""
    tokens = checkpoint.tokenizer(
        list(sentences), padding=True, truncation=True, max_length=MAX_LENGTH, return_tensors="pt"
    )
    with torch.no_grad():
        return checkpoint.model.get_text_features(
            input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
        ).pooler_output.numpy()


def _session(file: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


def _unit(rows: list[Rows]) -> Rows:
    stacked = np.concatenate(rows)
    return stacked / np.linalg.norm(stacked, axis=1, keepdims=True)
