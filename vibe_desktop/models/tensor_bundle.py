"""Reads TensorFlow's V2 checkpoints ("tensor bundles") without TensorFlow.

A bundle is two files. `.index` is a LevelDB table, uncompressed, that maps
each variable's name to a BundleEntryProto; `.data-00000-of-00001` holds the
variables' raw little-endian bytes. Formats: LevelDB's `doc/table_format.md`
and TensorFlow's `tensor_bundle.proto`. Nothing in either file is executed,
and every offset, length and checksum is tested before it is believed.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import VibeError

_FOOTER_BYTES = 48
_MAGIC = 0xDB4775248B80FB57
_TRAILER_BYTES = 5
_FLOAT32 = 1
_SLICES = 7
_CRC32C_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8
_LANES = 1024
_VARINT_BYTES = 10
_MOST_DIMENSIONS = 8

_Fields: TypeAlias = dict[int, list[int | bytes]]


class BadBundle(VibeError):  # noqa: N818 - named for what it says of the files
    """The files are not a readable bundle, or not the one expected: one plain reason."""

    def __init__(self, reason: str) -> None:
        """Make a sentence of the reason."""
        super().__init__(f"The model's published weights cannot be read: {reason}.", "Fetch them again.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a variable's bytes lie in the data file and what they are."""

    shape: tuple[int, ...]
    offset: int
    size: int
    checksum: int


def read_bundle(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Return every variable of the bundle in `folder` by name, optimiser slots left out.

    Shapes are the checkpoint's own. Raises `BadBundle` for anything that is
    not a whole, single-shard float32 bundle, and OSError if a file cannot be read.
    """
    entries = _entries((folder / ".index").read_bytes())
    data = (folder / ".data-00000-of-00001").read_bytes()
    return {name: _tensor(name, entry, data) for name, entry in entries.items()}


def _entries(index: bytes) -> dict[str, _Entry]:
    """Return the index's variables; the header (empty key) and Adam's slots are passed over."""
    return {
        name: _entry(name, value)
        for key, value in _rows(index)
        if (name := key.decode("utf-8", "replace")) and "/Adam" not in name
    }


def _tensor(name: str, entry: _Entry, data: bytes) -> NDArray[np.float32]:
    """Cut one variable out of the data file and test its checksum."""
    raw = data[entry.offset : entry.offset + entry.size]
    if len(entry.shape) > _MOST_DIMENSIONS or 0 in entry.shape:
        raise BadBundle(f"{name} has a shape no variable has")
    if len(raw) != entry.size or entry.size != 4 * math.prod(entry.shape):
        raise BadBundle(f"{name} does not fit the data file")
    if masked_crc32c(raw) != entry.checksum:
        raise BadBundle(f"{name} does not match its checksum")
    return np.frombuffer(raw, "<f4").astype(np.float32).reshape(entry.shape)


def _entry(name: str, message: bytes) -> _Entry:
    """Read a BundleEntryProto: 1 dtype, 2 shape, 3 shard, 4 offset, 5 size, 6 crc32c, 7 slices."""
    fields = _fields(message)
    if _number(fields, 1) != _FLOAT32 or _number(fields, 3) != 0 or _SLICES in fields:
        raise BadBundle(f"{name} is not a whole float32 variable of the first shard")
    dimensions = [_fields(dimension) for dimension in _messages(_fields(_message(fields, 2)), 2)]
    shape = tuple(_number(dimension, 1) for dimension in dimensions)
    return _Entry(shape, _number(fields, 4), _number(fields, 5), _number(fields, 6))


# --- LevelDB's table


def _rows(table: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a table's keys and values in order."""
    footer = table[-_FOOTER_BYTES:]
    if len(footer) != _FOOTER_BYTES or struct.unpack("<Q", footer[-8:])[0] != _MAGIC:
        raise BadBundle("the index is not a LevelDB table")
    at = _skip_handle(footer, 0)
    for _, handle in _block_rows(_block(table, footer[at:])):
        yield from _block_rows(_block(table, handle))


def _skip_handle(raw: bytes, at: int) -> int:
    """Return the position after a block handle (two varints)."""
    return _varint(raw, _varint(raw, at)[1])[1]


def _block(table: bytes, handle: bytes) -> bytes:
    """Return the block a handle points to, checksum tested."""
    offset, at = _varint(handle, 0)
    size, _ = _varint(handle, at)
    whole = table[offset : offset + size + _TRAILER_BYTES]
    if len(whole) != size + _TRAILER_BYTES:
        raise BadBundle("the index ends too early")
    if whole[size] != 0:
        raise BadBundle("the index is compressed")
    if masked_crc32c(whole[: size + 1]) != struct.unpack("<I", whole[size + 1 :])[0]:
        raise BadBundle("the index does not match its checksum")
    return whole[:size]


def _block_rows(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a block's keys and values; each key repeats the start of the one before."""
    if len(block) < 4:  # noqa: PLR2004 - the count of restart points
        raise BadBundle("a block of the index is too short")
    end = len(block) - 4 - 4 * struct.unpack("<I", block[-4:])[0]
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + own + length > end:
            raise BadBundle("a row of the index is cut off")
        key = key[:shared] + block[at : at + own]
        at += own + length
        yield key, block[at - length : at]


# --- Protocol buffers, as far as needed


def _fields(message: bytes) -> _Fields:
    """Return a message's fields by number, each with its values in order."""
    fields: _Fields = {}
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        value, at = _value(message, at, tag & 7)
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _value(message: bytes, at: int, wire_type: int) -> tuple[int | bytes, int]:
    """Read one value of a protobuf wire type and return it with the position after it."""
    if wire_type == 0:
        return _varint(message, at)
    if wire_type == 2:  # noqa: PLR2004 - length-delimited
        length, at = _varint(message, at)
    else:
        length = {1: 8, 5: 4}.get(wire_type, -1)
    raw = message[at : at + max(length, 0)]
    if len(raw) != length:
        raise BadBundle("an entry of the index is cut off")
    return (raw if wire_type == 2 else int.from_bytes(raw, "little")), at + length  # noqa: PLR2004


def _number(fields: _Fields, number: int) -> int:
    """Return an integer field; protobuf leaves zeros out."""
    value = fields.get(number, [0])[-1]
    if not isinstance(value, int):
        raise BadBundle("an entry of the index holds text where a number belongs")
    return value


def _messages(fields: _Fields, number: int) -> list[bytes]:
    """Return a repeated message field."""
    values = fields.get(number, [])
    messages = [value for value in values if isinstance(value, bytes)]
    if len(messages) != len(values):
        raise BadBundle("an entry of the index holds a number where a message belongs")
    return messages


def _message(fields: _Fields, number: int) -> bytes:
    """Return a message field, empty if left out."""
    return b"".join(_messages(fields, number))


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """Read a base-128 number at `at` and return it with the position after it."""
    number = 0
    for shift, byte in enumerate(raw[at : at + _VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:  # noqa: PLR2004 - the last byte has no high bit
            return number, at + shift + 1
    raise BadBundle("a number in the index is cut off")


# --- CRC-32C (Castagnoli), masked as LevelDB and TensorFlow store it


def masked_crc32c(raw: bytes) -> int:
    """Return the CRC-32C of `raw`, rotated and offset the way LevelDB stores it.

    A CRC is linear, so 1,024 equal stretches are run side by side in numpy and
    folded together: 3 MB take some 30 ms instead of a second.
    """
    length = len(raw) // _LANES
    head = len(raw) - length * _LANES
    crc = _plain_crc(raw[:head], 0xFFFFFFFF)
    if length:
        crc = _fold(crc, np.frombuffer(raw, np.uint8, offset=head).reshape(_LANES, length))
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def _plain_crc(raw: bytes, crc: int) -> int:
    """Run the register over `raw` byte by byte."""
    table = _table().tolist()
    for byte in raw:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc


def _fold(crc: int, lanes: NDArray[np.uint8]) -> int:
    """Run every row of `lanes` from an empty register, then join them in order onto `crc`."""
    ends = _advance(np.zeros(len(lanes), np.uint32), lanes)
    basis = np.left_shift(np.uint32(1), np.arange(32, dtype=np.uint32))
    shifted = _advance(basis, np.zeros((32, lanes.shape[1]), np.uint8)).tolist()
    for end in ends.tolist():
        moved = 0
        for bit in range(32):
            if crc >> bit & 1:
                moved ^= shifted[bit]
        crc = moved ^ end
    return crc


def _advance(registers: NDArray[np.uint32], lanes: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Run each register over its row of bytes."""
    table = _table()
    for column in np.ascontiguousarray(lanes.T):
        registers = table[(registers ^ column) & 0xFF] ^ (registers >> 8)
    return registers


@cache
def _table() -> NDArray[np.uint32]:
    """Return the register's change for each of the 256 bytes."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_CRC32C_POLYNOMIAL), table >> 1)
    return table.astype(np.uint32)
