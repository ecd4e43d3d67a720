"""The wire format of protocol buffers, for messages whose largest field is a hole in the file."""

from __future__ import annotations


def varint(value: int) -> bytes:
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*parts, value))


def tag(field: int, size: int) -> bytes:
    """What precedes a message, a text or bytes of that size."""
    return varint(field << 3 | 2) + varint(size)
