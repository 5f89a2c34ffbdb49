"""A CLAP of a few hundred kilobytes that truly hears and reads a little, to install in no time.

Words are fixed random directions, and a prompt's vector is the sum of its words'. Sound is summed up by
how loud each mel band is, how much that varies, and how fast; a ridge regression, learnt here from the
synthesiser's own pieces, leads from there to the words each piece is described with. So it passes the
examination real weights must pass, and finds piano for "piano"; `Made` has the kinds that must not pass.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from vibe_desktop.audio.clap_mel import BANDS, FRAMES, WINDOW, log_mel, rounded
from vibe_desktop.domain import FloatMatrix, FloatVector
from vibe_desktop.models.catalog import Setting
from vibe_desktop.models.clap import NAME
from vibe_desktop.models.clap_towers import AUDIO_FILE, TEXT_FILE, TOKENIZER_FILE
from vibe_desktop.models.installed import Manifest, describe_files, write_manifest
from vibe_desktop.paths import resource
from vibe_desktop.synthesis import acoustic, amplified, electronic
from vibe_desktop.synthesis.canvas import Canvas
from vibe_desktop.synthesis.instruments import RATE, noise

DIMENSIONS = 128
_HEARD_DIMENSIONS = 112
"""Those that words have which can be heard; other words lie in the rest, where no sound ever does."""
_SECONDS = 15.0
_QUIET = -40.0
"""Decibels below which a band is taken for this: there, lossy files differ from what was encoded."""
_LAG = 12
"""Frames between which change is measured, about an eighth of a second."""
_RIDGE = 0.02
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_FRAME_WORDS = (
    "a an the of and in on at to for with by from this that is are music song track tune audio recording"
    " recorded sound piece playing played person people some being"
)
"""Words of a prompt's wording, which say little."""
_OPSET = 17


class Made(StrEnum):
    """What kind of model to make."""

    TRAINED = "trained"
    RANDOM = "random"
    COLLAPSED = "collapsed"
    NO_NUMBERS = "no numbers"
    SWAPPED = "swapped"


class _Piece(NamedTuple):
    recipe: Callable[[Canvas], None]
    bpm: float
    words: str


def _white_noise(canvas: Canvas) -> None:
    canvas.add(noise(canvas.seconds, 5), 0, 0.5)


_PIECES = (
    _Piece(acoustic.lullaby, 66, "solo piano classical lullaby calm gentle slow peaceful instrumental"),
    _Piece(acoustic.adagio, 54, "strings orchestra violin classical sad slow melancholic solemn"),
    _Piece(acoustic.cello_letter, 60, "solo cello classical sad lonely slow melancholic instrumental"),
    _Piece(acoustic.waltz, 168, "waltz strings flute orchestra classical elegant happy dance"),
    _Piece(acoustic.baroque, 112, "harpsichord baroque classical playful solo"),
    _Piece(acoustic.sacred_choir, 52, "choir choral sacred singing church voices spiritual peaceful slow"),
    _Piece(acoustic.epic, 96, "epic cinematic soundtrack orchestra brass drums choir powerful marching"),
    _Piece(acoustic.fingerpicking, 96, "acoustic guitar folk relaxed warm mellow solo instrumental"),
    _Piece(acoustic.bluegrass, 132, "banjo bluegrass country guitar acoustic cheerful energetic fast happy"),
    _Piece(acoustic.bossa, 132, "bossa nova latin guitar flute shaker percussion relaxed romantic"),
    _Piece(acoustic.jazz_trio, 144, "jazz swing trio piano bass drums cymbal lively cool"),
    _Piece(acoustic.river_flute, 70, "flute new age meditation meditative peaceful calm solo quiet"),
    _Piece(acoustic.gamelan, 92, "gamelan bells gong percussion world meditative hypnotic"),
    _Piece(acoustic.desert, 100, "oriental middle eastern oud drum world mysterious"),
    _Piece(amplified.metal, 176, "heavy metal distorted distortion electric guitar drums aggressive fast"),
    _Piece(amplified.doom, 62, "heavy doom metal distorted distortion electric guitar dark slow loud"),
    _Piece(amplified.punk, 184, "punk rock distorted electric guitar drums angry energetic fast loud"),
    _Piece(amplified.ballad, 72, "soft rock ballad piano strings drums sentimental hopeful"),
    _Piece(amplified.blues, 88, "blues organ guitar bass drums groovy melancholic"),
    _Piece(amplified.reggae, 74, "reggae dub organ bass sunny laid back"),
    _Piece(amplified.funk, 104, "funk bass guitar brass drums groovy fun"),
    _Piece(electronic.disco, 118, "disco dance drums bass happy danceable strings"),
    _Piece(electronic.techno, 132, "techno electronic beat drum machine synthesizer acid driving hypnotic"),
    _Piece(electronic.trance, 138, "trance electronic synthesizer euphoric uplifting beat dance fast"),
    _Piece(electronic.drum_and_bass, 174, "drum bass electronic breakbeat energetic dark fast"),
    _Piece(electronic.industrial, 124, "industrial electronic harsh aggressive dark machine distorted"),
    _Piece(electronic.ambient_drone, 60, "ambient drone space synthesizer pads dreamy calm slow atmospheric"),
    _Piece(electronic.dark_ambient, 60, "dark ambient drone rumble tense eerie menacing"),
    _Piece(electronic.chiptune, 150, "chiptune video game square waves playful fast"),
    _Piece(electronic.lo_fi, 76, "lo fi hip hop electric piano relaxed nostalgic vinyl crackle beat"),
    _Piece(electronic.synthwave, 100, "synthwave synthesizer retro electronic drums nostalgic cool"),
    _Piece(electronic.trap, 140, "trap hip hop rap bass boom hi hat dark confident"),
    _Piece(_white_noise, 60, "white noise static hiss harsh"),
)  # fmt: skip


def install_tiny_clap(models_folder: Path, made: Made = Made.TRAINED, *, mask: bool = False) -> None:
    """Put a tiny CLAP into its place as the installer would."""
    write_tiny_clap(models_folder / NAME, made, mask=mask)


def write_tiny_clap(folder: Path, made: Made = Made.TRAINED, *, mask: bool = False) -> None:
    """Write networks, tokenizer and manifest as an exporter would; with `mask` the text network takes one."""
    folder.mkdir(parents=True, exist_ok=True)
    files = (TEXT_FILE, AUDIO_FILE) if made is Made.SWAPPED else (AUDIO_FILE, TEXT_FILE)
    onnx.save(_audio_network(made), folder / files[0])
    onnx.save(_text_network(made, mask=mask), folder / files[1])
    _tokenizer().save(str(folder / TOKENIZER_FILE))
    seal(folder)


def seal(folder: Path, dimensions: int = DIMENSIONS) -> None:
    """Describe a model's files as they are now, as if they had been exported or installed like this."""
    settings: dict[str, Setting] = {"dimensions": dimensions, "max_length": 77}
    files = describe_files(folder)
    weights = {name: each.sha256 for name, each in files.items()}
    write_manifest(folder, Manifest(NAME, "Tiny CLAP", None, weights, settings, files))


def piece(number: int, seconds: float) -> FloatVector:
    """Play one of the pieces it learnt from: mono at 48 kHz, float32 [seconds * 48000]."""
    canvas = Canvas(seconds, _PIECES[number].bpm)
    _PIECES[number].recipe(canvas)
    sound: FloatVector = canvas.finished().mean(axis=0)
    return sound


def described(word: str) -> list[int]:
    """Return the numbers of the pieces that are described with a word."""
    return [number for number, each in enumerate(_PIECES) if word in each.words.split()]


# --- what it knows


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    """Return every word of the program's prompts and vocabulary and of the pieces, in order."""
    texts = [resource(name).read_text("utf-8") for name in ("prompts.toml", "vocabulary.toml")]
    texts += [each.words for each in _PIECES]
    found = sorted({word for text in texts for word in re.findall(r"\w+", text.lower())})
    return (*_SPECIAL, *found)


@lru_cache(maxsize=1)
def _audible() -> frozenset[str]:
    return frozenset(_stem(word) for each in _PIECES for word in each.words.split())


def _stem(word: str) -> str:
    """Return a plural's singular, or the word."""
    return word.removesuffix("s") if len(word) > 3 else word


def _direction(word: str) -> FloatVector:
    """Return a word's own direction, which its plural shares."""
    numbers = np.random.default_rng(zlib.crc32(_stem(word).encode())).normal(size=DIMENSIONS)
    numbers[_HEARD_DIMENSIONS:] *= _stem(word) not in _audible()
    numbers[:_HEARD_DIMENSIONS] *= _stem(word) in _audible()
    return (numbers / np.linalg.norm(numbers)).astype(np.float32)


def _weight(word: str) -> float:
    """Return how much a word says: framing little, things that can be heard most."""
    if word in _SPECIAL or word in _FRAME_WORDS.split():
        return 0.05
    return 1.0 if _stem(word) in _audible() else 0.5


@lru_cache(maxsize=1)
def _embeddings() -> FloatMatrix:
    return np.stack([_weight(word) * _direction(word) for word in _words()])


def _meaning(words: str) -> FloatVector:
    total = np.sum([_direction(word) for word in words.split()], axis=0)
    meaning: FloatVector = (total / np.linalg.norm(total)).astype(np.float32)
    return meaning


class _Hearing(NamedTuple):
    """Standardises the summary of a picture and leads from there into the space of words."""

    usual: FloatVector
    deviation: FloatVector
    weights: FloatMatrix
    offset: FloatVector


@lru_cache(maxsize=1)
def _learnt() -> _Hearing:
    """Return what it learnt, which is kept with the environment for as long as what it learns from stays."""
    root = Path(__file__).parent.parent
    sources = [Path(__file__), *sorted((root / "vibe_desktop" / "synthesis").glob("*.py"))]
    sources += sorted((root / "vibe_desktop" / "audio").glob("*mel*.py"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    kept = root / ".venv" / "tiny-clap" / f"{digest}.npz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}.npz")
        np.savez(part, *_learn())
        part.replace(kept)
    with np.load(kept) as arrays:
        return _Hearing(*(arrays[name] for name in arrays.files))


def _learn() -> _Hearing:
    """Learn from two windows of each piece, by ridge regression."""
    starts = (0, int(_SECONDS * RATE) - WINDOW)
    sounds = [piece(number, _SECONDS) for number in range(len(_PIECES))]
    summaries = np.vstack([_summary(sound[start : start + WINDOW]) for sound in sounds for start in starts])
    meanings = np.repeat([_meaning(each.words) for each in _PIECES], len(starts), axis=0)
    usual, deviation = summaries.mean(axis=0), summaries.std(axis=0) + 0.5
    features = (summaries - usual) / deviation
    offset = meanings.mean(axis=0)
    kernel = features @ features.T / features.shape[1]
    solved = np.linalg.solve(kernel + _RIDGE * np.eye(len(kernel)), meanings - offset)
    weights = features.T @ solved / features.shape[1]
    learnt = (usual, deviation, weights, 0.3 * offset)
    return _Hearing(*(np.asarray(each, np.float32) for each in learnt))


def _summary(window: FloatVector) -> FloatMatrix:
    """Return [1, 3 * 64]: what `_audio_network` sees of a window."""
    picture = np.maximum(log_mel(rounded(window[np.newaxis]))[0, 0], _QUIET)
    change = np.abs(picture[_LAG:] - picture[:-_LAG])
    level = picture.mean(axis=0)
    return np.concatenate([level, np.sqrt(((picture - level) ** 2).mean(axis=0)), change.mean(axis=0)])[
        np.newaxis
    ]


# --- the networks


def _made(made: Made) -> tuple[_Hearing, FloatMatrix]:
    """Return how it hears and its words, whole or spoilt."""
    hearing, words = _learnt(), _embeddings()
    if made is Made.RANDOM:
        numbers = np.random.default_rng(8)
        return hearing._replace(weights=_like(hearing.weights, numbers)), _like(words, numbers)
    if made is Made.COLLAPSED:
        return hearing._replace(offset=hearing.offset + 30 * _direction("collapsed")), words
    if made is Made.NO_NUMBERS:
        return hearing._replace(offset=np.full(DIMENSIONS, np.nan, np.float32)), words
    return hearing, words


def _like(values: FloatMatrix, numbers: np.random.Generator) -> FloatMatrix:
    return numbers.normal(0, values.std(), values.shape).astype(np.float32)


def _audio_network(made: Made) -> onnx.ModelProto:
    hearing, _ = _made(made)
    constants = {
        "quiet": np.float32(_QUIET), "usual": hearing.usual, "deviation": hearing.deviation,
        "weights": hearing.weights, "offset": hearing.offset, "one": np.array([1]), "later": np.array([_LAG]),
        "sooner": np.array([-_LAG]), "first": np.array([0]), "last": np.array([FRAMES]),
    }  # fmt: skip
    nodes = [
        helper.make_node("Squeeze", ["input_features", "one"], ["picture"]),
        helper.make_node("Max", ["picture", "quiet"], ["heard"]),
        helper.make_node("ReduceMean", ["heard"], ["level"], axes=[1], keepdims=0),
        helper.make_node("ReduceMean", ["heard"], ["middle"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["heard", "middle"], ["apart"]),
        helper.make_node("Mul", ["apart", "apart"], ["squares"]),
        helper.make_node("ReduceMean", ["squares"], ["variance"], axes=[1], keepdims=0),
        helper.make_node("Sqrt", ["variance"], ["variation"]),
        helper.make_node("Slice", ["heard", "later", "last", "one"], ["after"]),
        helper.make_node("Slice", ["heard", "first", "sooner", "one"], ["before"]),
        helper.make_node("Sub", ["after", "before"], ["step"]),
        helper.make_node("Abs", ["step"], ["steps"]),
        helper.make_node("ReduceMean", ["steps"], ["change"], axes=[1], keepdims=0),
        helper.make_node("Concat", ["level", "variation", "change"], ["summary"], axis=1),
        helper.make_node("Sub", ["summary", "usual"], ["centred"]),
        helper.make_node("Div", ["centred", "deviation"], ["features"]),
        helper.make_node("MatMul", ["features", "weights"], ["led"]),
        helper.make_node("Add", ["led", "offset"], ["audio_embeds"]),
    ]
    sound: dict[str, tuple[int, list[Any]]] = {
        "input_features": (TensorProto.FLOAT, ["batch", 1, FRAMES, BANDS])
    }
    return _model(nodes, sound, "audio_embeds", constants)


def _text_network(made: Made, *, mask: bool) -> onnx.ModelProto:
    _, words = _made(made)
    if made is Made.COLLAPSED:
        words = words + 3 * _direction("collapsed")
    tokens: dict[str, tuple[int, list[Any]]] = {"input_ids": (TensorProto.INT64, ["batch", "length"])}
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["stored"]),
        helper.make_node("Cast", ["stored"], ["meanings"], to=TensorProto.FLOAT),
    ]
    counted = "meanings"
    if mask:
        tokens["attention_mask"] = (TensorProto.INT64, ["batch", "length"])
        counted = "counted"
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["counts"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["counts", "deepest"], ["weighed"]),
            helper.make_node("Mul", ["meanings", "weighed"], ["counted"]),
        ]
    nodes.append(helper.make_node("ReduceSum", [counted, "along"], ["text_embeds"], keepdims=0))
    constants = {"words": words.astype(np.float16), "along": np.array([1]), "deepest": np.array([2])}
    return _model(nodes, tokens, "text_embeds", constants)


def _model(
    nodes: list[onnx.NodeProto],
    inputs: dict[str, tuple[int, list[Any]]],
    output: str,
    constants: dict[str, Any],
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", DIMENSIONS])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _tokenizer() -> Tokenizer:
    """Return a tokenizer of whole words, framed as the real one's are."""
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(_words())}, unk_token="<unk>")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
