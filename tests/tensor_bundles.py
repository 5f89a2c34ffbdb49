"""Writes TensorFlow checkpoints, so that tests can read small and damaged ones."""

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.models.tensor_bundle import masked_crc32c

Tensors = Mapping[str, NDArray[np.float32]]


def varint(number: int) -> bytes:
    """Write a base-128 number."""
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number: int, value: int | bytes) -> bytes:
    """Write a protocol buffer's field: a number, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(rows: list[tuple[bytes, bytes]]) -> bytes:
    """Write a block, each key sharing its start with the one before, and its trailer."""
    body, before = b"", b""
    for key, value in rows:
        shared = next((at for at in range(len(key)) if key[: at + 1] != before[: at + 1]), len(key))
        body += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    body += struct.pack("<II", 0, 1) + b"\0"
    return body + struct.pack("<I", masked_crc32c(body))


def table(first: bytes, handle: bytes | None = None) -> bytes:
    """Write a LevelDB table of one block; `handle` says where its index block is, if not the truth."""
    second = block([(b"z", varint(0) + varint(len(first) - 5))])
    handle = varint(len(first)) + varint(len(second) - 5) if handle is None else handle
    return first + second + (b"\0\0" + handle).ljust(40, b"\0")[:40] + struct.pack("<Q", 0xDB4775248B80FB57)


def write_bundle(folder: Path, tensors: Tensors) -> None:
    """Write both files of a bundle into `folder`."""
    data, rows = b"", [(b"", field(1, 1))]
    for name, values in tensors.items():
        raw = values.astype("<f4").tobytes()
        shape = b"".join(field(2, field(1, size)) for size in values.shape)
        entry = field(1, 1) + field(2, shape) + field(4, len(data)) + field(5, len(raw))
        rows.append((name.encode(), entry + varint(6 << 3 | 5) + struct.pack("<I", masked_crc32c(raw))))
        data += raw
    first = block(rows)
    (folder / ".index").write_bytes(table(first))
    (folder / ".data-00000-of-00001").write_bytes(data)
