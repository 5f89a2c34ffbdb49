"""Opens a network where a person works too: on as many threads as it was given, idle between questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import onnxruntime


def options_for(threads: int, *, memory_pattern: bool = True) -> onnxruntime.SessionOptions:
    """Return how to compute: on `threads`, with memory planned ahead for the shapes that were seen, or not.

    Threads that wait do not spin: what they would gain is taken from whatever plays meanwhile.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = memory_pattern
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def open_session(network: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """Return the network of a file, on the processor. Raises whatever the runtime does."""
    import onnxruntime

    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
