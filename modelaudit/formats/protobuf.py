"""The wire format of protocol buffers: fields by their offset, without reading large values.

A message is a run of fields, each a tag (number and wire type) and a value. Nothing in the bytes
says whether a field of type LENGTH is a message or text.
https://protobuf.dev/programming-guides/encoding/

Functions take a buffer and the start and end of one message in it, and read nothing outside.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Buffer, Source

VARINT: Final = 0
FIXED64: Final = 1
LENGTH: Final = 2
FIXED32: Final = 5

MOST_DEPTH: Final = 100
"""Messages inside messages; the reference parsers stop there too."""
KEPT: Final = 64
"""How many values of a long list, and how many bytes of a long text, ``slim`` keeps."""
LONGEST_TEXT: Final = MIB
_WIDTHS: Final = {FIXED32: 4, FIXED64: 8}
_LEFT: Final = struct.Struct("<IIQQ")


class Field(NamedTuple):
    """One field of a message.

    ``at`` is the offset of its tag, ``stop`` the offset at which the field ends. ``value`` is its
    number, and for LENGTH the offset at which its content begins.
    """

    at: int
    number: int
    wire: int
    value: int
    stop: int


def broken(problem: str, position: int | None = None) -> Malformed:
    """What to raise for bytes that are not a message; ``problem`` names the defect."""
    return Malformed("broken-message", {"problem": problem}, position)


def too_deep(position: int) -> Malformed:
    """What to raise where messages are nested deeper than any reader follows."""
    return Malformed("limit", {"limit": "nested messages", "most": MOST_DEPTH}, position)


def varint(data: Buffer, position: int, end: int) -> tuple[int, int]:
    """An unsigned number of at most 64 bits, and the position after it. Raises Malformed."""
    value = shift = 0
    for place in range(position, min(position + 10, end)):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place + 1
        shift += 7
    raise broken("an unterminated varint", position)


def signed(value: int) -> int:
    """What an ``int32`` or ``int64`` field means, which writes negative numbers as 64 bits."""
    return value - (1 << 64) if value >> 63 else value


def read_field(data: Buffer, at: int, end: int) -> Field:
    """The field whose tag is at an offset. Raises Malformed where it does not fit.

    Groups are refused: none of the formats here uses them.
    """
    tag = data[at]
    position = at + 1
    if tag >= 0x80:
        tag, position = varint(data, at, end)
    wire = tag & 7
    if wire == LENGTH:
        length, value = varint(data, position, end)
        position = value + length
    elif wire == VARINT:
        value, position = varint(data, position, end)
    elif wire in _WIDTHS:
        width = _WIDTHS[wire]
        value = int.from_bytes(data[position : position + width], "little")
        position += width
    else:
        raise broken(f"a field of wire type {wire}", at)
    if position > end:
        raise broken(f"a field that ends {position - end} bytes after its message", at)
    if not tag >> 3:
        raise broken("a field with the number 0", at)
    return Field(at, tag >> 3, wire, value, position)


def fields(data: Buffer, start: int, end: int) -> Iterator[Field]:
    """The fields of the message between two offsets. Raises Malformed where one does not fit."""
    position = start
    while position < end:
        found = read_field(data, position, end)
        position = found.stop
        yield found


def text(data: Buffer, found: Field, most: int = 1000) -> str:
    """The content of a LENGTH field as text of at most ``most`` bytes."""
    return bytes(data[found.value : min(found.stop, found.value + most)]).decode("utf-8", "replace")


@cache
def _run(number: int, wire: int, most: str) -> re.Pattern[bytes]:
    """A pattern of consecutive fields with the same number and wire type."""
    tag = re.escape(encoded(number << 3 | wire))
    value = {VARINT: rb"[\x80-\xff]{0,9}+[\x00-\x7f]", FIXED32: b".{4}", FIXED64: b".{8}"}[wire]
    return re.compile(b"(?:%b%b)%b+" % (tag, value, most.encode()), re.DOTALL)


def run_end(data: Buffer, found: Field, end: int, most: int = 0) -> int:
    """Where a run of unpacked numbers that begins with ``found`` ends, or ``most`` of them.

    A repeated number that is not packed has a tag for each of its values; trees have millions.
    """
    pattern = _run(found.number, found.wire, f"{{1,{most}}}" if most else "+")
    match = pattern.match(data, found.at, end)
    return match.end() if match else found.stop


def packed_count(data: Buffer, start: int, end: int, width: int) -> int:
    """How many numbers a packed field has: of ``width`` bytes each, or varints if that is 0."""
    if width:
        return (end - start) // width
    return sum(1 for _ in re.finditer(rb"[\x00-\x7f]", data[start:end]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``slim`` keeps of a message, by field number.

    ``inner`` names the plans of fields that are messages themselves. Of the fields in ``lists`` the
    first KEPT values of a run are kept. The content of those in ``data`` is omitted, and one field
    with the number ``stub`` replaces it, which ``left()`` reads. Of any other field longer than
    LONGEST_TEXT the first KEPT bytes are kept. Invalid UTF-8 in ``texts`` is escaped: some parsers
    accept it, and Python's would return bytes.
    """

    inner: Mapping[int, str] = field(default_factory=dict)
    lists: frozenset[int] = frozenset()
    data: frozenset[int] = frozenset()
    stub: int = 0
    texts: frozenset[int] = frozenset()


class Left(NamedTuple):
    """Omitted content: its field, and the offsets of the content in the buffer.

    The content of numbers that are not packed includes the tag of each.
    """

    number: int
    wire: int
    start: int
    stop: int


def slim(source: Source, plans: Mapping[str, Plan], name: str, bounds: Bounds) -> bytes:
    """A copy of a source's message without its large fields, by the plan ``name``.

    Raises Malformed where the bytes are not a message, or a limit is reached.
    """
    data, start, end = source.view()
    return _Slimmer(data, plans, bounds).message(start, end, name, 0)


class _Slimmer:
    """Copies one message. ``kept`` (bytes) and ``met`` (fields) count towards limits."""

    def __init__(self, data: Buffer, plans: Mapping[str, Plan], bounds: Bounds) -> None:
        self.data = data
        self.plans = plans
        self.bounds = bounds
        self.met = 0
        self.kept = 0

    def message(self, start: int, end: int, name: str, depth: int) -> bytes:
        if depth > MOST_DEPTH:
            raise too_deep(start)
        data, plan = self.data, self.plans[name]
        parts: list[bytes] = []
        omitted: list[Left] = []
        counts: dict[int, int] = {}
        copied = position = start  # everything before `copied` is in `parts` or was omitted
        while position < end:
            found = read_field(data, position, end)
            self._count(position)
            number, position = found.number, found.stop
            keep_to = found.at
            replacement = b""
            if number in plan.data:
                if found.wire != LENGTH:
                    position = run_end(data, found, end)
                begin = found.value if found.wire == LENGTH else found.at
                omitted.append(Left(number, found.wire, begin, position))
            elif found.wire != LENGTH:
                if number not in plan.lists:
                    continue
                position = run_end(data, found, end)
                keep_to = run_end(data, found, end, KEPT)
            elif number in plan.inner:
                inner = self.message(found.value, found.stop, plan.inner[number], depth + 1)
                replacement = _tagged(number, inner)
            elif number in plan.lists and counts.setdefault(number, 0) < KEPT:
                counts[number] += 1
                continue
            elif number not in plan.lists:
                content = _shortened(data, found, is_text=number in plan.texts)
                if content is None:
                    continue
                replacement = _tagged(number, content)
            parts += (self._keep(copied, keep_to), replacement)
            copied = position
        parts.append(self._keep(copied, end))
        if plan.data:
            # Even if nothing was omitted, so that a stub is never a field of the artifact itself.
            parts.append(_tagged(plan.stub, b"".join(_LEFT.pack(*one) for one in omitted)))
        return b"".join(parts)

    def _keep(self, start: int, stop: int) -> bytes:
        self.kept += stop - start
        most = self.bounds.limits.max_structure
        if self.kept > most:
            raise Malformed("limit", {"limit": "max-structure", "most": most}, start)
        return self.data[start:stop]

    def _count(self, position: int) -> None:
        self.met += 1
        if not self.met & 0xFFF:
            self.bounds.check(position)


def _shortened(data: Buffer, found: Field, *, is_text: bool) -> bytes | None:
    """The replacement for a field that is neither a message nor data; None if it needs none."""
    if found.stop - found.value > LONGEST_TEXT:
        content = data[found.value : found.value + KEPT]
        return content.decode("utf-8", "ignore").encode() if is_text else content
    if is_text:
        content = data[found.value : found.stop]
        try:
            content.decode()
        except UnicodeDecodeError:
            return content.decode("utf-8", "backslashreplace").encode()
    return None


def left(stub: bytes) -> list[Left]:
    """What ``slim()`` omitted from a message, out of the stub that it put there."""
    return [Left(*one) for one in _LEFT.iter_unpack(stub)]


def _tagged(number: int, content: bytes) -> bytes:
    return encoded(number << 3 | LENGTH) + encoded(len(content)) + content


def encoded(value: int) -> bytes:
    """An unsigned number as a varint."""
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
