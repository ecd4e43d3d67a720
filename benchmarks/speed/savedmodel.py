"""Does a scan cost what the graph costs? A SavedModel with a constant of 1 GiB against 4 KiB.

    python -m benchmarks.speed.savedmodel

Both are the same graph of 2,000 nodes without variables; the constant is a hole in the file, which
takes no room on the disk. Each is scanned in processes of its own; the median is what counts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.common.growth import compare
from benchmarks.common.protobuf import tag, varint
from benchmarks.common.zips import Fill, hole

KIB, GIB = 1 << 10, 1 << 30
SMALL, LARGE = 4 * KIB, GIB
NODES = 2_000
MOST_MEMORY = 150.0


def part(field: int, content: bytes) -> bytes:
    return tag(field, len(content)) + content


def node(name: str, op: str, *inputs: str, **attributes: bytes) -> bytes:
    held = part(1, name.encode()) + part(2, op.encode())
    held += b"".join(part(3, given.encode()) for given in inputs)
    for key, value in attributes.items():
        held += part(5, part(1, key.encode()) + part(2, value))
    return held


def write(folder: Path, size: int, fill: Fill = hole) -> None:
    """A SavedModel whose one constant has ``size`` bytes of float32."""
    float32 = b"\x30\x01"
    shape = part(2, part(2, b"\x08" + varint(size // 4)))
    after = b""
    for number in range(NODES):
        after += part(
            1, node(f"n{number}", "Identity", "weights", T=float32, index=b"\x18" + varint(number))
        )
    after += part(4, b"\x08" + varint(1645))
    # From the inside out: what begins each message, when it is known how long what follows is.
    begins = [b"\x08\x01" + shape + tag(4, size)]  # TensorProto
    length = len(begins[0]) + size
    name = part(1, b"weights") + part(2, b"Const") + part(5, part(1, b"dtype") + part(2, float32))
    for before, field in ((b"", 8), (part(1, b"value"), 2), (name, 5)):
        begins.append(before + tag(field, length))
        length += len(begins[-1])
    begins.append(tag(1, length))  # the node in its graph
    length += len(begins[-1]) + len(after)
    begins.append(part(1, part(4, b"serve")) + tag(2, length))  # the graph in its meta graph
    length += len(begins[-1])
    begins.append(b"\x08\x01" + tag(2, length))
    folder.mkdir()
    with (folder / "saved_model.pb").open("wb") as handle:
        handle.write(b"".join(reversed(begins)))
        fill(handle, size)
        handle.write(after)


def main() -> int:
    growth = compare(write, {"small": SMALL, "large": LARGE})
    print(f"at most {MOST_MEMORY:.0f} MB for the large one")
    return int(growth.slow or growth.large > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
