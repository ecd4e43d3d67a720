"""Damage below a layer that would refuse it: in members, packed streams, messages and headers."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from random import Random

from benchmarks.common.protobuf import varint
from benchmarks.fuzz.bytewise import damaged
from benchmarks.oracle.judge import pieces
from benchmarks.oracle.mutate import edited

Damage = Callable[[bytes], bytes]
MESSAGES = {"onnx", "savedmodel", "savedmodel/", "tensorflow-graph"}
PICKLES = {"pickle", "joblib"}
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError, lzma.LZMAError,
    zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the libraries raise that take a damaged fixture apart."""


def below(rng: Random, format_: str, data: bytes, other: bytes) -> bytes | None:
    """The bytes with damage below their outermost layer; None where there is no such layer."""

    def again(inner: bytes) -> bytes:
        if rng.random() < 0.3 and (deeper := below(rng, "", inner, other)) is not None:
            return deeper
        return damaged(rng, inner, other)

    try:
        return _container(rng, format_, data, again)
    except _BROKEN:
        return None


def _container(rng: Random, format_: str, data: bytes, again: Damage) -> bytes | None:
    made: bytes | None = None
    if data[:2] == b"PK":
        made = _zip(rng, data, again)
    elif data[257:262] == b"ustar":
        made = _tar(rng, data, again)
    elif format_ == "safetensors" and len(data) > 8:
        end = 8 + int.from_bytes(data[:8], "little")
        header = again(data[8:end])
        made = len(header).to_bytes(8, "little") + header + data[end:]
    elif format_ in MESSAGES:
        made = _message(rng, data, again, 12)
    elif (format_ in PICKLES or data[:1] == b"\x80") and len(pieces(data)) > 2:
        made = edited(rng, data)
    return made or _packed(data, again)


def _zip(rng: Random, data: bytes, again: Damage) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        infos = old.infolist()
        chosen = rng.randrange(len(infos)) if infos else -1
        for number, info in enumerate(infos):
            if info.file_size > 1 << 20:
                return data
            inner = old.read(info)
            new.writestr(info, again(inner) if number == chosen else inner)
    return out.getvalue()


def _tar(rng: Random, data: bytes, again: Damage) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as old:
        members = old.getmembers()
        chosen = rng.randrange(len(members)) if members else -1
        with tarfile.open(fileobj=out, mode="w") as new:
            for number, member in enumerate(members):
                opened = old.extractfile(member) if member.isreg() else None
                inner = opened.read() if opened else b""
                inner = again(inner) if opened and number == chosen else inner
                member.size = len(inner)
                new.addfile(member, io.BytesIO(inner))
    return out.getvalue()


def _packed(data: bytes, again: Damage) -> bytes | None:
    if data[:2] == b"\x1f\x8b":
        return gzip.compress(again(gzip.decompress(data)), 1)
    if data[:3] == b"BZh":
        return bz2.compress(again(bz2.decompress(data)), 1)
    if data[:6] == b"\xfd7zXZ\x00":
        return lzma.compress(again(lzma.decompress(data)), preset=0)
    if data[:1] == b"\x78" and int.from_bytes(data[:2], "big") % 31 == 0:
        return zlib.compress(again(zlib.decompress(data)), 1)
    return None


def _message(rng: Random, data: bytes, again: Damage, depth: int) -> bytes:
    """A message of protocol buffers with one field changed, at any depth; lengths stay true."""
    fields = _fields(data)
    if not fields or not depth:
        return again(data)
    place = rng.randrange(len(fields))
    kind = rng.randrange(8)
    if kind == 0:
        del fields[place]
    elif kind == 1:
        fields.insert(place, fields[rng.randrange(len(fields))])
    elif kind == 2:
        fields[place : place + 1] = [fields[place]] * rng.choice((2, 3, 200))
    else:
        head, body = fields[place]
        if head & 7 == 2:
            body = _message(rng, body, again, depth - 1)
        elif head & 7 == 0:
            body = varint(rng.choice((0, 1, 2**31, 2**32, 2**63, 2**64 - 1, rng.randrange(300))))
        fields[place] = head ^ (rng.randrange(64) << 3 if kind == 3 else 0), body
    return b"".join(
        varint(head) + (varint(len(body)) if head & 7 == 2 else b"") + body for head, body in fields
    )


def _fields(data: bytes) -> list[tuple[int, bytes]]:
    """The fields of a message, each its tag and its bytes; none where it is no message."""
    found, place = [], 0
    while place < len(data):
        head, place = _varint(data, place)
        if place < 0 or head >> 3 == 0:
            return []
        start, kind = place, head & 7
        if kind == 0:
            _, place = _varint(data, place)
        elif kind == 2:
            length, start = _varint(data, place)
            place = start + length if start >= 0 else -1
        else:
            place += {1: 8, 5: 4}.get(kind, len(data) + 1)
        if not 0 <= place <= len(data):
            return []
        found.append((head, data[start:place]))
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number and the place behind it, -1 where it does not end."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    return 0, -1
