"""Compares our MusiCNN with the original one, run by TensorFlow from the original package.

Needs an environment of its own (TensorFlow is never a dependency of the program):

    python3.11 -m venv /tmp/parity
    /tmp/parity/bin/pip install tensorflow-cpu tf_keras librosa -e .
    /tmp/parity/bin/pip download --no-deps musicnn==0.1.0
    unzip musicnn-0.1.0-py3-none-any.whl -d /tmp/musicnn
    /tmp/parity/bin/python scripts/parity_musicnn.py /tmp/musicnn/musicnn [AUDIO FILE]

Prints a Markdown table for docs/parity.md; with `--golden FILE` it also writes
the original's numbers for the synthetic signal, which tests hold us to.
The original's own code builds the network (models.py) and librosa computes its
front end with the parameters of its extractor.py.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.audio.decode import read_windows
from vibe_desktop.audio.log_mel import SAMPLE_RATE, log_mel
from vibe_desktop.domain import FloatMatrix, WindowPlan
from vibe_desktop.models import musicnn_graph

_CLICK = 0.999
Answers = tuple[NDArray[Any], NDArray[Any]]


def synthetic_windows() -> FloatMatrix:
    """Return two windows of 3 s: a beating chord with clicks, and a rising tone over slow waves."""
    time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 277.2, 329.6, 1318.5)) / 8
    clicks = 0.4 * (np.sin(2 * np.pi * 2 * time) > _CLICK)
    sweep = 0.3 * np.sin(2 * np.pi * (100 * time + 600 * time**2))
    waves = 0.2 * np.sin(2 * np.pi * 55 * time) * np.sin(2 * np.pi * 1.5 * time)
    return np.stack([chord + clicks, sweep + waves]).astype(np.float32)


def original_mel(windows: FloatMatrix) -> FloatMatrix:
    """Compute the front end with librosa, in float32 where the original rounds power to float16."""
    librosa: Any = importlib.import_module("librosa")
    powers = [
        librosa.feature.melspectrogram(
            y=window, sr=16000, hop_length=256, n_fft=512, n_mels=96, pad_mode="reflect"
        ).T
        for window in windows
    ]
    mel: FloatMatrix = np.log10(10000 * np.stack(powers) + 1).astype(np.float32)
    return mel[:, : musicnn_graph.FRAMES]


def original_network(package: Path, name: str, mel: FloatMatrix) -> Answers:
    """Run the original network over patches [n, 187, 96]: tag probabilities and 200 features."""
    tf: Any = importlib.import_module("tensorflow")
    models: Any = importlib.import_module("musicnn.models")
    tf.compat.v1.disable_eager_execution()
    tf.compat.v1.reset_default_graph()
    with tf.compat.v1.Session() as session:
        with tf.name_scope("model"):
            patches = tf.compat.v1.placeholder(tf.float32, [None, musicnn_graph.FRAMES, musicnn_graph.BANDS])
            training = tf.compat.v1.placeholder(tf.bool)
            logits, *_, penultimate = models.define_model(patches, training, name, musicnn_graph.TAGS)
            outputs = [tf.nn.sigmoid(logits), penultimate]
        tf.compat.v1.train.Saver().restore(session, f"{package / name}{os.sep}")
        tags, features = session.run(outputs, {patches: mel, training: False})
    return tags, features


def both(package: Path, mel: FloatMatrix) -> Answers:
    """Run both original networks and join their answers as ours are."""
    answers = [original_network(package, name, mel) for name in musicnn_graph.CHECKPOINTS]
    return np.hstack([tags for tags, _ in answers]), np.hstack([features for _, features in answers])


def ours(package: Path, mel: FloatMatrix) -> Answers:
    """Run our network over the same patches."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        musicnn_graph.convert(package, Path(folder))
        session = onnxruntime.InferenceSession(
            str(Path(folder) / musicnn_graph.FILE), providers=["CPUExecutionProvider"]
        )
        tags, features = session.run(None, {"log_mel": mel})
    return np.asarray(tags), np.asarray(features)


def difference(ours: NDArray[Any], theirs: NDArray[Any]) -> str:
    """Return the largest and mean absolute difference as table cells."""
    gap = np.abs(ours.astype(np.float64) - theirs)
    return f"{gap.max():.1e} | {gap.mean():.1e}"


def compare(title: str, package: Path, windows: FloatMatrix) -> tuple[FloatMatrix, Answers]:
    """Print a row for each stage and return what the original said."""
    theirs_mel, our_mel = original_mel(windows), log_mel(windows)[:, : musicnn_graph.FRAMES]
    theirs, answer = both(package, theirs_mel), ours(package, our_mel)
    print(f"| {title}: log-mel | {difference(our_mel, theirs_mel)} |")
    for name, one, other in zip(("tag probabilities", "features"), answer, theirs, strict=True):
        print(f"| {title}: {name} | {difference(one, other)} |")
    return theirs_mel, theirs


def main() -> None:
    """Compare on the synthetic signal and, if given, on a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "package", type=Path, help="the unpacked folder musicnn/ of the package musicnn 0.1.0"
    )
    parser.add_argument("audio", type=Path, nargs="?", help="a piece of music")
    parser.add_argument("--golden", type=Path, help="where to write the original's numbers")
    options = parser.parse_args()
    sys.path.insert(0, str(options.package.parent))
    print("| | largest | mean |\n|---|---|---|")
    mel, (tags, features) = compare("synthetic", options.package, synthetic_windows())
    if options.golden:
        golden = {"log_mel": mel[:, ::31, ::5], "probabilities": tags, "embedding": features[:, ::10]}
        text = json.dumps({name: np.round(values, 6).tolist() for name, values in golden.items()})
        options.golden.write_text(text + "\n", "utf-8")
    if options.audio:
        plan = WindowPlan(SAMPLE_RATE, 3.0, 12)
        compare(options.audio.name, options.package, read_windows(os.fsencode(options.audio), plan))


if __name__ == "__main__":
    main()
