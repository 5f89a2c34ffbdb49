"""The network we build computes what the formulas say."""

from __future__ import annotations

from math import erf, sqrt
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from tiny_models import WIDTH, tiny_weights, write_tiny_files
from vibe_desktop.models.sbert_graph import HEADS, build, convert

Floats = NDArray[np.float64]
IDS = np.array([[2, 4, 5, 10, 3, 0, 0, 0], [2, 9, 8, 7, 6, 5, 4, 3]])
MASK = (IDS != 0).astype(np.int64)


def plainly(weights: dict[str, NDArray[np.float32]], ids: list[int], layers: int) -> Floats:
    """Compute one sentence in float64, word for word as the papers have it and without any padding."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    positions = w["embeddings.position_embeddings.weight"][: len(ids)]
    x = w["embeddings.word_embeddings.weight"][ids] + positions
    x = norm(w, "embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][0])
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        heads = [
            attend(*(dense(w, f"{prefix}.attention.self.{part}", x)[:, columns] for part in PARTS))
            for columns in np.split(np.arange(WIDTH), HEADS)
        ]
        mixed = dense(w, f"{prefix}.attention.output.dense", np.concatenate(heads, axis=1))
        x = norm(w, f"{prefix}.attention.output.LayerNorm", mixed + x)
        hidden = gelu(dense(w, f"{prefix}.intermediate.dense", x))
        x = norm(w, f"{prefix}.output.LayerNorm", dense(w, f"{prefix}.output.dense", hidden) + x)
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


PARTS = ("query", "key", "value")


def dense(w: dict[str, Floats], name: str, x: Floats) -> Floats:
    return np.asarray(x @ w[f"{name}.weight"].T + w[f"{name}.bias"])


def norm(w: dict[str, Floats], name: str, x: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt(x.var(axis=1, keepdims=True) + 1e-12)
    return np.asarray(scaled * w[f"{name}.weight"] + w[f"{name}.bias"])


def attend(query: Floats, key: Floats, value: Floats) -> Floats:
    scores = np.exp(query @ key.T / sqrt(query.shape[1]))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True) @ value)


def gelu(x: Floats) -> Floats:
    return np.asarray(x * 0.5 * (1 + np.vectorize(erf)(x / sqrt(2))))


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_it_equals_the_formulas_whatever_the_padding(layers: int) -> None:
    weights = tiny_weights(layers)
    session = onnxruntime.InferenceSession(build(weights).SerializeToString())
    (vectors,) = session.run(None, {"input_ids": IDS, "attention_mask": MASK})
    expected = [plainly(weights, [token for token in row if token], layers) for row in IDS.tolist()]
    np.testing.assert_allclose(vectors, expected, atol=2e-6)


def test_the_network_is_one_plain_file(tmp_path: Path) -> None:
    write_tiny_files(tmp_path / "weights")
    (tmp_path / "made").mkdir()
    convert(tmp_path / "weights", tmp_path / "made")
    assert {path.name for path in (tmp_path / "made").iterdir()} == {"model.onnx", "tokenizer.json"}
    model = onnx.load(tmp_path / "made" / "model.onnx", load_external_data=False)
    assert {domain.domain for domain in model.opset_import} == {""}
    assert {node.domain for node in model.graph.node} == {""}
    assert not any(tensor.external_data for tensor in model.graph.initializer)


def test_the_same_weights_make_the_same_bytes() -> None:
    assert build(tiny_weights()).SerializeToString() == build(tiny_weights()).SerializeToString()
