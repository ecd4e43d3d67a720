"""Blocks of Snappy: literals, and copies of what was written before.

https://github.com/google/snappy/blob/main/format_description.txt
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.source import Buffer
from modelaudit.formats.protobuf import varint

_LONG_LITERAL: Final = 60
"""Lengths from here on say how many bytes hold the real one."""
_WIDTHS: Final = (0, 1, 2, 4)
"""Bytes after the tag of each kind of element: a literal, and copies from ever farther back."""


def decompress(data: Buffer, position: int, stop: int, most: int) -> bytes:
    """The content of the block between two offsets, at most 22 times as large.

    Raises Malformed where it is damaged, or declares more than ``most`` bytes.
    """
    begin = position
    size, position = varint(data, position, stop)
    if size > most:
        raise Malformed("limit", {"limit": "bytes of a compressed block", "most": most}, begin)
    out = bytearray()
    while position < stop:
        tag = data[position]
        after = position + 1 + _WIDTHS[tag & 3]
        if tag & 3 == 0:
            length, after = _literal(data, tag, after)
            position = after + length
            piece = bytes(data[after:position])
        else:
            length, offset = _copy(data, tag, position + 1, after)
            if not 0 < offset <= len(out):
                raise _damaged("a copy from before its begin", position)
            position = after
            source = bytes(out[-offset:][:length])
            piece = (source * (length // len(source) + 1))[:length]
        if position > stop or len(out) + length > size:
            raise _damaged("an element that is too long", min(position, stop))
        out += piece
    if len(out) != size:
        raise _damaged("another size than it declares", begin)
    return bytes(out)


def _literal(data: Buffer, tag: int, after: int) -> tuple[int, int]:
    """How many bytes a literal has, and where they begin."""
    length = tag >> 2
    if length < _LONG_LITERAL:
        return length + 1, after
    width = length - _LONG_LITERAL + 1
    return int.from_bytes(data[after : after + width], "little") + 1, after + width


def _copy(data: Buffer, tag: int, first: int, after: int) -> tuple[int, int]:
    """How many bytes are copied, and from how far back."""
    offset = int.from_bytes(data[first:after], "little")
    if tag & 3 == 1:
        return 4 + (tag >> 2 & 7), tag >> 5 << 8 | offset
    return (tag >> 2) + 1, offset


def _damaged(problem: str, position: int) -> Malformed:
    return Malformed("damaged-compression", {"format": "snappy", "problem": problem}, position)
