"""Offers the exporter checkpoints that are no good, in the export's own environment.

Run as `python refusals.py SCRIPTS CHECKPOINTS`; prints what it says of each, and how close it finds
rows to others, as JSON.
"""

from __future__ import annotations

import json
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import ClapConfig, ClapModel, RobertaTokenizerFast


class _Program:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def main(scripts: Path, checkpoints: Path) -> None:
    """Print what is said of each."""
    sys.path[1:1] = [str(scripts), str(scripts.parent)]
    import export_clap_checkpoint as exporter
    from export_clap_networks import least_cosine

    with tempfile.TemporaryDirectory() as folder:
        cases = {
            **_laion(exporter, checkpoints, Path(folder)),
            **_transformers(exporter, Path(folder), checkpoints / "roberta-base"),
            **_weights(exporter),
        }
        said = {name: _said(offer) for name, offer in cases.items()}
        said["ran"] = (Path(folder) / "trace").exists()
    rows = np.eye(3, dtype=np.float32)
    others = {"longer": 7 * rows, "no number": rows * np.float32("nan"), "nothing": 0 * rows}
    said["cosines"] = {name: str(least_cosine(rows, other)) for name, other in others.items()}
    print(json.dumps(said))


def _laion(exporter: Any, checkpoints: Path, folder: Path) -> dict[str, Callable[[], object]]:
    good, roberta = checkpoints / "laion-tiny.pt", str(checkpoints / "roberta-base")
    state = torch.load(good, weights_only=False)
    files = {
        name: folder / f"{name}.pt"
        for name in ("program", "older", "truncated", "noise", "numbers", "missing")
    }
    torch.save({"state_dict": _Program(folder / "trace")}, files["program"])
    files["older"].write_bytes(pickle.dumps({"state_dict": _Program(folder / "trace")}))
    files["truncated"].write_bytes(good.read_bytes()[:1_000_000])
    files["noise"].write_bytes(b"no checkpoint at all" * 100)
    torch.save({"state_dict": {"epoch": 3}}, files["numbers"])
    state["state_dict"].pop("module.audio_branch.layers.2.blocks.5.mlp.fc1.weight")
    torch.save(state, files["missing"])
    offers = {name: (file, "HTSAT-tiny") for name, file in files.items()} | {"base": (good, "HTSAT-base")}
    cases: dict[str, Callable[[], object]] = {
        f"laion {name}": lambda file=file, kind=kind: exporter.from_laion(file, kind, roberta)
        for name, (file, kind) in offers.items()
    }
    return cases | {"torch of old": lambda: _with_torch("2.5.1", cases["laion truncated"])}


def _with_torch(version: str, offer: Callable[[], object]) -> object:
    with mock.patch.object(torch, "__version__", version):
        return offer()


def _transformers(exporter: Any, folder: Path, roberta: Path) -> dict[str, Callable[[], object]]:
    """Spoil a model of the published shape but hardly any size."""
    audio = {"patch_embeds_hidden_size": 32, "hidden_size": 256, "depths": [2, 2, 2, 2]}
    text = {"hidden_size": 24, "num_hidden_layers": 1, "intermediate_size": 24, "vocab_size": 4000}
    for name in ("whole", "missing", "cut", "program", "fresh"):
        model = ClapModel(ClapConfig(audio_config=audio, text_config=text))
        for weight in model.parameters() if name != "fresh" else ():
            weight.data += torch.randn_like(weight)
        model.save_pretrained(folder / name)
        RobertaTokenizerFast.from_pretrained(roberta).save_pretrained(folder / name)
    for name, change in {"fused": {"enable_fusion": True}, "other": {"window_size": 4}}.items():
        ClapConfig(audio_config=audio | change, text_config=text).save_pretrained(folder / name)
        save_file({"nothing": torch.zeros(1)}, folder / name / "model.safetensors")
    weights = folder / "missing" / "model.safetensors"
    state = load_file(weights)
    state.pop("text_projection.linear2.weight")
    save_file(state, weights)
    weights = folder / "cut" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    (folder / "program" / "model.safetensors").rename(folder / "program" / "pytorch_model.bin")
    names = ("whole", "missing", "cut", "program", "fresh", "fused", "other")
    return {
        f"transformers {name}": lambda name=name: exporter.from_transformers(str(folder / name))
        for name in names
    }


def _weights(exporter: Any) -> dict[str, Callable[[], object]]:
    layer = torch.nn.Linear(2, 2)
    same = {key: value.clone() for key, value in layer.state_dict().items()}
    broken = {"weight": torch.full((2, 2), float("nan")), "bias": torch.zeros(2)}
    return {
        "weights untouched": lambda: exporter._load(layer, same, "file"),
        "weights too many": lambda: exporter._load(layer, broken | {"more": torch.zeros(1)}, "file"),
        "weights of another shape": lambda: exporter._load(layer, same | {"bias": torch.zeros(3)}, "file"),
        "weights no numbers": lambda: exporter._load(layer, broken, "file"),
    }


def _said(offer: Callable[[], object]) -> str:
    try:
        offer()
    except SystemExit as refusal:
        return str(refusal.code)
    return ""


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
