"""Reads CLAP checkpoints, of laion-clap or transformers, and sees that every weight came from the file.

Either way the result is transformers' `ClapModel` with its names. A checkpoint is only taken whole: a weight
it lacks, one that nothing asks for, and one that is still as it was before loading are errors, so that no
network can be exported that was never loaded.
"""

from __future__ import annotations

import contextlib
import pickle
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import (
    AutoTokenizer,
    ClapConfig,
    ClapModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizerFast,
)

from export_clap_graph import AUDIO_EPSILON, BANDS, HEADS, PATCH, SIDE, TEXT_HEADS, WINDOW
from vibe_desktop.checksums import sha256_of

State = dict[str, torch.Tensor]

ROBERTA = "roberta-base"
AUDIO_MODELS = {
    "HTSAT-tiny": {"patch_embeds_hidden_size": 96, "depths": [2, 2, 6, 2], "hidden_size": 768},
    "HTSAT-base": {"patch_embeds_hidden_size": 128, "depths": [2, 2, 12, 2], "hidden_size": 1024},
}

_SAFE_SINCE = (2, 6)
_NAMED = 5  # of what is wrong with a checkpoint
_VOCABULARY = 50_265
# Follow from the architecture alone; old files hold some of them, new ones others.
_BUFFERS = ("position_ids", "token_type_ids", "relative_position_index", "num_batches_tracked")
_BUILD = {
    "spec_size": SIDE,
    "num_mel_bins": BANDS,
    "patch_size": PATCH,
    "patch_stride": PATCH,
    "window_size": WINDOW,
    "num_attention_heads": list(HEADS),
    "hidden_act": "gelu",
    "projection_hidden_act": "relu",
    "layer_norm_eps": AUDIO_EPSILON,
    "enable_fusion": False,
}
_TEXT_BUILD = {"num_attention_heads": TEXT_HEADS, "hidden_act": "gelu", "projection_hidden_act": "relu"}


@dataclass(frozen=True)
class Checkpoint:
    """A loaded model: where it came from, transformers' form of it, and laion-clap's if it was one."""

    title: str
    variant: str
    files: Mapping[str, str]
    """sha256 of every weight file by name"""
    model: ClapModel
    tokenizer: PreTrainedTokenizerFast
    laion: Any | None = None


def from_transformers(name: str) -> Checkpoint:
    """Read a folder as `save_pretrained` writes it, or fetch one of that name. Exits with a sentence."""
    folder = Path(name) if Path(name).is_dir() else _fetched(name)
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        sys.exit(
            f"{folder} holds no safetensors file. Nothing else is read: other formats can hold programs."
        )
    config = ClapConfig.from_pretrained(folder)
    _check_build(config, folder)
    state: State = {}
    for file in files:
        try:
            state |= load_file(file)
        except (SafetensorError, OSError) as error:
            sys.exit(f"{file} is damaged or not a safetensors file: {error}")
    model = ClapModel(config)
    _load(model, state, str(folder))
    tokenizer = _tokenizer(str(folder))
    files_by_name = {file.name: sha256_of(file) for file in files}
    return Checkpoint(f"CLAP from {folder.name}", _variant(config), files_by_name, model.eval(), tokenizer)


def from_laion(file: Path, audio_model: str, text_model: str) -> Checkpoint:
    """Read a `.pt` of laion-clap; `text_model` names RoBERTa's tokenizer. Exits with a sentence."""
    state = _laion_state(file)
    if any("fusion_model" in key for key in state):
        sys.exit(f"{file.name} is a model with feature fusion; choose one without (non-fusion).")
    tokenizer = _tokenizer(text_model)
    with _empty_roberta(tokenizer):
        import laion_clap

        laion = laion_clap.CLAP_Module(
            enable_fusion=False, device="cpu", amodel=audio_model, tmodel="roberta"
        )
    _load(laion.model, state, f"{file.name} as {audio_model}")
    text = laion.model.text_branch.config
    config = ClapConfig(
        audio_config=AUDIO_MODELS[audio_model],
        text_config={"vocab_size": text.vocab_size, "layer_norm_eps": text.layer_norm_eps},
    )
    model = ClapModel(config)
    _load(model, dict(_renamed(laion.model.state_dict())), f"{file.name} as {audio_model}")
    title = f"CLAP {audio_model} from {file.name}"
    return Checkpoint(title, audio_model, {file.name: sha256_of(file)}, model.eval(), tokenizer, laion.eval())


def _laion_state(file: Path) -> State:
    """Return the weights in a `.pt`, read as numbers and nothing but numbers."""
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < _SAFE_SINCE:
        sys.exit(
            f"torch {torch.__version__} can be made to run what hides in a checkpoint; take 2.6 or newer."
        )
    try:
        with torch.serialization.safe_globals(list(_numbers())):
            content = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # torch's explanation is long; what it met stands between these.
        met = str(error).partition("WeightsUnpickler error: ")[2].partition(" was not")[0]
        what = met.strip().partition("\n")[0] or "something unknown"
        sys.exit(f"{file.name} holds something besides weights, so it was not opened: {what}")
    except (RuntimeError, EOFError, OSError, KeyError, ValueError) as error:
        sys.exit(f"{file.name} is damaged or no checkpoint: {_reason(error)}")
    state = content.get("state_dict", content) if isinstance(content, dict) else {}
    if not state or not all(isinstance(value, torch.Tensor) for value in state.values()):
        sys.exit(f"{file.name} holds no weights of a model.")
    return {key.removeprefix("module."): value for key, value in state.items()}


def _numbers() -> Iterator[Any]:
    """Allow numpy's numbers, which training leaves beside the weights: making them runs nothing else."""
    scalar = np.core.multiarray.scalar
    yield from (np.dtype, (scalar, "numpy.core.multiarray.scalar"), (scalar, "numpy._core.multiarray.scalar"))
    yield from (type(np.dtype(kind)) for kind in ("f4", "f8", "i4", "i8", "?"))


def _reason(error: Exception) -> str:
    """Return the first line of an explanation, or what kind of error there was."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _tokenizer(name: str) -> PreTrainedTokenizerFast:
    try:
        return AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    except (OSError, ValueError) as error:
        sys.exit(f"The tokenizer of {name} could neither be read nor fetched: {_reason(error)}")


@contextlib.contextmanager
def _empty_roberta(tokenizer: PreTrainedTokenizerFast) -> Iterator[None]:
    """Stand where laion-clap finds a `roberta-base` of the right tokenizer and weights that mean nothing.

    It would fetch the published one, half a gigabyte, only for the checkpoint to overwrite all of it; and two
    tokenizers more when it is imported, which are never used.
    """
    config = RobertaConfig(
        vocab_size=_VOCABULARY, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5
    )
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name in (ROBERTA, "bert-base-uncased", "facebook/bart-base"):
            RobertaTokenizerFast(tokenizer_object=tokenizer.backend_tokenizer).save_pretrained(name)
        RobertaModel(config).save_pretrained(ROBERTA)
        yield


def _renamed(state: State) -> Iterator[tuple[str, torch.Tensor]]:
    """Give laion-clap's weights transformers' names for them, leaving out what embedding does not need."""
    for key, value in state.items():
        branch, _, rest = key.partition(".")
        if branch == "text_branch":
            yield f"text_model.{rest}", value
        elif branch in {"audio_projection", "text_projection"}:
            yield f"{branch}.{rest.replace('0.', 'linear1.').replace('2.', 'linear2.')}", value
        elif branch in {"logit_scale_a", "logit_scale_t"}:
            yield branch, value
        elif branch == "audio_branch" and rest.split(".")[0] in {"bn0", "patch_embed", "layers", "norm"}:
            yield from _renamed_audio(rest, value)


def _renamed_audio(key: str, value: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
    if key.endswith("attn_mask"):
        return
    for theirs, ours in _AUDIO_NAMES.items():
        key = key.replace(theirs, ours)
    name = f"audio_model.audio_encoder.{key}"
    if "attn.qkv" in name:
        for part, rows in zip(("query", "key", "value"), value.chunk(3), strict=True):
            yield name.replace("attn.qkv", f"attention.self.{part}"), rows
    else:
        yield name, value


_AUDIO_NAMES = {
    "bn0": "batch_norm",
    "norm1": "layernorm_before",
    "norm2": "layernorm_after",
    "attn.proj": "attention.output.dense",
    "attn.relative_position": "attention.self.relative_position",
    "mlp.fc1": "intermediate.dense",
    "mlp.fc2": "output.dense",
}


def _load(model: torch.nn.Module, state: State, origin: str) -> None:
    """Load every weight, all of them and no others, and see that each matrix is another than before."""
    before = {key: value.clone() for key, value in model.state_dict().items()}
    known = {key: value for key, value in state.items() if not key.endswith(_BUFFERS) or key in before}
    kept = {key: value for key, value in before.items() if key.endswith(_BUFFERS) and key not in known}
    if odd := _odd(known | kept, before):
        more = f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
        sys.exit(f"{origin}: the weights are not those of this model: {', '.join(odd[:_NAMED])}{more}.")
    model.load_state_dict(known | kept, strict=True)
    loaded = model.state_dict()
    untouched = [
        key
        for key, value in before.items()
        if value.is_floating_point() and _is_learnt(model, key) and torch.equal(value, loaded[key])
    ]
    if untouched:
        named = ", ".join(untouched[:_NAMED])
        sys.exit(f"{origin}: these weights were never trained, or not loaded: {named}.")
    if odd := [key for key, value in loaded.items() if not torch.isfinite(value).all()]:
        sys.exit(f"{origin}: these weights are no numbers: {', '.join(odd[:_NAMED])}.")


def _odd(have: State, want: State) -> list[str]:
    """Return what is missing, what nothing asks for and what has another shape."""
    missing = [f"{key} is missing" for key in want if key not in have]
    spare = [f"nothing asks for {key}" for key in have if key not in want]
    shapes = {key: (tuple(value.shape), tuple(want[key].shape)) for key, value in have.items() if key in want}
    other = [f"{key} is {has}, not {asked}" for key, (has, asked) in shapes.items() if has != asked]
    return missing + spare + other


def _is_learnt(model: torch.nn.Module, key: str) -> bool:
    """Whether a weight is one that training moves; small vectors may end where they began."""
    try:
        value = model.get_parameter(key)
    except AttributeError:  # a buffer
        return False
    return value.requires_grad and value.ndim > 1


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    wanted = [
        "config.json",
        "*.safetensors",
        "tokenizer*",
        "vocab.json",
        "merges.txt",
        "special_tokens_map.json",
    ]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (OSError, HFValidationError) as error:
        sys.exit(
            f"There is no folder {name}, and no checkpoint of that name could be fetched: {_reason(error)}"
        )


def _check_build(config: ClapConfig, folder: Path) -> None:
    """Exit with a sentence unless the model is of the build the graph is written for."""
    audio, text = config.audio_config.to_dict(), config.text_config.to_dict()
    if audio["enable_fusion"]:
        sys.exit(f"{folder} is a model with feature fusion; choose one without (unfused).")
    pairs = [(audio, _BUILD), (text, _TEXT_BUILD)]
    odd = [key for have, want in pairs for key, value in want.items() if not _same(have[key], value)]
    if odd:
        sys.exit(f"{folder} is a CLAP of another build than the published ones: {', '.join(odd)} differ.")


def _same(have: object, want: object) -> bool:
    """Compare settings; a patch may be given for both directions."""
    return have == want or (isinstance(have, list | tuple) and list(have) in (want, [want, want]))


def _variant(config: ClapConfig) -> str:
    widths = {spec["patch_embeds_hidden_size"]: name for name, spec in AUDIO_MODELS.items()}
    width = config.audio_config.patch_embeds_hidden_size
    return widths.get(width, f"HTSAT of width {width}")
