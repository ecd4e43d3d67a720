"""Does a scan cost what the graph costs? A model of 1.9 GB of weights against one of 4 kB.

    python benchmarks/bench_onnx.py

Both have the same graph of 2,000 nodes, and one tensor that stands inside the file; in the large
model it is a hole, so that it takes no room on the disk. Each is scanned in processes of its own;
the median is what counts.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from growth import MOST_TIME, measure
from onnx import TensorProto, helper

SMALL, LARGE = 4_000, 1_900_000_000
NODES = 2_000
MOST_MEMORY = 150.0


def graph(elements: int) -> bytes:
    """A model without the tensor's bytes, which are to follow in a field of their own."""
    nodes = [helper.make_node("Add", ["x", "b"], ["h0"])]
    nodes += [helper.make_node("Relu", [f"h{i}"], [f"h{i + 1}"]) for i in range(NODES)]
    nodes.append(helper.make_node("MatMul", [f"h{NODES}", "w"], ["y"]))
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, elements])
    wanted = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])
    bias = helper.make_tensor("b", TensorProto.FLOAT, [1], [1.0])
    made = helper.make_graph(nodes, "bench", [given], [wanted], [bias])
    return made.SerializeToString()


def varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*parts, value))


def field(number: int, length: int) -> bytes:
    return varint(number << 3 | 2) + varint(length)


def write(path: Path, size: int) -> None:
    """A model with a tensor of ``size`` bytes, which are a hole in the file."""
    body = graph(size // 4)
    head = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[size // 4, 1])
    tensor = head.SerializeToString() + field(9, size)
    stored = field(5, len(tensor) + size) + tensor
    opset = helper.make_opsetid("", 17).SerializeToString()
    start = b"\x08\x08" + field(8, len(opset)) + opset + field(7, len(body) + len(stored) + size)
    with path.open("wb") as handle:
        handle.write(start + body + stored)
        handle.truncate(handle.tell() + size)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        small, large = Path(scratch) / "small.onnx", Path(scratch) / "large.onnx"
        write(small, SMALL)
        write(large, LARGE)
        growth = measure(small, large)
    print(f"at most {MOST_MEMORY:.0f} MB for the large one")
    return int(growth.ratio > MOST_TIME or growth.large > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
