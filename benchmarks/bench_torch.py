"""Does a scan cost what the structure costs? A checkpoint of 4 GiB against one of 4 MiB.

    python benchmarks/bench_torch.py

Both are zip checkpoints of one tensor whose storage is a hole in the file, so that neither takes
room on the disk. Each is scanned in processes of its own; the median is what counts.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from statistics import median
from typing import BinaryIO

from environment import peak_memory

MIB, GIB = 1 << 20, 1 << 30
SMALL, LARGE = 4 * MIB, 4 * GIB
RUNS = 7
MOST_TIME = 1.5
MOST_MEMORY = 20.0

_SCAN = """
import sys, time
import modelaudit
modelaudit.scan([sys.argv[2]])
begin = time.perf_counter()
report = modelaudit.scan([sys.argv[1]])
elapsed = time.perf_counter() - begin
assert report.complete and not report.findings, report
print(elapsed)
"""


def pickled(count: int) -> bytes:
    """The pickle of a state_dict with one tensor of ``count`` float32."""
    number = b"\x8a\x08" + struct.pack("<q", count)
    text = lambda word: b"X" + struct.pack("<I", len(word)) + word  # noqa: E731
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


def measure(path: Path, warm: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of one scan, after a first scan that imports and compiles."""
    command = [sys.executable, "-c", _SCAN, str(path), str(warm)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout), peak_memory(path)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        paths = {"4 MiB": Path(scratch) / "small.pt", "4 GiB": Path(scratch) / "large.pt"}
        write(paths["4 MiB"], SMALL)
        write(paths["4 GiB"], LARGE)
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in paths}
        for _ in range(RUNS):
            for name, path in paths.items():
                runs[name].append(measure(path, paths["4 MiB"]))
    middle = {
        name: (median(run[0] for run in held), median(run[1] for run in held))
        for name, held in runs.items()
    }
    for name, (seconds, peak) in middle.items():
        print(f"{name}: {seconds * 1000:.2f} ms, {peak:.1f} MB at its peak")
    time_ratio = middle["4 GiB"][0] / middle["4 MiB"][0]
    more = middle["4 GiB"][1] - middle["4 MiB"][1]
    print(f"{time_ratio:.2f} times the time (at most {MOST_TIME}), {more:+.1f} MB")
    return int(time_ratio > MOST_TIME or more > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
