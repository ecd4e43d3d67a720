"""Blocks that Snappy's own writer made, damaged ones, and those that promise too much."""

from __future__ import annotations

import pytest

from fixtures.recipes import tfprotos
from modelaudit.core.errors import Malformed
from modelaudit.formats.snappy import decompress

WRITTEN = [
    # Written by cramjam 2.14.
    (b"", "00"),
    (b"abc", "0308616263"),
    (
        b"model/layer_1/kernel" * 9 + b"model/layer_2/bias" * 3,
        "ea014c6d6f64656c2f6c617965725f312f6b65726e656cfe1400fe1400ae140014322f626961732eb2005e1200",
    ),
]
"""Content, and the block as hexadecimal digits."""


@pytest.mark.parametrize(("content", "block"), WRITTEN)
def test_a_block_gives_what_was_written(content: bytes, block: str) -> None:
    data = b"-" + bytes.fromhex(block) + b"-"
    assert decompress(data, 1, len(data) - 1, 1 << 20) == content


def test_every_kind_of_element_is_read() -> None:
    long = bytes(range(256)) * 2
    two = tfprotos.varint(len(long)) + b"\xf4" + (len(long) - 1).to_bytes(2, "little") + long
    assert decompress(two, 0, len(two), 1 << 20) == long
    near = b"\x06\x04ab" + bytes([1, 2])
    assert decompress(near, 0, len(near), 99) == b"ababab"
    far = b"\x06\x04ab" + bytes([3 << 2 | 3, 2, 0, 0, 0])
    assert decompress(far, 0, len(far), 99) == b"ababab"


@pytest.mark.parametrize(
    "block",
    [
        *(tfprotos.snappy(b"aaaaaaaabc")[:size] for size in range(1, 10)),
        b"\x06\x04ab" + bytes([1, 3]),
        b"\x06\x04ab" + bytes([1, 0]),
        b"\x05\x04ab" + bytes([1, 2]),
        b"\x07\x04ab" + bytes([1, 2]),
        b"\xff" * 11,
    ],
)
def test_a_damaged_block_is_refused(block: bytes) -> None:
    with pytest.raises(Malformed):
        decompress(block, 0, len(block), 1 << 20)


def test_no_more_is_made_than_allowed() -> None:
    block = tfprotos.snappy(bytes(1000))
    assert decompress(block, 0, len(block), 1000) == bytes(1000)
    with pytest.raises(Malformed):
        decompress(block, 0, len(block), 999)
