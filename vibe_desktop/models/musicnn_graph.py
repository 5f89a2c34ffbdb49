"""Makes one ONNX network of MusiCNN's two published checkpoints, without TensorFlow.

Architecture and weights: J. Pons and X. Serra, "musicnn: Pre-trained
convolutional neural networks for music audio tagging", ISMIR late-breaking
demo 2019 (package `musicnn` 0.1.0, ISC licence). The network listens with
filters as tall as timbre (7 frames by 38 and 67 mel bands) and as long as
rhythm (128, 64 and 32 frames by one band), joins them over time with three
residual layers and pools the whole patch into 200 features and 50 tags.

Both checkpoints have this shape: MSD_musicnn (Million Song Dataset, tags that
listeners gave on Last.fm) and MTT_musicnn (MagnaTagATune, tags that players of
a listening game gave). The joined network takes `log_mel` and runs both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.models.tensor_bundle import BadBundle, read_bundle

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto

CHECKPOINTS = ("MSD_musicnn", "MTT_musicnn")
FILE = "musicnn.onnx"
USUAL_FILE = "usual.json"
FRAMES = 187
BANDS = 96
TAGS = 50
OPSET = 20
_IR_VERSION = 10
_EPSILON = 1e-3
_TIMBRE_LAYERS = 2
_FRONT_LAYERS = 5
_MIDDLE_LAYERS = 3
_TOGETHER = 2.0
"""How much wider tags spread than features that moved independently would make them: 1.5 within 107 tracks
of games' music alone (`scripts/measure_musicnn.py`), rounded up as music at large is more varied."""

Weights = Mapping[str, NDArray[np.float32]]


def convert(weights: Path, target: Path) -> None:
    """Write `target`/musicnn.onnx and usual.json from `weights`, which holds MSD_musicnn/ and MTT_musicnn/.

    Raises `BadBundle` if a checkpoint cannot be used, OSError if a file cannot be read or written.
    """
    import onnx

    checkpoints = [read_bundle(weights / name) for name in CHECKPOINTS]
    try:
        model, usual = build(checkpoints), [usual_log_odds(each) for each in checkpoints]
    except (KeyError, ValueError, IndexError) as error:
        raise BadBundle(f"they are not MusiCNN's ({error})") from error
    target.mkdir(parents=True, exist_ok=True)
    onnx.save_model(model, target / FILE)
    mean, deviation = (np.concatenate(part).round(4).tolist() for part in zip(*usual, strict=True))
    (target / USUAL_FILE).write_text(json.dumps({"mean": mean, "deviation": deviation}), "utf-8")


def usual_log_odds(weights: Weights) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and deviation of each tag's log-odds over the music a checkpoint was trained on.

    They are in the weights: the last batch norm gives each of the 200 features
    mean beta and deviation |gamma| over the training set, and a tag's log-odds
    are a linear function of the features. The mean is exact for single patches.
    """
    name = _name("batch_normalization", _FRONT_LAYERS + _MIDDLE_LAYERS + 2)
    kernel = weights["dense_1/kernel"].astype(np.float64)
    mean = weights[f"{name}/beta"] @ kernel + weights["dense_1/bias"]
    return mean, _TOGETHER * np.sqrt(weights[f"{name}/gamma"].astype(np.float64) ** 2 @ kernel**2)


def build(checkpoints: Sequence[Weights]) -> ModelProto:
    """Return the network: `log_mel` float32 [batch, 187, 96] in, and for each checkpoint in turn
    50 tag `probabilities` [batch, 50 n] and 200 features `embedding` [batch, 200 n] out.
    """  # noqa: D205 - one sentence
    from onnx import TensorProto, checker, helper

    graph = _Graph()
    heads = [_network(graph, f"net{number}", weights) for number, weights in enumerate(checkpoints)]
    graph.add("Concat", [tags for tags, _ in heads], "probabilities", axis=1)
    graph.add("Concat", [features for _, features in heads], "embedding", axis=1)

    def value(name: str, *shape: int) -> ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

    count = len(checkpoints)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "musicnn",
            [value("log_mel", FRAMES, BANDS)],
            [value("probabilities", TAGS * count), value("embedding", 200 * count)],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
        producer_name="vibe-desktop",
    )
    checker.check_model(model, full_check=True)
    return model


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def constant(self, name: str, values: object, dtype: type[np.generic] = np.float32) -> str:
        """Add a constant and return its name."""
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name


def _network(graph: _Graph, name: str, weights: Weights) -> tuple[str, str]:
    """Add one checkpoint's network and return its tag and feature outputs."""
    image = graph.add(
        "Unsqueeze", ["log_mel", graph.constant(f"{name}_axis1", [1], np.int64)], f"{name}_image"
    )
    image = _affine(graph, image, *_batch_norm(weights, 0), rank=4)
    front = [
        _front_layer(graph, f"{name}_front{layer}", weights, layer, image) for layer in range(_FRONT_LAYERS)
    ]
    parts = [graph.add("Concat", front, f"{name}_front", axis=1)]
    for layer in range(_FRONT_LAYERS, _FRONT_LAYERS + _MIDDLE_LAYERS):
        parts.append(_middle_layer(graph, f"{name}_middle{layer}", weights, layer, parts[-1]))
        if layer > _FRONT_LAYERS:
            parts[-1] = graph.add("Add", parts[-2:], f"{name}_residual{layer}")
    return _back(graph, name, weights, graph.add("Concat", parts, f"{name}_all", axis=1))


def _front_layer(graph: _Graph, name: str, weights: Weights, layer: int, image: str) -> str:
    """Add a convolution over the picture, ReLU, batch norm and the maximum over all bands.

    The maximum over bands of a batch norm of negative scale is its minimum's,
    and ReLU and batch norm are monotonous. So filters of negative scale change
    their sign, the maximum comes first, and ReLU and batch norm meet one value
    where they met up to 96: equal results, a third of the time saved.
    """
    kernel, bias = _kernel(weights, layer).transpose(3, 2, 0, 1), weights[_name("conv2d", layer) + "/bias"]
    scale, shift = _batch_norm(weights, layer + 1)
    sign = np.where(scale < 0, -1, 1).astype(np.float32)
    length = kernel.shape[2]
    before = (length - 1) // 2
    pads = {"pads": [before, 0, length - 1 - before, 0]}
    inputs = [
        image,
        graph.constant(f"{name}_kernel", kernel * sign[:, None, None, None]),
        graph.constant(f"{name}_bias", bias * sign),
    ]
    heard = graph.add("Conv", inputs, f"{name}_conv", **pads)
    heard = graph.add(
        "ReduceMax", [heard, graph.constant(f"{name}_bands", [3], np.int64)], f"{name}_max", keepdims=0
    )
    heard = graph.add("Mul", [heard, graph.constant(f"{name}_sign", sign[:, None])], f"{name}_signed")
    heard = graph.add("Relu", [heard], f"{name}_relu")
    return _affine(graph, heard, scale, shift, rank=3)


def _middle_layer(graph: _Graph, name: str, weights: Weights, layer: int, features: str) -> str:
    """Add a convolution of 7 frames over all channels, ReLU and batch norm."""
    kernel = _kernel(weights, layer)[:, :, 0, :].transpose(2, 1, 0)
    bias = weights[_name("conv2d", layer) + "/bias"]
    inputs = [features, graph.constant(f"{name}_kernel", kernel), graph.constant(f"{name}_bias", bias)]
    heard = graph.add("Conv", inputs, f"{name}_conv", pads=[3, 3])
    heard = graph.add("Relu", [heard], f"{name}_relu")
    return _affine(graph, heard, *_batch_norm(weights, layer + 1), rank=3)


def _back(graph: _Graph, name: str, weights: Weights, features: str) -> tuple[str, str]:
    """Add the pooling over time and the two dense layers.

    The checkpoint interleaves each channel's maximum and mean; here all maxima
    come first, so the rows of the first dense layer are sorted the same way.
    """
    time = graph.constant(f"{name}_time", [2], np.int64)
    pooled = [
        graph.add("ReduceMax", [features, time], f"{name}_highest", keepdims=0),
        graph.add("ReduceMean", [features, time], f"{name}_mean", keepdims=0),
    ]
    flat = graph.add("Concat", pooled, f"{name}_pooled", axis=1)
    scale, shift = _batch_norm(weights, _FRONT_LAYERS + _MIDDLE_LAYERS + 1)
    kernel, bias = weights["dense/kernel"], weights["dense/bias"]
    order = np.concatenate([np.arange(0, len(kernel), 2), np.arange(1, len(kernel), 2)])
    dense = _dense(graph, f"{name}_dense", flat, (kernel * scale[:, None])[order], bias + shift @ kernel)
    dense = graph.add("Relu", [dense], f"{name}_relu")
    embedding = _affine(graph, dense, *_batch_norm(weights, _FRONT_LAYERS + _MIDDLE_LAYERS + 2), rank=2)
    logits = _dense(graph, f"{name}_tags", embedding, weights["dense_1/kernel"], weights["dense_1/bias"])
    return graph.add("Sigmoid", [logits], f"{name}_probabilities"), embedding


def _dense(graph: _Graph, name: str, values: str, kernel: object, bias: object) -> str:
    """Add a fully connected layer."""
    inputs = [values, graph.constant(f"{name}_kernel", kernel), graph.constant(f"{name}_bias", bias)]
    return graph.add("Gemm", inputs, name)


def _affine(graph: _Graph, values: str, scale: object, shift: object, rank: int) -> str:
    """Add scale and shift for each channel (axis 1) of a tensor of `rank` axes."""
    shape = (-1, *[1] * (rank - 2))
    factor = graph.constant(f"{values}_scale", np.reshape(np.asarray(scale), shape))
    scaled = graph.add("Mul", [values, factor], f"{values}_scaled")
    offset = graph.constant(f"{values}_shift", np.reshape(np.asarray(shift), shape))
    return graph.add("Add", [scaled, offset], f"{values}_norm")


def _batch_norm(weights: Weights, number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the scale and shift that the `number`th batch norm comes down to once trained."""
    name = _name("batch_normalization", number)
    gamma, beta, mean, variance = (
        weights[f"{name}/{part}"].astype(np.float64)
        for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale = gamma / np.sqrt(variance + _EPSILON)
    return scale, beta - mean * scale


def _kernel(weights: Weights, layer: int) -> NDArray[np.float32]:
    """Return a convolution's kernel of shape (time, band, in, out)."""
    return weights[_name("conv2d", layer) + "/kernel"]


def _name(kind: str, number: int) -> str:
    """Return how TensorFlow numbers layers of a kind: the first has no number."""
    return kind if number == 0 else f"{kind}_{number}"
