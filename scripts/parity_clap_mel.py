"""Compares our front end for CLAP with the two published ones: transformers' and laion-clap's (torchlibrosa).

Needs an environment of its own (torch is never a dependency of the program):

    python3.11 -m venv /tmp/parity
    /tmp/parity/bin/pip install torch torchlibrosa transformers -e .
    /tmp/parity/bin/python scripts/parity_clap_mel.py [AUDIO FILE ...]

Prints a Markdown table of differences in decibels; with `--golden FILE` it also
writes the originals' numbers for the synthetic windows, which tests hold us to.
Torchlibrosa computes in float32 as laion-clap does; beside it stands the same
module in float64, which tells its rounding from a difference of method.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.audio.clap_mel import (
    BANDS,
    FRAME,
    HIGHEST_HZ,
    HOP,
    LOWEST_HZ,
    SAMPLE_RATE,
    SECONDS,
    WINDOW,
    log_mel,
    rounded,
)
from vibe_desktop.domain import FloatMatrix, WindowPlan

_CLICK = 0.999
_PRIME = 65_537
_STEP = (slice(None), slice(None), slice(None, None, 50), slice(None, None, 7))
"""Which of the numbers are golden."""


def synthetic_windows() -> FloatMatrix:
    """Return two windows of 10 s over noise: a beating chord with clicks, and a rising tone on waves."""
    count = np.arange(WINDOW, dtype=np.int64)
    time = count / SAMPLE_RATE
    noise = 0.2 * ((count**3 + 7 * count) % _PRIME / _PRIME - 0.5)
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 277.2, 329.6, 1318.5)) / 8
    clicks = 0.6 * (np.sin(2 * np.pi * 2 * time) > _CLICK)
    sweep = 0.5 * np.sin(2 * np.pi * (100 * time + 600 * time**2))
    waves = 0.6 * np.sin(2 * np.pi * 55 * time) * np.sin(2 * np.pi * 1.5 * time)
    return np.stack([chord + clicks + noise, sweep + waves + noise]).astype(np.float32)


def by_transformers(windows: FloatMatrix) -> NDArray[Any]:
    """Run the extractor with the settings published beside the weights."""
    transformers: Any = importlib.import_module("transformers")
    extract = transformers.ClapFeatureExtractor(
        feature_size=BANDS,
        sampling_rate=SAMPLE_RATE,
        hop_length=HOP,
        max_length_s=int(SECONDS),
        fft_window_size=FRAME,
        frequency_min=LOWEST_HZ,
        frequency_max=HIGHEST_HZ,
        truncation="rand_trunc",
        padding="repeatpad",
    )
    features: NDArray[Any] = extract(list(windows), sampling_rate=SAMPLE_RATE, return_tensors="np")[
        "input_features"
    ]
    return features


def by_laion(windows: FloatMatrix, *, precisely: bool = False) -> NDArray[Any]:
    """Run the two modules that laion-clap's audio tower begins with."""
    torch: Any = importlib.import_module("torch")
    stft: Any = importlib.import_module("torchlibrosa.stft")
    modules = torch.nn.Sequential(
        stft.Spectrogram(n_fft=FRAME, hop_length=HOP, win_length=FRAME, window="hann", pad_mode="reflect"),
        stft.LogmelFilterBank(
            sr=SAMPLE_RATE,
            n_fft=FRAME,
            n_mels=BANDS,
            fmin=LOWEST_HZ,
            fmax=HIGHEST_HZ,
            ref=1.0,
            amin=1e-10,
            top_db=None,
        ),
    )
    sound = torch.from_numpy(windows)
    with torch.no_grad():
        decibels = modules.double()(sound.double()) if precisely else modules(sound)
    features: NDArray[Any] = decibels.numpy()
    return features


def compare(title: str, windows: FloatMatrix) -> None:
    """Print a row for each reference, and one for what the rounding to 16 bits changes."""
    clipped = np.clip(windows, -1, 1)
    ours = log_mel(clipped)
    coarse = rounded(clipped)
    others = {
        "transformers": (ours, by_transformers(clipped)),
        "laion-clap": (log_mel(coarse), by_laion(coarse)),
        "laion-clap in float64": (log_mel(coarse), by_laion(coarse, precisely=True)),
        "our own without the rounding to 16 bits": (log_mel(coarse), ours),
    }
    for name, (one, other) in others.items():
        gap = np.abs(one - other)
        print(f"| {title}: {name} | {gap.max():.1e} | {gap.mean():.1e} |")


def main() -> None:
    """Compare on the synthetic windows and on every file given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("audio", type=Path, nargs="*", help="pieces of music")
    parser.add_argument("--golden", type=Path, help="where to write the originals' numbers")
    options = parser.parse_args()
    print("| decibels | largest | mean |\n|---|---|---|")
    windows = synthetic_windows()
    compare("synthetic", windows)
    if options.golden:
        clipped = np.clip(windows, -1, 1)
        golden = {"transformers": by_transformers(clipped), "laion": by_laion(rounded(clipped))}
        text = json.dumps({name: np.round(mel[_STEP], 5).tolist() for name, mel in golden.items()})
        options.golden.write_text(text + "\n", "utf-8")
    if options.audio:
        from vibe_desktop.audio.decode import read_windows
    for file in options.audio:
        compare(file.name, read_windows(os.fsencode(file), WindowPlan(SAMPLE_RATE, SECONDS, 6)))


if __name__ == "__main__":
    main()
