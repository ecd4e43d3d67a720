"""Does a scan cost what the graph costs? A model of 1.9 GB of weights against one of 4 kB.

    python benchmarks/bench_onnx.py

Both have the same graph of 2,000 nodes, and one tensor that stands inside the file; in the large
model it is a hole, so that it takes no room on the disk. Each is scanned in processes of its own;
the median is what counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from onnx import TensorProto, helper

SMALL, LARGE = 4_000, 1_900_000_000
NODES = 2_000
RUNS = 5
MOST_TIME = 1.5
MOST_MEMORY = 150.0

_SCAN = """
import resource, sys, time
import modelaudit
modelaudit.scan([sys.argv[2]])
begin = time.perf_counter()
report = modelaudit.scan([sys.argv[1]])
elapsed = time.perf_counter() - begin
assert report.complete and not report.findings, report
modelaudit.isolation.close()
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(elapsed, max(own, child) * 1024 / 1e6)
"""


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


def measure(path: Path, warm: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of one scan, after a first scan that imports and compiles."""
    command = [sys.executable, "-c", _SCAN, str(path), str(warm)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        paths = {"4 kB": Path(scratch) / "small.onnx", "1.9 GB": Path(scratch) / "large.onnx"}
        write(paths["4 kB"], SMALL)
        write(paths["1.9 GB"], LARGE)
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in paths}
        for _ in range(RUNS):
            for name, path in paths.items():
                runs[name].append(measure(path, paths["4 kB"]))
    middle = {
        name: (median(run[0] for run in held), median(run[1] for run in held))
        for name, held in runs.items()
    }
    for name, (seconds, peak) in middle.items():
        print(f"{name} of weights: {seconds * 1000:.1f} ms, {peak:.1f} MB at the peak")
    ratio = middle["1.9 GB"][0] / middle["4 kB"][0]
    peak = middle["1.9 GB"][1]
    print(f"{ratio:.2f} times the time (at most {MOST_TIME}), at most {MOST_MEMORY:.0f} MB")
    return int(ratio > MOST_TIME or peak > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
