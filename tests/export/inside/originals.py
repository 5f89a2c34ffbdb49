"""Asks laion-clap and transformers themselves, with their own loaders, in the export's own environment.

Run as `python originals.py CHECKPOINTS WINDOWS.npy SENTENCES.json ANSWERS.npz`: what each makes of windows
(n, 480000) at 48 kHz and of sentences, every row at length 1, and how long a window takes.
"""

from __future__ import annotations

import json
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel


def main(folder: Path, windows: Path, sentences: Path, answers: Path) -> None:
    """Write the answers of both."""
    sounds, texts = np.load(windows), json.loads(sentences.read_text(encoding="utf-8"))
    with torch.no_grad():
        np.savez(
            answers,
            **ask_laion(folder, sounds, texts),
            **ask_transformers(folder / "transformers", sounds, texts),
        )


def ask_laion(folder: Path, sounds: np.ndarray, texts: list[str]) -> dict[str, np.ndarray]:
    """Load with `load_ckpt`, as its manual says, and embed."""
    with chdir(folder):
        import laion_clap  # looks for `roberta-base` already now

        clap = laion_clap.CLAP_Module(enable_fusion=False, device="cpu", amodel="HTSAT-tiny")
    clap.load_ckpt(str(folder / "laion-tiny.pt"), verbose=False)
    clap.eval()
    branch = clap.model.audio_branch
    rounded = laion_clap.hook.int16_to_float32(laion_clap.hook.float32_to_int16(sounds))
    mel = branch.logmel_extractor(branch.spectrogram_extractor(torch.tensor(rounded)))
    return {
        "laion_mel": mel.numpy(),
        "laion_audio": clap.get_audio_embedding_from_data(sounds),
        "laion_text": clap.get_text_embedding(texts),
    }


def ask_transformers(folder: Path, sounds: np.ndarray, texts: list[str]) -> dict[str, np.ndarray]:
    """Load with `from_pretrained` and embed, the sentences padded to the longest."""
    model = ClapModel.from_pretrained(folder).eval()
    extract, tokenizer = ClapFeatureExtractor.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    mel = extract(list(sounds), sampling_rate=48_000, return_tensors="pt")["input_features"].float()
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=77, return_tensors="pt")
    return {
        "transformers_mel": mel.numpy(),
        "transformers_audio": model.get_audio_features(input_features=mel).pooler_output.numpy(),
        "transformers_text": model.get_text_features(**tokens).pooler_output.numpy(),
    }


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
