"""A sentence encoder of a few thousand numbers, packed as the real one is, to install in no time."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from vibe_desktop.models.catalog import ModelEntry, WeightFile, WheelSource, catalog

WIDTH = 24
_WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "calm", "piano", "loud", "metal", "night", "rain", "##s")


def tiny_weights(layers: int = 2) -> dict[str, NDArray[np.float32]]:
    """Return random weights under the names of the published file; always the same ones."""
    numbers = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(_WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (64, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    dense = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (4 * WIDTH, WIDTH),
        "output.dense": (WIDTH, 4 * WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        norms += [f"{prefix}.attention.output.LayerNorm", f"{prefix}.output.LayerNorm"]
        for name, shape in dense.items():
            shapes |= {f"{prefix}.{name}.weight": shape, f"{prefix}.{name}.bias": shape[:1]}
    for norm in norms:
        shapes |= {f"{norm}.weight": (WIDTH,), f"{norm}.bias": (WIDTH,)}
    return {name: numbers.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def write_tiny_files(folder: Path) -> None:
    """Write `model.safetensors` and `tokenizer.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tiny_weights(), folder / "model.safetensors")
    vocabulary = {word: number for number, word in enumerate(_WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def make_tiny_entry(folder: Path, padding: int = 0) -> ModelEntry:
    """Write a wheel of the tiny model into `folder`; return the entry that pins it, under the name sbert.

    `padding` bytes of something else in the wheel make its download last.
    """
    real = catalog()["sbert"]
    origin = wheel_of(real)
    unpacked = folder / "unpacked"
    for file in real.files:
        write_tiny_files((unpacked / file.path).parent)
    wheel = folder / origin.file
    _write_wheel(wheel, unpacked, real, padding)
    return replace(
        real,
        files=tuple(_pinned(file, unpacked / file.path) for file in real.files),
        source=replace(origin, sha256=_sha256(wheel), size=wheel.stat().st_size),
        settings={"dimensions": WIDTH, "max_length": 32, "pooling": "mean"},
    )


def wheel_of(entry: ModelEntry) -> WheelSource:
    """Return the wheel an entry comes from."""
    assert isinstance(entry.source, WheelSource)
    return entry.source


def _pinned(file: WeightFile, path: Path) -> WeightFile:
    return replace(file, sha256=_sha256(path), size=path.stat().st_size)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_wheel(wheel: Path, unpacked: Path, entry: ModelEntry, padding: int) -> None:
    """Write what pip accepts as a wheel."""
    origin = wheel_of(entry)
    about = f"{origin.file.split('-')[0]}-{origin.version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {origin.package}\nVersion: {origin.version}\n"
    members = {file.path: (unpacked / file.path).read_bytes() for file in entry.files}
    members[f"{about}/METADATA"] = metadata.encode()
    members[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members["setup.py"] = b"raise SystemExit('nothing of a package is ever run')"
    members["padding"] = bytes(padding)
    record = "".join(
        f"{name},sha256={_base64(content)},{len(content)}\n" for name, content in members.items()
    )
    members[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), content)


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
