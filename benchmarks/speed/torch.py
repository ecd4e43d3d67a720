"""Does a scan cost what the structure costs? A checkpoint of 4 GiB against one of 4 MiB.

    python -m benchmarks.speed.torch

Both are zip checkpoints of one tensor whose storage is a hole in the file, so that neither takes
room on the disk. Each is scanned in processes of its own; the median is what counts.
"""

from __future__ import annotations

import os
import struct
import sys
import zlib
from pathlib import Path
from typing import BinaryIO

from benchmarks.common.growth import compare

MIB, GIB = 1 << 20, 1 << 30
SMALL, LARGE = 4 * MIB, 4 * GIB
MOST_MEMORY = 20.0


def text(word: bytes) -> bytes:
    """A BINUNICODE opcode."""
    return b"X" + struct.pack("<I", len(word)) + word


def pickled(count: int) -> bytes:
    """The pickle of a state_dict with one tensor of ``count`` float32."""
    number = b"\x8a\x08" + struct.pack("<q", count)
    storage = b"(" + text(b"storage") + b"ctorch\nFloatStorage\n" + text(b"0") + text(b"cpu")
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number + b"tQK\0"
    tensor += number + b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR"
    return b"\x80\x02}" + text(b"weight") + tensor + b"s."


def crc_of_zeros(size: int) -> int:
    chunk, crc = bytes(MIB), 0
    for _ in range(size // MIB):
        crc = zlib.crc32(chunk, crc)
    return crc


def member(handle: BinaryIO, name: bytes, content: bytes | int) -> bytes:
    """Write a stored member, a hole where ``content`` is its size; its directory entry."""
    size = content if isinstance(content, int) else len(content)
    crc = crc_of_zeros(size) if isinstance(content, int) else zlib.crc32(content)
    offset = handle.tell()
    wide = max(size, offset) >= 0xFFFFFFFF
    shown = 0xFFFFFFFF if wide else size
    extra = struct.pack("<HHQQ", 1, 16, size, size) if wide else b""
    common = struct.pack("<HHHHHIII", 45, 0, 0, 0, 33, crc, shown, shown)
    handle.write(b"PK\x03\x04" + common + struct.pack("<HH", len(name), len(extra)) + name + extra)
    if isinstance(content, int):
        handle.seek(size, os.SEEK_CUR)
    else:
        handle.write(content)
    entry = b"PK\x01\x02" + struct.pack("<H", 45) + common
    place = 0xFFFFFFFF if wide else offset
    extra = struct.pack("<HHQQQ", 1, 24, size, size, offset) if wide else b""
    return entry + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0, place) + name + extra


def write(path: Path, size: int) -> None:
    """A checkpoint whose one storage has ``size`` bytes."""
    with path.open("wb") as handle:
        entries = [
            member(handle, b"archive/data.pkl", pickled(size // 4)),
            member(handle, b"archive/byteorder", b"little"),
            member(handle, b"archive/data/0", size),
            member(handle, b"archive/version", b"3\n"),
        ]
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


def main() -> int:
    growth = compare(write, {"small.pt": SMALL, "large.pt": LARGE})
    more = growth.large - growth.small
    print(f"{more:+.1f} MB (at most {MOST_MEMORY:+.0f})")
    return int(growth.slow or more > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
