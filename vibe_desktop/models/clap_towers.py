"""The two networks of CLAP: one for sound, one for words, whose vectors can be compared.

There are several exporters, so what a network takes and gives is asked of it, and a
file that is no such network is refused in plain words. One window and one prompt at
a time: the int8 networks take the scale of their numbers from everything in a batch,
so company would change a vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.audio.clap_mel import BANDS, FRAMES
from vibe_desktop.domain import FloatMatrix, VibeError
from vibe_desktop.machine import usable_cores
from vibe_desktop.models.installed import InstalledModel, ModelDamaged, install_again
from vibe_desktop.models.session import open_session, options_for

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

AUDIO_FILE = "audio.onnx"
TEXT_FILE = "text.onnx"
TOKENIZER_FILE = "tokenizer.json"

LONGEST_TEXT = 4_000
"""Characters looked at; far more than the network's 77 tokens hold."""
_MASK = "attention_mask"
_NOTHING = 1e-6
"""A vector shorter than this has no direction."""

_NO_MEMORY = ("bad_alloc", "bad allocation", "allocate memory")
"""How the runtime says what says nothing about a network."""

_Feed: TypeAlias = dict[str, NDArray[np.float32] | NDArray[np.int64]]


class AudioTower:
    """Hears pictures of sound. Nothing is read before it is needed; may be used from several threads."""

    def __init__(self, model: InstalledModel, threads: int = 1) -> None:
        """Remember the model, and on how many threads to compute."""
        self._network = _AudioNetwork(model, threads)

    def embed(self, mel: FloatMatrix) -> FloatMatrix:
        """Return unit rows float32 [n, d] for log-mel pictures float32 [n, 1, 1001, 64].

        Raises `ModelDamaged` if the network cannot be used.
        """
        return self._network.unit_rows([{self._network.input: picture[np.newaxis]} for picture in mel])


class TextTower:
    """Reads prompts. Nothing is read before it is needed; may be used from several threads."""

    def __init__(self, model: InstalledModel, threads: int = 0) -> None:
        """Remember the model, and on how many threads to compute (0: all this process may use)."""
        self._model = model
        self._network = _TextNetwork(model, threads or usable_cores())

    def embed(self, prompts: Sequence[str]) -> FloatMatrix:
        """Return unit rows float32 [p, d]; any text will do, and is cut at the network's longest input.

        Raises `ModelDamaged` if the network or its tokenizer cannot be used.
        """
        return self._network.unit_rows([self._feed(prompt) for prompt in prompts])

    def _feed(self, prompt: str) -> _Feed:
        # Halves of characters, from odd file names, are no text.
        text = prompt[:LONGEST_TEXT].encode("utf-8", "ignore").decode("utf-8")
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        feed: _Feed = {self._network.input: ids}
        if self._network.takes_mask:
            feed[_MASK] = np.ones_like(ids)
        return feed

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        with _doubted(self._model, TOKENIZER_FILE, "cannot be read"):
            tokenizer = Tokenizer.from_file(str(self._model.file(TOKENIZER_FILE)))
            tokenizer.enable_truncation(self._model.number("max_length"))
            tokenizer.no_padding()
            return tokenizer


class _Network:
    """One of the model's networks: how to open it and what to make of its answers."""

    file: str
    output: str
    """what the usual exporters call the vectors"""

    def __init__(self, model: InstalledModel, threads: int) -> None:
        self._model = model
        self._threads = threads
        self._dimensions = model.number("dimensions")

    @property
    def input(self) -> str:
        """The name of what it looks at. Raises `ModelDamaged` if it is not the network it should be."""
        raise NotImplementedError

    def unit_rows(self, feeds: Sequence[_Feed]) -> FloatMatrix:
        """Return a row of length 1 for each feed, float32 [n, d]."""
        rows = np.empty((len(feeds), self._dimensions), np.float32)
        for row, feed in zip(rows, feeds, strict=True):
            row[:] = self._run(feed)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        with self._model.doubted():
            if not (np.isfinite(rows).all() and (norms > _NOTHING).all()):
                raise self._unusable("answered with something that is no direction")
        unit: FloatMatrix = rows / norms
        return unit

    def _run(self, feed: _Feed) -> FloatMatrix:
        with _doubted(self._model, self.file, "fails while it computes"):
            (answer,) = self._session.run([self._vectors], feed)
        if answer.shape != (1, self._dimensions):
            raise self._unusable(f"gives vectors of another shape than [1, {self._dimensions}]")
        vector: FloatMatrix = answer[0]
        return vector

    @cached_property
    def _vectors(self) -> str:
        """The output that holds the vectors: the one of the usual name, or else the only one that can be."""
        outputs = [each for each in self._session.get_outputs() if self._could_be_vectors(each)]
        named = [each for each in outputs if each.name == self.output] or outputs
        if len(named) != 1:
            raise self._unusable(f"has no single output of vectors with {self._dimensions} numbers")
        name: str = named[0].name
        return name

    def _could_be_vectors(self, output: onnxruntime.NodeArg) -> bool:
        return output.type == "tensor(float)" and _fits(output.shape, (1, self._dimensions))

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = options_for(self._threads, memory_pattern=False)
        options.log_severity_level = 4  # what goes wrong is raised, and told in our own words
        path = self._model.file(self.file)
        # A network may name other files as its weights. Looked for inside this file, none is ever found.
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(path))
        with _doubted(self._model, self.file, "is not a whole network in one file"):
            return open_session(path, options)

    def _unusable(self, why: str) -> ModelDamaged:
        return _unusable(self._model, f"{self.file} {why}")

    def _swapped(self) -> ModelDamaged:
        return self._unusable(f"is the other network: {AUDIO_FILE} and {TEXT_FILE} were swapped")


class _AudioNetwork(_Network):
    file = AUDIO_FILE
    output = "audio_embeds"

    @cached_property
    def input(self) -> str:
        inputs = self._session.get_inputs()
        if all(_is_text(each) for each in inputs):
            raise self._swapped()
        if len(inputs) != 1 or not _is_sound(inputs[0]):
            raise self._unusable(f"does not listen to log-mel pictures, but wants {_told(inputs)}")
        name: str = inputs[0].name
        return name


class _TextNetwork(_Network):
    file = TEXT_FILE
    output = "text_embeds"

    @cached_property
    def input(self) -> str:
        inputs = self._session.get_inputs()
        if all(_is_sound(each) for each in inputs):
            raise self._swapped()
        tokens = [each for each in inputs if each.name != _MASK]
        if len(tokens) != 1 or not all(_is_text(each) for each in inputs):
            raise self._unusable(f"does not read tokens of any number, but wants {_told(inputs)}")
        name: str = tokens[0].name
        return name

    @cached_property
    def takes_mask(self) -> bool:
        """Whether it wants to be told which tokens count."""
        return any(each.name == _MASK for each in self._session.get_inputs())


def _is_sound(wanted: onnxruntime.NodeArg) -> bool:
    return wanted.type == "tensor(float)" and _fits(wanted.shape, (1, 1, FRAMES, BANDS))


def _is_text(wanted: onnxruntime.NodeArg) -> bool:
    return wanted.type == "tensor(int64)" and _fits(wanted.shape, (1, None))


def _fits(shape: Sequence[int | str | None], wanted: Sequence[int | None]) -> bool:
    """Return whether a shape, in which a name or None stands for any number, allows the one wanted."""
    return len(shape) == len(wanted) and all(
        not isinstance(size, int) or size == want for size, want in zip(shape, wanted, strict=True)
    )


def _told(inputs: Sequence[onnxruntime.NodeArg]) -> str:
    return ", ".join(f"{each.name} {each.type} {each.shape}" for each in inputs) or "nothing"


@contextmanager
def _doubted(model: InstalledModel, file: str, why: str) -> Iterator[None]:
    """Put whatever fails inside down to the file: changed since it was installed, or never any use."""
    try:
        with model.doubted():
            yield
    except VibeError:
        raise
    except Exception as error:
        # Here alone: the runtime's errors have nothing else in common, and the tokenizer raises just this.
        if isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _NO_MEMORY):
            title = model.manifest.title
            raise VibeError(
                f"There is not enough memory for {title}.", "Close other programs, then try again."
            ) from error
        raise _unusable(model, f"{file} {why}") from error


def _unusable(model: InstalledModel, why: str) -> ModelDamaged:
    return ModelDamaged(
        f"The model {model.manifest.title} cannot be used: {why}.", install_again(model.folder.name)
    )
