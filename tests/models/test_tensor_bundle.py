"""Reading TensorFlow's checkpoints: a bundle of our own making, and every way to damage it."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tensor_bundles import Tensors, block, field, table, varint, write_bundle
from vibe_desktop.domain import VibeError
from vibe_desktop.models.tensor_bundle import BadBundle, masked_crc32c, read_bundle

_TENSORS: Tensors = {
    "conv2d/bias": np.arange(5, dtype=np.float32),
    "conv2d/bias/Adam": np.zeros(5, np.float32),
    "conv2d/kernel": np.linspace(-1, 1, 2000, dtype=np.float32).reshape(5, 4, 100),
    "step": np.array(7, np.float32),
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    write_bundle(tmp_path, _TENSORS)
    return tmp_path


def test_checksum_is_the_published_one() -> None:
    crc = 0xE3069283  # CRC-32C of "123456789", from its definition (RFC 3720, appendix B.4 has others)
    assert masked_crc32c(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


@given(st.binary(max_size=300), st.integers(0, 40))
def test_checksum_of_lanes_equals_byte_by_byte(raw: bytes, times: int) -> None:
    whole = raw * times
    crc = 0xFFFFFFFF
    for byte in whole:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    assert masked_crc32c(whole) == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_every_variable_comes_back_but_the_optimisers(bundle: Path) -> None:
    read = read_bundle(bundle)
    assert set(read) == {"conv2d/bias", "conv2d/kernel", "step"}
    for name, values in read.items():
        np.testing.assert_array_equal(values, _TENSORS[name])


def test_a_flipped_bit_anywhere_is_noticed(bundle: Path) -> None:
    for name, step in ((".index", 1), (".data-00000-of-00001", 97)):
        whole = (bundle / name).read_bytes()
        for at in range(0, len(whole) - (48 if name == ".index" else 0), step):
            if name != ".index" and 20 <= at < 40:
                continue  # an optimiser's bytes are never read
            damaged = bytearray(whole)
            damaged[at] ^= 1
            (bundle / name).write_bytes(damaged)
            with pytest.raises(BadBundle):
                read_bundle(bundle)
        (bundle / name).write_bytes(whole)


def test_a_bundle_cut_short_is_noticed(bundle: Path) -> None:
    data = bundle / ".data-00000-of-00001"
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(BadBundle, match="does not fit") as caught:
        read_bundle(bundle)
    assert isinstance(caught.value, VibeError)
    assert caught.value.remedy


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_but_its_own_error_whatever_the_index_holds(bundle: Path, data: st.DataObject) -> None:
    """Blocks get true checksums, so that what they guard is reached as well."""
    keys = st.sampled_from([b"", b"a", b"conv2d/bias", b"\xff"])
    values = st.one_of(st.binary(max_size=40), st.binary(max_size=20).map(lambda raw: field(1, 1) + raw))
    first = block(data.draw(st.lists(st.tuples(keys, values), max_size=3)))
    handle = data.draw(st.one_of(st.none(), st.binary(max_size=38)))
    noise = data.draw(st.binary(max_size=99))
    index = data.draw(st.sampled_from([table(first, handle), noise + table(first)[-48:], noise]))
    (bundle / ".index").write_bytes(index)
    try:
        read = read_bundle(bundle)
    except BadBundle:
        return
    assert all(values.dtype == np.float32 for values in read.values())


@pytest.mark.parametrize("shape", [(0, 2**62), (0, 2**64 + 5), (1,) * 100, (0,)])
def test_a_shape_no_variable_has_is_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    raw = bytes(4 if 0 not in shape else 0)
    dimensions = b"".join(field(2, field(1, size)) for size in shape)
    entry = field(1, 1) + field(2, dimensions) + field(5, len(raw)) + varint(6 << 3 | 5)
    entry += struct.pack("<I", masked_crc32c(raw))
    (tmp_path / ".index").write_bytes(table(block([(b"w", entry)])))
    (tmp_path / ".data-00000-of-00001").write_bytes(raw)
    with pytest.raises(BadBundle, match="shape"):
        read_bundle(tmp_path)
