"""Makes CLAP checkpoints of the published architecture with random weights, in the export's own environment.

Run as `python made_checkpoints.py FOLDER TEXT ...`. FOLDER gets `roberta-base/` (tokenizer and weights, as
laion-clap looks for it), `transformers/` (a ClapModel as `save_pretrained` writes it, HTSAT-tiny) and
`laion-tiny.pt`, `laion-base.pt` as laion-clap's training leaves them. The tokenizer is trained on the texts.
"""

from __future__ import annotations

import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizerFast,
)

VOCABULARY = 50_265
WORDS = 4_000
SECOND = 48_000


def main(folder: Path, texts: list[Path]) -> None:
    """Make everything; the same each time."""
    torch.manual_seed(4)
    roberta = folder / "roberta-base"
    roberta.mkdir(parents=True)
    tokenizer = train_tokenizer(texts, roberta)
    config = RobertaConfig(vocab_size=VOCABULARY, max_position_embeddings=514, type_vocab_size=1)
    RobertaModel(config).save_pretrained(roberta)
    make_transformers(folder / "transformers", tokenizer)
    for size in ("tiny", "base"):
        make_laion(folder, size)


def train_tokenizer(texts: list[Path], folder: Path) -> RobertaTokenizerFast:
    """Train byte-level pair encoding as RoBERTa uses it, with fewer words."""
    encoding = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    encoding.train(
        [str(text) for text in texts], vocab_size=WORDS, show_progress=False, special_tokens=special
    )
    encoding.save_model(str(folder))
    tokenizer = RobertaTokenizerFast.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return tokenizer


def make_transformers(folder: Path, tokenizer: RobertaTokenizerFast) -> None:
    """Save a ClapModel with the settings of the published one."""
    model = ClapModel(ClapConfig(text_config={"vocab_size": VOCABULARY})).eval()
    randomise(model)
    extract = ClapFeatureExtractor(truncation="rand_trunc", frequency_min=50, frequency_max=14_000)
    mel = torch.tensor(np.stack(extract(list(sounds()), sampling_rate=SECOND)["input_features"])).float()
    with torch.no_grad():
        pooled = model.audio_model(input_features=mel).pooler_output
        centre(model.audio_projection, model.audio_projection.linear2, pooled)
        pooled = model.text_model(input_ids=tokens()).pooler_output
        centre(model.text_projection, model.text_projection.linear2, pooled)
    for part in (model, tokenizer, extract):
        part.save_pretrained(folder)


def make_laion(folder: Path, size: str) -> None:
    """Save a `.pt` with everything around the weights that laion-clap's training leaves there."""
    with chdir(folder):
        import laion_clap  # looks for `roberta-base` already now

        clap = laion_clap.CLAP_Module(enable_fusion=False, device="cpu", amodel=f"HTSAT-{size}").eval()
    model = clap.model
    randomise(model)
    with torch.no_grad():
        heard = model.audio_branch({"waveform": torch.tensor(sounds())}, device="cpu")["embedding"]
        centre(model.audio_projection, model.audio_projection[2], heard)
        centre(model.text_projection, model.text_projection[2], model.text_branch(tokens()).pooler_output)
    state = {f"module.{name}": value for name, value in model.state_dict().items()}
    state["module.text_branch.embeddings.position_ids"] = torch.arange(514)[None]  # as older versions saved
    best = {"loss": np.float64(0.5), "recall": np.float32(0.25), "count": np.int64(7)}
    torch.save({"epoch": 3, "name": "made", "state_dict": state, "best": best}, folder / f"laion-{size}.pt")


@torch.no_grad()
def randomise(model: torch.nn.Module) -> None:
    """Give every weight an honest spread: none is left at the one or zero it starts from."""
    for module in model.modules():
        for name, weight in module.named_parameters(recurse=False):
            noise = torch.randn_like(weight)
            if not weight.requires_grad or not weight.ndim:
                continue
            if isinstance(module, torch.nn.LayerNorm | torch.nn.BatchNorm2d):
                weight.copy_(float(name == "weight") + 0.2 * noise)
            elif isinstance(module, torch.nn.Embedding) or name == "relative_position_bias_table":
                weight.copy_(0.4 * noise)
            elif name == "bias":
                weight.copy_(0.2 * noise)
            else:
                weight.copy_(1.2 * noise / weight[0].numel() ** 0.5)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.copy_(-30 + 8 * torch.randn_like(module.running_mean))
            module.running_var.copy_(200 + 150 * torch.rand_like(module.running_var))


def centre(projection: torch.nn.Module, last: torch.nn.Linear, pooled: torch.Tensor) -> None:
    """Move the space's middle to zero; a random network answers everything with much the same vector."""
    last.bias -= projection(pooled).mean(dim=0)


def sounds() -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return eight windows of 10 s: tones under noise."""
    chance = np.random.default_rng(4)
    at = np.arange(10 * SECOND) / SECOND
    tones = [np.sin(2 * np.pi * hertz * at) for hertz in chance.uniform(60, 4000, 8)]
    noises = chance.standard_normal((8, at.size)) * 10 ** chance.uniform(-4, -0.5, (8, 1))
    return np.clip(0.5 * np.stack(tones) + noises, -1, 1).astype(np.float32)


def tokens() -> torch.Tensor:
    """Return sixteen rows of twelve tokens that are words."""
    return torch.randint(5, WORDS, (16, 12))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), [Path(text).resolve() for text in sys.argv[2:]])
