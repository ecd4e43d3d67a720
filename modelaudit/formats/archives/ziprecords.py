"""The records of a zip file, each read on its own; nothing that it declares is relied on here.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3 and 4.5. All numbers are
little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from modelaudit.core.source import Source

LOCAL: Final = b"PK\x03\x04"
CENTRAL: Final = b"PK\x01\x02"
END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_LOCATOR: Final = b"PK\x06\x07"
_DESCRIPTOR: Final = b"PK\x07\x08"

ENCRYPTED: Final = 0x0001
DESCRIBED: Final = 0x0008
"""The sizes and the CRC follow the data."""
_SHORT, _LONG = 0xFFFF, 0xFFFFFFFF

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_RECORD64: Final = struct.Struct("<4sQ2H2I4Q")


@dataclass(frozen=True, slots=True)
class Header:
    """What a local header or an entry of the central directory declares about a member.

    ``offset`` is that of the local header, as an entry declares it. ``length`` is the record's own,
    with name and extra fields. ``other_name`` is that of the Unicode path field, empty where there
    is none. ``lacks_zip64`` is true where a number refers to a zip64 field that does not have it.
    """

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    length: int
    other_name: str
    lacks_zip64: bool


@dataclass(frozen=True, slots=True)
class End:
    """Where an end record declares the central directory: ``size`` bytes at ``offset``.

    ``count`` is its number of entries. ``limit`` is where the directory has to end: at the record
    that declares it. ``finish`` is where the end record and its comment end. ``wide`` is true for
    the zip64 form, ``contradicted`` for a record whose two forms differ.
    """

    position: int
    finish: int
    limit: int
    offset: int
    size: int
    count: int
    wide: bool
    contradicted: bool = False


def local(source: Source, offset: int) -> Header | None:
    """The local header at an offset; None where there is none."""
    raw = source.read(offset, _LOCAL.size)
    if len(raw) < _LOCAL.size or raw[:4] != LOCAL:
        return None
    _, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack(raw)
    rest = source.read(offset + _LOCAL.size, name + extra)
    numbers = [size, packed]
    other, lacks = _extra(rest[name:], numbers)
    length = _LOCAL.size + name + extra
    return Header(
        _name(rest[:name]), flags, method, crc, numbers[1], numbers[0], offset, 0, length, other,
        lacks,
    )  # fmt: skip


def central(raw: bytes, most: int) -> Iterator[Header]:
    """Entries one after another, as far as they go; at most ``most``."""
    position = 0
    while most > 0 and raw[position : position + 4] == CENTRAL:
        most -= 1
        if position + _CENTRAL.size > len(raw):
            return
        fields = _CENTRAL.unpack_from(raw, position)
        _, _, _, flags, method, _, _, crc, packed, size, name, extra, comment = fields[:13]
        attributes, offset = fields[15], fields[16]
        start = position + _CENTRAL.size
        numbers = [size, packed, offset]
        other, lacks = _extra(raw[start + name : start + name + extra], numbers)
        length = _CENTRAL.size + name + extra + comment
        named = _name(raw[start : start + name])
        yield Header(
            named, flags, method, crc, numbers[1], numbers[0], numbers[2],
            attributes >> 16, length, other, lacks,
        )  # fmt: skip
        position += length


def ends(source: Source) -> list[End]:
    """Every end record within the reach of a reader, the last one first."""
    extent = source.extent
    base = max(0, extent - _END.size - _SHORT)
    tail = source.read(base, extent - base)
    records: list[End] = []
    at = tail.rfind(END)
    while at >= 0:
        records += _ends_at(source, base + at, tail[at : at + _END.size])
        at = tail.rfind(END, 0, at)
    return records


def in_a_row(source: Source, most: int) -> list[tuple[int, int]]:
    """Where archives begin and end that fill the source one after another, the first one first.

    Empty where something lies between them, where there are more, and for a single archive.
    """
    places: list[tuple[int, int]] = []
    stop = source.extent
    while stop > 0 and len(places) < most:
        at = stop - _END.size
        found = _ends_at(source, at, source.read(at, _END.size)) if at >= 0 else []
        if len(found) != 1 or found[0].finish != stop or source.read(at, 4) != END:
            return []
        start = found[0].limit - found[0].size - found[0].offset
        if not 0 <= start < at or source.read(start, 4) != LOCAL:
            return []
        places.append((start, stop))
        stop = start
    return places[::-1] if stop == 0 and len(places) > 1 else []


def _ends_at(source: Source, position: int, raw: bytes) -> list[End]:
    """An end record's readings: its zip64 form first, where it has one that differs."""
    if len(raw) < _END.size:
        return []
    _, _, _, _, count, size, offset, comment = _END.unpack(raw)
    finish = min(position + _END.size + comment, source.extent)
    short = End(position, finish, position, offset, size, count, wide=False)
    locator = source.read(position - 20, 20)
    if locator[:4] != _LOCATOR:
        return [short]
    declared = int.from_bytes(locator[8:16], "little")
    for where in (declared, position - 20 - _RECORD64.size):
        record = source.read(where, _RECORD64.size)
        if len(record) == _RECORD64.size and record[:4] == _END64:
            fields = _RECORD64.unpack(record)
            wide = End(position, finish, where, fields[9], fields[8], fields[7], wide=True)
            pairs = (
                (count, wide.count, _SHORT), (size, wide.size, _LONG), (offset, wide.offset, _LONG),
            )  # fmt: skip
            if all(number in (number64, most) for number, number64, most in pairs):
                return [wide]
            return [replace(wide, contradicted=True), short]
    return [short]


def descriptor(source: Source, position: int, header: Header) -> int:
    """Bytes of the data descriptor that follows a member's data (4.3.9): 0 where there is none."""
    if not header.flags & DESCRIBED:
        return 0
    raw = source.read(position, 24)
    start = 4 if raw[:4] == _DESCRIPTOR else 0
    for form in ("<IQQ", "<III"):
        length = struct.calcsize(form)
        if len(raw) >= start + length:
            _, packed, size = struct.unpack_from(form, raw, start)
            if (packed, size) == (header.packed, header.size):
                return start + length
    return 16 if start and len(raw) >= 16 else 0


def _extra(raw: bytes, numbers: list[int]) -> tuple[str, bool]:
    """Read extra fields: ``numbers`` (size, packed, offset) take their zip64 values.

    Gives the name in the Unicode path field, empty where there is none, and whether a number that
    has to be in the zip64 field is missing there.
    """
    position, other = 0, ""
    while position + 4 <= len(raw):
        kind, length = struct.unpack_from("<HH", raw, position)
        body = raw[position + 4 : position + 4 + length]
        if kind == 0x0001:
            at = 0
            for index, number in enumerate(numbers):
                if number == _LONG and at + 8 <= len(body):
                    (numbers[index],) = struct.unpack_from("<Q", body, at)
                    at += 8
        elif kind == 0x7075 and len(body) > 5:
            other = _name(body[5:])
        position += 4 + length
    return other, _LONG in numbers


def _name(raw: bytes) -> str:
    """UTF-8 where it is valid, whatever the flag says: for people and for comparing names."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")
