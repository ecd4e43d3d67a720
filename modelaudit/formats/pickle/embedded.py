"""Values of a pickle that are artifacts themselves: pickles, archives, compressed or encoded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import Anomaly, Fact
from modelaudit.core.source import Buffer, Source
from modelaudit.discovery.identify import is_torch_legacy, is_zlib
from modelaudit.formats.pickle.opcodes import COUNTED, HIGHEST_PROTOCOL, NAMES, payload

_TEXT_PICKLE: Final = re.compile(rb"\(?[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n")
_CUT_NAME: Final = re.compile(rb"\(?[ci][A-Za-z_][\w.]*(?:\n[A-Za-z_][\w.]*)?")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\-\s]{20,}={0,2}\s*")
_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2}){12,}+")
_HEAD: Final = 64
"""Characters of encoded text that are decoded to see whether the rest is worth it."""

_SHORTEST_ZLIB: Final = 8
"""Bytes of an empty zlib stream: header, an empty block and a checksum."""
_ZLIB_HEAD: Final = 4096
"""Bytes of a value that are decompressed to see whether it is a zlib stream."""
HEAD: Final = _ZLIB_HEAD
"""Bytes of a value that show whether the rest of it has to be looked at."""
_MAGIC: Final = (
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"\x93NUMPY", "numpy"),
    (b"{L\0\0\0\0\0\0\0\6Config{", "xgboost"),
    (b'{"Config":{"learner":{', "xgboost"),
    (b"CONFIG-offset:", "xgboost"),
    (b"tree\nversion=v", "lightgbm"),
)


_HINTS: Final = rb"(?:gA|80|eJ|H4sI|UEsDB|Y29z|Y3Bv|Y19f|636)"
"""How pickles, zlib, gzip and zip begin once they are encoded as base64 or hexadecimal."""
_SHORT_TEXT: Final = re.compile(rb"\x8c[\x18-\xff]" + _HINTS, re.DOTALL)
_TEXT: Final = re.compile(rb"X[\x18-\xff]..\x00" + _HINTS, re.DOTALL)


class Found(msgspec.Struct, frozen=True):
    """An artifact in a value. ``encoding`` is ``base64`` or ``hex``, or empty for plain bytes."""

    format: str
    encoding: str
    data: bytes


def look(raw: bytes) -> Found | None:
    """What the bytes of a value are, if they are an artifact."""
    if kind := _kind(raw):
        return Found(kind, "", raw)
    for encoding, pattern in (("hex", _HEX), ("base64", _BASE64)):
        if pattern.match(raw, 0, _HEAD) and pattern.fullmatch(raw):
            decoded = _decode(encoding, raw)
            if decoded and (kind := _kind(decoded)):
                return Found(kind, encoding, decoded)
    return None


def may_be(head: bytes) -> bool:
    """Whether the rest of a value that begins so decides if it is an artifact, or it is one."""
    return bool(
        _kind(head)
        or _CUT_NAME.fullmatch(head)
        or any(pattern.match(head, 0, _HEAD) for pattern in (_HEX, _BASE64))
    )


def search(data: Buffer, start: int, end: int, *, with_long: bool) -> Iterator[tuple[int, Found]]:
    """Encoded artifacts in text between two positions, each with the position of its opcode.

    ``with_long`` is false where no text has a length of four bytes.
    """
    for pattern, header in ((_SHORT_TEXT, 2), (_TEXT, 5))[: 1 + with_long]:
        position = start
        while match := pattern.search(data, position, end):
            begin = match.start() + header
            length = int.from_bytes(data[match.start() + 1 : begin], "little")
            found = look(data[begin : begin + length]) if begin + length <= end else None
            if found is not None:
                yield match.start(), found
            position = begin


def without_framing(source: Source, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of a file that was read as a pickle and as an archive.

    Where the archive begins and ends with a value of the pickle, what lies around it is the pickle.
    """
    starts, ends = set[int](), set[int]()
    size = len(source.data)
    if source.offset(size) != size:
        return tuple(facts)  # bytes were skipped, and offsets are no positions
    for fact in facts:
        offset = fact.where.offset
        if not isinstance(fact, Embedded) or fact.role != "value" or fact.encoding:
            continue
        if offset is None or offset >= size or fact.where.members != source.members:
            continue
        if source.data[offset] in COUNTED:
            start, length = payload(source.data, offset)
            starts.add(start)
            ends.add(start + length)
    own = source.members
    return tuple(
        fact for fact in facts if fact.where.members != own or not _is_framing(fact, starts, ends)
    )


def _is_framing(fact: Fact, starts: set[int], ends: set[int]) -> bool:
    if not isinstance(fact, Anomaly):
        return False
    before = fact.kind == "data-before-archive" and fact.fields.get("size") in starts
    return before or (fact.kind == "data-after-archive" and fact.where.offset in ends)


def _kind(raw: bytes) -> str:
    if is_torch_legacy(raw):
        return "pytorch"
    if is_pickle(raw):
        return "pickle"
    for magic, name in _MAGIC:
        if raw.startswith(magic):
            return name
    return "zlib" if len(raw) >= _SHORTEST_ZLIB and is_zlib(raw[:_ZLIB_HEAD]) else ""


def is_pickle(raw: bytes) -> bool:
    """True where a pickle may begin: PROTO and a known opcode, or a name written as text."""
    if raw[:1] == b"\x80" and len(raw) > 3:  # the shortest is PROTO, NONE, STOP
        return raw[1] <= HIGHEST_PROTOCOL and raw[2] in NAMES
    return _TEXT_PICKLE.match(raw) is not None


def _decode(encoding: str, raw: bytes) -> bytes:
    try:
        if encoding == "hex":
            return bytes.fromhex(raw.decode("ascii"))
        return base64.b64decode(re.sub(rb"\s", b"", raw).replace(b"-", b"+").replace(b"_", b"/"))
    except (ValueError, binascii.Error):
        return b""
