"""Zip files whose large members are holes, for models without a framework."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

MIB = 1 << 20
Fill = Callable[[BinaryIO, int], None]


def text(word: bytes) -> bytes:
    """A BINUNICODE opcode."""
    return b"X" + struct.pack("<I", len(word)) + word


def hole(handle: BinaryIO, size: int) -> None:
    handle.truncate(handle.tell() + size)
    handle.seek(0, 2)


def write_zip(path: Path, members: Sequence[tuple[str, bytes | int]], fill: Fill = hole) -> None:
    """Stored members; of one that is a number, ``fill`` writes as many bytes."""
    with path.open("wb+") as handle:
        entries = [_member(handle, name.encode(), content, fill) for name, content in members]
        start = handle.tell()
        directory = b"".join(entries)
        handle.write(directory)
        count = len(entries)
        if start >= 0xFFFFFFFF:
            at = handle.tell()
            sizes = struct.pack("<QQQQ", count, count, len(directory), start)
            handle.write(b"PK\x06\x06" + struct.pack("<QHHII", 44, 45, 45, 0, 0) + sizes)
            handle.write(b"PK\x06\x07" + struct.pack("<IQI", 0, at, 1))
        where = min(start, 0xFFFFFFFF)
        handle.write(
            b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), where, 0)
        )


def _member(handle: BinaryIO, name: bytes, content: bytes | int, fill: Fill) -> bytes:
    """Write a member, padded to 64 bytes as torch does; its directory entry."""
    size = content if isinstance(content, int) else len(content)
    offset = handle.tell()
    wide = max(size, offset) >= 0xFFFFFFFF
    zip64 = struct.pack("<HHQQ", 1, 16, size, size) if wide else b""
    pad = -(offset + 34 + len(name) + len(zip64)) % 64
    extra = zip64 + struct.pack("<HH", 0x4246, pad) + b"Z" * pad

    def head(crc: int) -> bytes:
        shown = 0xFFFFFFFF if wide else size
        return struct.pack("<HHHHHIII", 45, 0, 0, 0, 33, crc, shown, shown)

    def local(crc: int) -> bytes:
        return b"PK\x03\x04" + head(crc) + struct.pack("<HH", len(name), len(extra)) + name + extra

    handle.write(local(0))
    start = handle.tell()
    if isinstance(content, int):
        fill(handle, content)
    else:
        handle.write(content)
    end = handle.tell()
    handle.seek(start)
    crc = 0
    while chunk := handle.read(min(MIB, end - handle.tell())):
        crc = zlib.crc32(chunk, crc)
    handle.seek(offset)
    handle.write(local(crc))
    handle.seek(end)
    place = 0xFFFFFFFF if wide else offset
    far = struct.pack("<HHQQQ", 1, 24, size, size, offset) if wide else b""
    entry = b"PK\x01\x02" + struct.pack("<H", 45) + head(crc)
    return entry + struct.pack("<HHHHHII", len(name), len(far), 0, 0, 0, 0, place) + name + far
