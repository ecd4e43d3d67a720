"""Does a scan cost what the structure costs? A checkpoint of 4 GiB against one of 4 MiB.

    python -m benchmarks.speed.torch

Both are zip checkpoints of one tensor whose storage is a hole in the file, so that neither takes
room on the disk. Each is scanned in processes of its own; the median is what counts.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from benchmarks.common.growth import compare
from benchmarks.common.zips import text, write_zip

MIB, GIB = 1 << 20, 1 << 30
SMALL, LARGE = 4 * MIB, 4 * GIB
MOST_MEMORY = 20.0


def pickled(count: int) -> bytes:
    """The pickle of a state_dict with one tensor of ``count`` float32."""
    number = b"\x8a\x08" + struct.pack("<q", count)
    storage = b"(" + text(b"storage") + b"ctorch\nFloatStorage\n" + text(b"0") + text(b"cpu")
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number + b"tQK\0"
    tensor += number + b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR"
    return b"\x80\x02}" + text(b"weight") + tensor + b"s."


def write(path: Path, size: int) -> None:
    """A checkpoint whose one storage has ``size`` bytes."""
    members: list[tuple[str, bytes | int]] = [
        ("archive/data.pkl", pickled(size // 4)),
        ("archive/byteorder", b"little"),
        ("archive/data/0", size),
        ("archive/version", b"3\n"),
    ]
    write_zip(path, members)


def main() -> int:
    growth = compare(write, {"small.pt": SMALL, "large.pt": LARGE})
    more = growth.large - growth.small
    print(f"{more:+.1f} MB (at most {MOST_MEMORY:+.0f})")
    return int(growth.slow or more > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
