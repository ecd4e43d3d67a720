"""FlatBuffers: tables, vectors and texts by offsets, each checked against the end of the buffer.

Offsets are unsigned and lead forward, except that of a table's vtable, which is signed. Everything
is little-endian. https://flatbuffers.dev/internals/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from modelaudit.core.errors import Malformed
from modelaudit.core.source import Source

MOST_TEXT: Final = 1000
MOST_FIELDS: Final = 64
"""Fields of one table that are looked at; no schema that is read here has as many."""


class Table(msgspec.Struct, frozen=True):
    """A table; ``fields`` are the positions of its fields, 0 for one that is absent."""

    source: Source
    at: int
    fields: tuple[int, ...]

    def field(self, index: int) -> int:
        """The position of a field; 0 where it has its default."""
        return self.fields[index] if index < len(self.fields) else 0

    def number(self, index: int, form: str, default: int = 0) -> int:
        position = self.field(index)
        return number(self.source, position, form) if position else default

    def text(self, index: int) -> str:
        position = self.field(index)
        if not position:
            return ""
        start, count = _vector(self.source, position, 1)
        return self.source.read(start, min(count, MOST_TEXT)).decode("utf-8", "replace")

    def tables(self, index: int, most: int) -> Iterator[Table]:
        """The tables of a vector. Raises Malformed for more than ``most``."""
        position = self.field(index)
        if not position:
            return
        start, count = _vector(self.source, position, 4)
        if count > most:
            raise Malformed("limit", {"limit": "tables of one vector", "most": most}, position)
        for place in range(start, start + 4 * count, 4):
            yield table(self.source, place + number(self.source, place, "I"))

    def length(self, index: int, width: int) -> int:
        """How many elements of ``width`` bytes a vector has."""
        position = self.field(index)
        return _vector(self.source, position, width)[1] if position else 0


def root(source: Source) -> Table:
    return table(source, number(source, 0, "I"))


def table(source: Source, at: int) -> Table:
    """The table at an offset. Raises Malformed where it does not lie in the buffer."""
    vtable = at - number(source, at, "i")
    size = number(source, vtable, "H")
    wanted = min(max(size - 4, 0), 2 * MOST_FIELDS)
    raw = source.read(vtable + 4, wanted) if vtable >= 0 else b""
    if size < 4 or size % 2 or len(raw) < wanted:
        raise Malformed("broken-flatbuffer", {"problem": "a vtable outside of it"}, at)
    slots = struct.unpack(f"<{len(raw) // 2}H", raw)
    return Table(source, at, tuple(at + slot if slot else 0 for slot in slots))


def number(source: Source, position: int, form: str) -> int:
    """One number by its letter of ``struct``. Raises Malformed past the end."""
    width = struct.calcsize("<" + form)
    raw = source.read(position, width) if position >= 0 else b""
    if len(raw) < width:
        raise Malformed("broken-flatbuffer", {"problem": "an offset outside of it"}, position)
    value: int = struct.unpack("<" + form, raw)[0]
    return value


def _vector(source: Source, position: int, width: int) -> tuple[int, int]:
    start = position + number(source, position, "I")
    count = number(source, start, "I")
    if count * width > source.extent - start - 4:
        raise Malformed("broken-flatbuffer", {"problem": "a vector outside of it"}, position)
    return start + 4, count
