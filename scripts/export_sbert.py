# /// script
# requires-python = ">=3.11"
# dependencies = ["onnxscript>=0.7", "sentence-transformers>=6", "torch>=2.13", "vibe-desktop"]
#
# [tool.uv.sources]
# vibe-desktop = { path = "..", editable = true }
# ///
"""Puts a sentence-transformers model of your choice where the program looks, or proves that two agree.

The program builds its own network from the weights of all-MiniLM-L6-v2 and needs nothing of this. Use it to
run another model, or to compare. It needs an environment of its own, as torch is never a dependency:

    python3.11 -m venv /tmp/export
    /tmp/export/bin/pip install -e . torch==2.13.0 sentence-transformers==6.2.0 onnxscript==0.7.2
    /tmp/export/bin/python scripts/export_sbert.py MODEL --into MODELS    # export MODEL
    /tmp/export/bin/python scripts/export_sbert.py MODEL --check MODELS   # compare what is installed there
    /tmp/export/bin/python scripts/export_sbert.py MODEL --golden tests/models/sbert_golden.json

MODEL is a folder or a name that sentence-transformers knows; MODELS is the folder of models in the profile.
Only safetensors weights are read. A model that wants a prompt before each text ("query: ") is served badly.
To return to the program's own network, delete MODELS/sbert and run `vibe-desktop models install sbert`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from vibe_desktop.checksums import sha256_of
from vibe_desktop.domain import FloatMatrix
from vibe_desktop.models.installed import Manifest, describe_files, write_manifest
from vibe_desktop.models.sbert import NAME, SentenceEncoder
from vibe_desktop.models.sbert_graph import ATTENTION_MASK, EMBEDDING, INPUT_IDS, NETWORK_FILE, TOKENIZER_FILE

HOSTILE = [
    "",
    " ",
    "\x00",
    "\n\t\r",
    "a",
    "🎷🎶😀 feel good 🎉",
    "夜に聴きたい静かなピアノ",
    "موسيقى هادئة للنوم",
    "Ünïcödé — “quotes”… ﬁ ½ Ⅷ",
    "e\u0301\u0301\u0301 combining",
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "x" * 5_000,
    "word " * 4_000,
    "a-b/c;d " * 200,
    "{'json': [1, 2, 3]} <b>bold</b> & \\x00 '; DROP TABLE track; --",
]
GOLDEN = [
    "A calm piano piece for a rainy evening.",
    "fast aggressive heavy metal",
    "",
    "🎷 夜 jazz",
    "long " * 400,
]
GOLDEN_NUMBERS = 8


class Pooled(torch.nn.Module):
    """The whole of a sentence-transformers model as one network: ids and mask in, unit rows out."""

    def __init__(self, model: SentenceTransformer) -> None:
        """Keep the model; token types are given only to one that asks for them."""
        super().__init__()
        self.model = model
        self.typed = "token_type_ids" in model.tokenizer.model_input_names

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the sentences' vectors, shape (batch, dimensions), rows of length 1."""
        features = {INPUT_IDS: input_ids, ATTENTION_MASK: attention_mask}
        if self.typed:
            features["token_type_ids"] = torch.zeros_like(input_ids)
        return torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=-1)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", help="folder or name of a sentence-transformers model")
    parser.add_argument("--into", type=Path, metavar="MODELS", help="export it into this folder of models")
    parser.add_argument(
        "--check", type=Path, metavar="MODELS", help="compare it with what is installed there"
    )
    parser.add_argument("--golden", type=Path, metavar="FILE", help="write the numbers the tests hold us to")
    asked = parser.parse_args()
    model = SentenceTransformer(
        asked.model, device="cpu", model_kwargs={"attn_implementation": "eager", "use_safetensors": True}
    ).eval()
    if asked.into:
        export(model, Path(asked.model), asked.into)
    if asked.check:
        check(model, asked.check)
    if asked.golden:
        write_golden(model, asked.golden)


def export(model: SentenceTransformer, origin: Path, models_folder: Path) -> None:
    """Write network, tokenizer and manifest, all of it or nothing, in place of an earlier one."""
    part, place = models_folder / f"{NAME}.export", models_folder / NAME
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _export_network(model, part / NETWORK_FILE)
    model.tokenizer.backend_tokenizer.save(str(part / TOKENIZER_FILE))
    settings = {
        "dimensions": model.get_embedding_dimension(),
        "max_length": model.max_seq_length,
        "pooling": "exported",
    }
    # What moves a vector is in the network and the tokenizer, so they stand for the weights.
    weights = {name: sha256_of(part / name) for name in (NETWORK_FILE, TOKENIZER_FILE)}
    write_manifest(part, Manifest(NAME, origin.name, None, weights, settings, describe_files(part)))
    shutil.rmtree(place, ignore_errors=True)
    part.replace(place)
    print(f"exported {origin.name} to {place}")


def _export_network(model: SentenceTransformer, path: Path) -> None:
    ids = torch.randint(5, 100, (2, 16))
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=model.max_seq_length)
    torch.onnx.export(
        Pooled(model),
        (ids, torch.ones_like(ids)),
        path,
        input_names=[INPUT_IDS, ATTENTION_MASK],
        output_names=[EMBEDDING],
        opset_version=20,
        dynamic_shapes={name: {0: batch, 1: length} for name in (INPUT_IDS, ATTENTION_MASK)},
        external_data=False,
    )


def check(model: SentenceTransformer, models_folder: Path) -> None:
    """Print how far the installed network is from the model, and how fast both are, as a Markdown table."""
    encoder = SentenceEncoder(models_folder)
    sentences = [*captions(200), *HOSTILE]
    ours, theirs = encoder.encode(sentences), _reference(model, sentences)
    cosines = (ours * theirs).sum(axis=1)
    many = captions(512)
    print("| | |\n|---|---|")
    print(f"| sentences | {len(sentences)}, of them {len(HOSTILE)} hostile |")
    print(f"| largest difference of a number | {np.abs(ours - theirs).max():.1e} |")
    print(f"| smallest cosine | {cosines.min():.7f} |")
    print(f"| ours | {_rate(encoder.encode, many):.0f} captions/s |")
    print(f"| sentence-transformers | {_rate(lambda texts: _reference(model, texts), many):.0f} captions/s |")
    print(f"| threads | ours {encoder.threads}, torch {torch.get_num_threads()} |")


def write_golden(model: SentenceTransformer, path: Path) -> None:
    """Write the first numbers of a few sentences' vectors, as sentence-transformers computes them."""
    vectors = _reference(model, GOLDEN)[:, :GOLDEN_NUMBERS]
    rows = [
        {"text": text, "vector": [round(float(number), 7) for number in vector]}
        for text, vector in zip(GOLDEN, vectors, strict=True)
    ]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")


def captions(count: int) -> list[str]:
    """Return sentences as the program writes them, of about 25 word pieces, all different."""
    moods = ("calm", "dark and tense", "joyful", "melancholic", "energetic", "dreamy", "romantic", "epic")
    genres = (
        "ambient",
        "heavy metal",
        "bossa nova",
        "orchestral",
        "drum and bass",
        "folk",
        "synthwave",
        "jazz",
    )
    voices = ("instrumental", "with a female voice", "with a choir", "with rapped vocals")
    uses = ("studying", "a night drive", "a workout", "falling asleep", "a rainy Sunday")
    every = product(uses, voices, genres, moods)
    return [
        f"A {mood} {genre} piece of the {1950 + 10 * (index % 8)}s, {voice}, piano and strings, for {use}."
        for index, (use, voice, genre, mood) in enumerate(every)
    ][:count]


def _reference(model: SentenceTransformer, sentences: Sequence[str]) -> FloatMatrix:
    return model.encode(list(sentences), normalize_embeddings=True, show_progress_bar=False)


def _rate(encode: Callable[[list[str]], FloatMatrix], texts: list[str]) -> float:
    """Return texts a second, the best of three runs: other work on the machine only ever slows one down."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        encode(texts)
        best = min(best, time.perf_counter() - began)
    return len(texts) / best


if __name__ == "__main__":
    main()
