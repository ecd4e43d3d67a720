"""Does a scan cost what the graph costs? A model of 1.9 GB of weights against one of 4 kB.

    python -m benchmarks.speed.onnx

Both have the same graph of 2,000 nodes, and one tensor that stands inside the file; in the large
model it is a hole, so that it takes no room on the disk. Each is scanned in processes of its own;
the median is what counts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from onnx import TensorProto, helper

from benchmarks.common.growth import compare
from benchmarks.common.protobuf import tag

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


def write(path: Path, size: int) -> None:
    """A model with a tensor of ``size`` bytes, which are a hole in the file."""
    body = graph(size // 4)
    head = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[size // 4, 1])
    tensor = head.SerializeToString() + tag(9, size)
    stored = tag(5, len(tensor) + size) + tensor
    opset = helper.make_opsetid("", 17).SerializeToString()
    start = b"\x08\x08" + tag(8, len(opset)) + opset + tag(7, len(body) + len(stored) + size)
    with path.open("wb") as handle:
        handle.write(start + body + stored)
        handle.truncate(handle.tell() + size)


def main() -> int:
    growth = compare(write, {"small.onnx": SMALL, "large.onnx": LARGE})
    print(f"at most {MOST_MEMORY:.0f} MB for the large one")
    return int(growth.slow or growth.large > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
