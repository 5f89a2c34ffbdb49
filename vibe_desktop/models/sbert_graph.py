"""The sentence encoder's network, built from its published weights with plain ONNX operators.

A BERT encoder as in Devlin et al. (2019), post-norm, with the settings of all-MiniLM-L6-v2:
12 heads, layer norm epsilon 1e-12, GELU by the error function; then mean pooling over the mask and
unit length (Reimers and Gurevych, 2019). Depth and widths are read off the weights.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

HEADS = 12
EPSILON = 1e-12
OPSET = 20
IR_VERSION = 10
INPUT_IDS = "input_ids"
ATTENTION_MASK = "attention_mask"
EMBEDDING = "sentence_embedding"
NETWORK_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

_PROJECTIONS = ("query", "key", "value")

Array = NDArray[Any]
Weights = dict[str, Array]


def convert(weights: Path, target: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` into `target`.

    `weights` holds `model.safetensors` and `tokenizer.json`, both verified.

    The network takes int64 `input_ids` and `attention_mask` of shape (batch, length) and
    gives float32 `sentence_embedding` of shape (batch, dimensions), rows of length 1.
    """
    import onnx
    from safetensors.numpy import load_file

    onnx.save(build(load_file(weights / "model.safetensors")), target / NETWORK_FILE)
    shutil.copyfile(weights / TOKENIZER_FILE, target / TOKENIZER_FILE)


def build(weights: Weights) -> onnx.ModelProto:
    """Return the network of these weights (names as in the published safetensors file), checked."""
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph(weights)
    _pool(graph, _encode(graph))
    dimensions = weights["embeddings.word_embeddings.weight"].shape[1]
    tokens = ["batch", "length"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sentence_encoder",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
                for name in (INPUT_IDS, ATTENTION_MASK)
            ],
            [helper.make_tensor_value_info(EMBEDDING, TensorProto.FLOAT, ["batch", dimensions])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="vibe-desktop",
    )
    onnx.checker.check_model(model, full_check=True)
    return model


class _Graph:
    """Nodes and constants of a network in the making; every method returns the name of what it added."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: Array) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def integers(self, name: str, values: Sequence[int]) -> str:
        return self.constant(name, np.array(values, dtype=np.int64))

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def linear(self, x: str, weight: Array, bias: Array, name: str) -> str:
        """Apply a dense layer; `weight` has shape (out, in), as torch keeps it."""
        product = self.node("MatMul", [x, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def layer_norm(self, x: str, prefix: str) -> str:
        scale = self.constant(f"{prefix}.weight", self.weights[f"{prefix}.weight"])
        bias = self.constant(f"{prefix}.bias", self.weights[f"{prefix}.bias"])
        return self.node("LayerNormalization", [x, scale, bias], prefix, axis=-1, epsilon=EPSILON)


def _encode(graph: _Graph) -> str:
    x = _embed(graph)
    bias = _attention_bias(graph)
    width = graph.weights["embeddings.word_embeddings.weight"].shape[1]
    # 0 keeps a dimension, -1 is worked out: the shapes every layer's attention passes through.
    graph.integers("split_heads", [0, 0, 3, HEADS, width // HEADS])
    graph.integers("join_heads", [0, 0, width])
    for index, part in enumerate(_PROJECTIONS):
        graph.constant(f"pick_{part}", np.array(index, dtype=np.int64))
    layer = 0
    while f"encoder.layer.{layer}.output.dense.weight" in graph.weights:
        x = _layer(graph, x, bias, f"encoder.layer.{layer}")
        layer += 1
    return x


def _embed(graph: _Graph) -> str:
    words = graph.constant("word_embeddings", graph.weights["embeddings.word_embeddings.weight"])
    # Only one sentence is ever given, so its token type is always 0 and can be added to the positions.
    positions = graph.constant(
        "position_embeddings",
        graph.weights["embeddings.position_embeddings.weight"]
        + graph.weights["embeddings.token_type_embeddings.weight"][0],
    )
    length = graph.node("Shape", [INPUT_IDS], "length", start=1, end=2)
    first, axis = graph.integers("first", [0]), graph.integers("position_axis", [0])
    placed = graph.node("Slice", [positions, first, length, axis], "positions")
    looked_up = graph.node("Gather", [words, INPUT_IDS], "words")
    return graph.layer_norm(
        graph.node("Add", [looked_up, placed], "embedded"),
        "embeddings.LayerNorm",
    )


def _attention_bias(graph: _Graph) -> str:
    """Return (batch, 1, 1, length): 0 for a token, a large negative number for padding."""
    from onnx import TensorProto

    graph.node("Cast", [ATTENTION_MASK], "mask", to=TensorProto.FLOAT)
    one = graph.constant("one", np.array(1.0, dtype=np.float32))
    minus = graph.constant("minus_infinity", np.array(-1e9, dtype=np.float32))
    padding = graph.node("Sub", [one, "mask"], "padding")
    rows = graph.node("Unsqueeze", [padding, graph.integers("bias_axes", [1, 2])], "padding_rows")
    return graph.node("Mul", [rows, minus], "attention_bias")


def _layer(graph: _Graph, x: str, bias: str, prefix: str) -> str:
    weights = graph.weights
    mixed = graph.linear(
        _attend(graph, x, bias, f"{prefix}.attention"),
        weights[f"{prefix}.attention.output.dense.weight"],
        weights[f"{prefix}.attention.output.dense.bias"],
        f"{prefix}.attention.output.dense",
    )
    x = graph.layer_norm(
        graph.node("Add", [mixed, x], f"{prefix}.attended"), f"{prefix}.attention.output.LayerNorm"
    )
    hidden = x
    for part in ("intermediate", "output"):
        dense = f"{prefix}.{part}.dense"
        hidden = graph.linear(hidden, weights[f"{dense}.weight"], weights[f"{dense}.bias"], dense)
        if part == "intermediate":
            hidden = graph.node("Gelu", [hidden], f"{prefix}.gelu", approximate="none")
    return graph.layer_norm(graph.node("Add", [hidden, x], f"{prefix}.sum"), f"{prefix}.output.LayerNorm")


def _attend(graph: _Graph, x: str, bias: str, prefix: str) -> str:
    """Return scaled dot-product attention over all heads, (batch, length, width), before the output layer."""
    weight, offset = _query_key_value(graph.weights, f"{prefix}.self")
    merged = graph.linear(x, weight, offset, f"{prefix}.qkv")
    split = graph.node("Reshape", [merged, "split_heads"], f"{prefix}.split")
    heads = graph.node("Transpose", [split], f"{prefix}.heads", perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.node("Gather", [heads, f"pick_{part}"], f"{prefix}.{part}", axis=0) for part in _PROJECTIONS
    )
    turned = graph.node("Transpose", [key], f"{prefix}.key_turned", perm=[0, 1, 3, 2])
    scores = graph.node("MatMul", [query, turned], f"{prefix}.scores")
    masked = graph.node("Add", [scores, bias], f"{prefix}.masked")
    shares = graph.node("Softmax", [masked], f"{prefix}.shares", axis=-1)
    seen = graph.node("MatMul", [shares, value], f"{prefix}.seen")
    turned_back = graph.node("Transpose", [seen], f"{prefix}.seen_turned", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [turned_back, "join_heads"], f"{prefix}.joined")


def _query_key_value(weights: Weights, prefix: str) -> tuple[Array, Array]:
    """Stack the three projections into one, the scores' 1/sqrt(head width) already in the query's."""
    parts = [(weights[f"{prefix}.{part}.weight"], weights[f"{prefix}.{part}.bias"]) for part in _PROJECTIONS]
    scale = np.float32(1 / np.sqrt(parts[0][0].shape[0] / HEADS))
    factors = (scale, np.float32(1), np.float32(1))
    matrix = np.concatenate([weight * factor for (weight, _), factor in zip(parts, factors, strict=True)])
    offset = np.concatenate([bias * factor for (_, bias), factor in zip(parts, factors, strict=True)])
    return matrix, offset


def _pool(graph: _Graph, x: str) -> None:
    """Add up the tokens and scale to length 1.

    Dividing the sum by their number, to have the mean, would be undone by the scaling, so there is none.
    """
    weights = graph.node("Unsqueeze", ["mask", graph.integers("row_axis", [1])], "mask_row")
    total = graph.node("MatMul", [weights, x], "token_sum")
    flat = graph.node("Squeeze", [total, "row_axis"], "sentence")
    graph.node("LpNormalization", [flat], EMBEDDING, axis=-1, p=2)
