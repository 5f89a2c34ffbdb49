"""CLAP's two towers, built from a checkpoint's weights with plain ONNX operators.

The audio tower is HTS-AT (Chen et al., 2022): a Swin transformer (Liu et al., 2021) over a log-mel image
folded to a square. The text tower is RoBERTa (Liu et al., 2019). Each ends in a projection of two layers.
Names of weights are those of transformers' `ClapModel`; depths and widths are read off the weights.

The numbers are those of the original; the order of work is not. Tokens are laid out window by window from the
start, so that cutting into windows costs nothing and shifting them is one gather; query, key and value are
one product; what depends on weights alone is left as constant nodes, which onnxruntime folds as it loads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]
Weights = Mapping[str, Array]
Precision = Literal["fp32", "int8"]

OPSET = 20
IR_VERSION = 10

FRAMES, BANDS = 1001, 64
"""The log-mel of a window of 10 s."""
SIDE = 256
"""The image the log-mel is folded to has this many rows and columns."""
PATCH, WINDOW = 4, 8
HEADS = (4, 8, 16, 32)
TEXT_HEADS = 12

_STRIPES = SIDE // BANDS
_CUBIC = -0.75
_APART = -100.0
AUDIO_EPSILON = 1e-5
_PARTS = ("query", "key", "value")


def audio_tower(weights: Weights, precision: Precision) -> onnx.ModelProto:
    """Return the network from float32 `input_features` (batch, 1, 1001, 64) to `audio_embeds` (batch, d)."""
    graph = _Graph(weights, AUDIO_EPSILON, precision)
    x = _patches(graph)
    side = SIDE // PATCH
    order = _windows(side)
    for stage, heads in enumerate(HEADS):
        if stage:
            x, side, order = _merge(graph, x, stage - 1, side, order)
        x, order = _stage(graph, x, stage, heads, side, order)
    x = graph.layer_norm(x, "audio_model.audio_encoder.norm")
    graph.node("ReduceMean", [x, graph.integers("tokens", [1])], "pooled", keepdims=0)
    _project(graph, "pooled", "audio_projection", "audio_embeds")
    features = helper.make_tensor_value_info("input_features", TensorProto.FLOAT, ["batch", 1, FRAMES, BANDS])
    return graph.finish("clap_audio", [features], "audio_embeds")


def text_tower(weights: Weights, precision: Precision, epsilon: float, padding: int) -> onnx.ModelProto:
    """Return the network from int64 `input_ids`, `attention_mask` (batch, n) to `text_embeds` (batch, d).

    `epsilon` belongs to the layer norms; `padding` is the token that stands for none.
    """
    graph = _Graph(weights, epsilon, precision)
    x = _embed(graph, padding)
    bias = _mask_bias(graph)
    layer = 0
    while f"text_model.encoder.layer.{layer}.output.dense.weight" in weights:
        x = _text_layer(graph, x, bias, f"text_model.encoder.layer.{layer}")
        layer += 1
    graph.node("Gather", [x, graph.constant("first", np.array(0))], "first_token", axis=1)
    dense = graph.linear("first_token", "text_model.pooler.dense")
    graph.node("Tanh", [dense], "pooled")
    _project(graph, "pooled", "text_projection", "text_embeds")
    tokens = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    return graph.finish("clap_text", tokens, "text_embeds")


class _Graph:
    """Nodes and constants of a network in the making; every method returns the name of what it added."""

    def __init__(self, weights: Weights, epsilon: float, precision: Precision) -> None:
        self.weights = weights
        self.epsilon = epsilon
        self.precision = precision
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: Array) -> str:
        self.constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def integers(self, name: str, values: Sequence[int] | Array) -> str:
        return self.constant(name, np.asarray(values, dtype=np.int64))

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def reshape(self, x: str, shape: Sequence[int], output: str) -> str:
        """Reshape; 0 keeps a dimension, -1 is worked out."""
        name = "shape_" + "_".join(map(str, shape))
        return self.node("Reshape", [x, self.integers(name, shape)], output)

    def dense(self, x: str, weight: Array, bias: Array | None, output: str) -> str:
        """Apply a dense layer; `weight` has shape (out, in), as torch keeps it."""
        product = output if bias is None else f"{output}.product"
        if self.precision == "int8":
            self._integer_product(x, weight, product)
        else:
            self.node("MatMul", [x, self.constant(f"{output}.weight", weight.T)], product)
        if bias is not None:
            self.node("Add", [product, self.constant(f"{output}.bias", bias)], output)
        return output

    def linear(self, x: str, name: str) -> str:
        return self.dense(x, self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias"), name)

    def _integer_product(self, x: str, weight: Array, output: str) -> None:
        """Multiply in 8 bits: `x` by the range it has at run time, the weights by that of each of their rows.

        onnxruntime knows these nodes and runs them as one.
        """
        levels, scale = quantised(weight)
        rounded = [f"{output}.{part}" for part in ("rounded", "scale", "zero")]
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], rounded, name=rounded[0]))
        inputs = [rounded[0], self.constant(f"{output}.weight", levels.T), rounded[2]]
        self.node("MatMulInteger", inputs, f"{output}.integers")
        counts = self.node("Cast", [f"{output}.integers"], f"{output}.counts", to=TensorProto.FLOAT)
        factors = [rounded[1], self.constant(f"{output}.weight_scale", scale[:, 0])]
        self.node("Mul", [counts, self.node("Mul", factors, f"{output}.factor")], output)

    def looked_up(self, table: Array, rows: str, output: str) -> str:
        """Take rows of a table, which in 8 bits is a quarter the size."""
        if self.precision == "fp32":
            return self.node("Gather", [self.constant(f"{output}.table", table), rows], output)
        levels, scale = quantised(table)
        counts = self.node("Gather", [self.constant(f"{output}.table", levels), rows], f"{output}.counts")
        steps = self.node("Gather", [self.constant(f"{output}.scale", scale), rows], f"{output}.steps")
        numbers = self.node("Cast", [counts], f"{output}.numbers", to=TensorProto.FLOAT)
        return self.node("Mul", [numbers, steps], output)

    def layer_norm(self, x: str, name: str) -> str:
        inputs = [x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=self.epsilon)

    def query_key_value(self, x: str, name: str, heads: int) -> str:
        """Compute all three at once, the scores' 1/sqrt(head width) already in the query's weights."""
        weights = [self.weights[f"{name}.{part}.weight"] for part in _PARTS]
        biases = [self.weights[f"{name}.{part}.bias"] for part in _PARTS]
        scale = np.float32(1 / np.sqrt(weights[0].shape[0] / heads))
        weights[0], biases[0] = weights[0] * scale, biases[0] * scale
        return self.dense(x, np.concatenate(weights), np.concatenate(biases), f"{name}.qkv")

    def attention(self, heads: str, bias: str, name: str, axes: int) -> str:
        """Attend: (3, …, head, token, width), `axes` of them after the first, to (…, token, head, width)."""
        query, key, value = (
            self.node("Gather", [heads, self.constant(part, np.array(index))], f"{name}.{part}.heads", axis=0)
            for index, part in enumerate(_PARTS)
        )
        swapped = [*range(axes - 2), axes - 1, axes - 2]
        turned = self.node("Transpose", [key], f"{name}.key.turned", perm=swapped)
        scores = self.node("MatMul", [query, turned], f"{name}.scores")
        biased = self.node("Add", [scores, bias], f"{name}.biased")
        shares = self.node("Softmax", [biased], f"{name}.shares", axis=-1)
        seen = self.node("MatMul", [shares, value], f"{name}.seen")
        joined = [*range(axes - 3), axes - 2, axes - 3, axes - 1]
        return self.node("Transpose", [seen], f"{name}.joined", perm=joined)

    def finish(self, name: str, inputs: list[onnx.ValueInfoProto], output: str) -> onnx.ModelProto:
        result = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", self._dimensions(output)])
        model = helper.make_model(
            helper.make_graph(self.nodes, name, inputs, [result], list(self.constants.values())),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="vibe-desktop",
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _dimensions(self, output: str) -> int:
        return int(self.weights[f"{output.removesuffix('_embeds')}_projection.linear2.weight"].shape[0])


def quantised(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """Return the rows of `weight` in whole steps from -127 to 127, and each row's step, (rows, 1)."""
    scale = np.maximum(np.abs(weight).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / np.float32(127)
    return np.rint(weight / scale).astype(np.int8), scale


def _project(graph: _Graph, x: str, name: str, output: str) -> None:
    """Project to the space both towers share; so small that it stays whole in every precision."""
    graph.precision = "fp32"
    hidden = graph.node("Relu", [graph.linear(x, f"{name}.linear1")], f"{name}.relu")
    graph.node("Identity", [graph.linear(hidden, f"{name}.linear2")], output)


# --- the audio tower ---


def _patches(graph: _Graph) -> str:
    """Normalise the bands, stretch time to 1,024 frames, fold to a square, embed patches of 4 × 4."""
    norm = "audio_model.audio_encoder.batch_norm"
    scale = graph.weights[f"{norm}.weight"] / np.sqrt(graph.weights[f"{norm}.running_var"] + AUDIO_EPSILON)
    shift = graph.weights[f"{norm}.bias"] - graph.weights[f"{norm}.running_mean"] * scale
    flat = graph.reshape("input_features", [-1, FRAMES, BANDS], "frames")
    scaled = graph.node("Mul", [flat, graph.constant("band_scale", scale)], "scaled")
    normal = graph.node("Add", [scaled, graph.constant("band_shift", shift)], "normal")
    stretched = _stretch(graph, normal)
    # Time becomes (stripe, window, column, step), frequency (half of the stripe, row, step).
    rows = BANDS // PATCH // WINDOW
    folded = graph.reshape(stretched, [-1, _STRIPES, WINDOW, WINDOW, PATCH, rows, WINDOW, PATCH], "folded")
    turned = graph.node("Transpose", [folded], "turned", perm=[0, 1, 5, 2, 6, 3, 7, 4])
    tokens = graph.reshape(turned, [-1, (SIDE // PATCH) ** 2, PATCH * PATCH], "patches")
    embed = "audio_model.audio_encoder.patch_embed"
    kernel = graph.weights[f"{embed}.proj.weight"]
    flat_kernel = kernel.reshape(kernel.shape[0], -1)
    # The one convolution: too small for 8 bits to gain anything, and everything rests on it.
    product = graph.node("MatMul", [tokens, graph.constant("kernel", flat_kernel.T)], "convolved")
    x = graph.node("Add", [product, graph.weight(f"{embed}.proj.bias")], f"{embed}.proj")
    return graph.layer_norm(x, f"{embed}.norm")


def _stretch(graph: _Graph, x: str) -> str:
    """Interpolate (batch, 1001, 64) to 1,024 frames by the cubic through four neighbours, ends on ends."""
    target = SIDE * _STRIPES
    # In float32, as torch places the points.
    place = np.arange(target, dtype=np.float32) * np.float32((FRAMES - 1) / (target - 1))
    below = np.floor(place)
    neighbours = np.clip(below[:, None].astype(np.int64) + np.arange(-1, 3), 0, FRAMES - 1)
    taps = _cubic(np.abs((place - below)[:, None] - np.arange(-1, 3))).astype(np.float32)
    taken = graph.node("Gather", [x, graph.integers("neighbours", neighbours)], "taken", axis=1)
    weighted = graph.node("Mul", [taken, graph.constant("taps", taps[:, :, None])], "weighted")
    return graph.node("ReduceSum", [weighted, graph.integers("tap", [2])], "stretched", keepdims=0)


def _cubic(distance: Array) -> Array:
    """Return Keys' kernel at distances from 0 to 2."""
    near = (_CUBIC + 2) * distance**3 - (_CUBIC + 3) * distance**2 + 1
    far = _CUBIC * (distance**3 - 5 * distance**2 + 8 * distance - 4)
    return np.where(distance <= 1, near, far)


def _windows(side: int, shift: int = 0) -> Array:
    """Return the grid's cells window by window, the grid rolled back by `shift`: (windows, 64)."""
    cells = np.roll(np.arange(side * side).reshape(side, side), (-shift, -shift), (0, 1))
    count = side // WINDOW
    return cells.reshape(count, WINDOW, count, WINDOW).transpose(0, 2, 1, 3).reshape(-1, WINDOW * WINDOW)


def _places(order: Array, wanted: Array) -> Array:
    """Return where the `wanted` cells lie among tokens laid out in `order`."""
    place = np.empty(order.size, dtype=np.int64)
    place[order.ravel()] = np.arange(order.size)
    return place[wanted.ravel()]


def _stage(graph: _Graph, x: str, stage: int, heads: int, side: int, order: Array) -> tuple[str, Array]:
    block = 0
    while (name := _block_name(stage, block)) + ".output.dense.weight" in graph.weights:
        shift = WINDOW // 2 if block % 2 and side > WINDOW else 0
        wanted = _windows(side, shift)
        if not np.array_equal(wanted, order):
            places = graph.integers(f"{name}.places", _places(order, wanted))
            x, order = graph.node("Gather", [x, places], f"{name}.moved", axis=1), wanted
        x = _block(graph, x, name, heads, side, shift)
        block += 1
    return x, order


def _block_name(stage: int, block: int) -> str:
    return f"audio_model.audio_encoder.layers.{stage}.blocks.{block}"


def _block(graph: _Graph, x: str, name: str, heads: int, side: int, shift: int) -> str:
    attention = f"{name}.attention.self"
    tokens, windows = WINDOW * WINDOW, (side // WINDOW) ** 2
    width = graph.weights[f"{attention}.query.weight"].shape[0]
    merged = graph.query_key_value(graph.layer_norm(x, f"{name}.layernorm_before"), attention, heads)
    split = graph.reshape(merged, [-1, windows, tokens, 3, heads, width // heads], f"{attention}.split")
    turned = graph.node("Transpose", [split], f"{attention}.heads", perm=[3, 0, 1, 4, 2, 5])
    joined = graph.attention(turned, _window_bias(graph, attention, side, shift), attention, axes=5)
    seen = graph.reshape(joined, [-1, windows * tokens, width], f"{attention}.tokens")
    mixed = graph.linear(seen, f"{name}.attention.output.dense")
    x = graph.node("Add", [x, mixed], f"{name}.attended")
    hidden = graph.linear(graph.layer_norm(x, f"{name}.layernorm_after"), f"{name}.intermediate.dense")
    active = graph.node("Gelu", [hidden], f"{name}.gelu", approximate="none")
    return graph.node("Add", [x, graph.linear(active, f"{name}.output.dense")], f"{name}.sum")


def _window_bias(graph: _Graph, name: str, side: int, shift: int) -> str:
    """Return what scores gain by relative position, (heads, 64, 64), and where shifted by window."""
    steps = np.stack(np.meshgrid(np.arange(WINDOW), np.arange(WINDOW), indexing="ij")).reshape(2, -1)
    apart = steps[:, :, None] - steps[:, None, :] + WINDOW - 1
    index = graph.integers("relative_position", apart[0] * (2 * WINDOW - 1) + apart[1])
    table = graph.constant(f"{name}.table", graph.weights[f"{name}.relative_position_bias_table"].T)
    bias = graph.node("Gather", [table, index], f"{name}.position_bias", axis=1)
    return graph.node("Add", [bias, _apart(graph, side, shift)], f"{name}.bias") if shift else bias


def _apart(graph: _Graph, side: int, shift: int) -> str:
    """Keep tokens from attending across the seam that rolling brought into a window: (windows, 1, 64, 64)."""
    name = f"seam_{side}"
    if f"{name}.regions" not in graph.constants:
        line = np.repeat([0, 1, 2], [side - WINDOW, WINDOW - shift, shift])
        regions = (line[:, None] * 3 + line).ravel()[_windows(side)]
        graph.integers(f"{name}.regions", regions[:, None, :, None])
        graph.integers(f"{name}.others", regions[:, None, None, :])
        same = graph.node("Equal", [f"{name}.regions", f"{name}.others"], f"{name}.same")
        values = [graph.constant(f"{name}.{key}", np.float32(value)) for key, value in _SEAM.items()]
        graph.node("Where", [same, *values], name)
    return name


_SEAM = {"together": 0.0, "apart": _APART}


def _merge(graph: _Graph, x: str, stage: int, side: int, order: Array) -> tuple[str, int, Array]:
    """Make one token of four neighbours, laid out in the windows of the grid of half the side."""
    name = f"audio_model.audio_encoder.layers.{stage}.downsample"
    half = side // 2
    wanted = _windows(half)
    row, column = wanted.ravel() // half * 2, wanted.ravel() % half * 2
    four = np.stack([(row + down) * side + column + right for right in (0, 1) for down in (0, 1)], axis=1)
    taken = graph.node(
        "Gather", [x, graph.integers(f"{name}.places", _places(order, four))], f"{name}.taken", axis=1
    )
    width = graph.weights[f"{name}.norm.weight"].shape[0]
    joined = graph.reshape(taken, [-1, half * half, width], f"{name}.joined")
    return graph.linear(graph.layer_norm(joined, f"{name}.norm"), f"{name}.reduction"), half, wanted


# --- the text tower ---


def _embed(graph: _Graph, padding: int) -> str:
    """Add up word, position and type; RoBERTa counts positions from one past the padding's."""
    none = graph.constant("padding", np.array(padding))
    is_padding = graph.node("Equal", ["input_ids", none], "is_padding")
    is_token = graph.node("Not", [is_padding], "is_token")
    count = graph.node("Cast", [is_token], "token_counts", to=TensorProto.INT64)
    running = graph.node("CumSum", [count, graph.constant("along", np.array(1))], "running")
    counted = graph.node("Mul", [running, count], "counted")
    places = graph.node("Add", [counted, none], "positions")
    prefix = "text_model.embeddings"
    # Only one sentence is ever given, so its token type is always 0 and can be added to the positions.
    table = graph.weights[f"{prefix}.position_embeddings.weight"]
    table = table + graph.weights[f"{prefix}.token_type_embeddings.weight"][0]
    positions = graph.node("Gather", [graph.constant("position_table", table), places], "placed")
    words = graph.looked_up(graph.weights[f"{prefix}.word_embeddings.weight"], "input_ids", "words")
    return graph.layer_norm(graph.node("Add", [words, positions], "embedded"), f"{prefix}.LayerNorm")


def _mask_bias(graph: _Graph) -> str:
    """Return (batch, 1, 1, length): 0 for a token, a large negative number for padding."""
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    less = graph.node("Sub", [mask, graph.constant("one", np.float32(1))], "less")
    rows = graph.node("Unsqueeze", [less, graph.integers("rows", [1, 2])], "mask_rows")
    return graph.node("Mul", [rows, graph.constant("far", np.float32(1e9))], "mask_bias")


def _text_layer(graph: _Graph, x: str, bias: str, name: str) -> str:
    attention = f"{name}.attention.self"
    width = graph.weights[f"{attention}.query.weight"].shape[0]
    merged = graph.query_key_value(x, attention, TEXT_HEADS)
    split = graph.reshape(merged, [0, 0, 3, TEXT_HEADS, width // TEXT_HEADS], f"{attention}.split")
    turned = graph.node("Transpose", [split], f"{attention}.heads", perm=[2, 0, 3, 1, 4])
    joined = graph.attention(turned, bias, attention, axes=4)
    seen = graph.reshape(joined, [0, 0, width], f"{attention}.tokens")
    mixed = graph.linear(seen, f"{name}.attention.output.dense")
    x = graph.layer_norm(
        graph.node("Add", [mixed, x], f"{name}.attended"), f"{name}.attention.output.LayerNorm"
    )
    hidden = graph.linear(x, f"{name}.intermediate.dense")
    active = graph.node("Gelu", [hidden], f"{name}.gelu", approximate="none")
    dense = graph.linear(active, f"{name}.output.dense")
    return graph.layer_norm(graph.node("Add", [dense, x], f"{name}.sum"), f"{name}.output.LayerNorm")
