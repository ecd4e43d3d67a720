"""A random forest in PMML: how fast it is scanned, and in how much memory.

    python -m benchmarks.speed.pmml [MEGABYTES]

A forest of 300 MB (or of what is named) is written to a temporary file. In processes of their own,
in turn, a bare pass of expat with empty handlers for elements and text reads it, and it is
inspected and judged. Compared is processor time; memory is the most that was resident (VmHWM).
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROUNDS = 3
RATIO, MEMORY = 0.7, 60
"""Throughput against the bare pass, at least; megabytes, at most."""
FIELDS = 12

BARE = """
import json, resource, sys, time
from xml.parsers import expat
parser = expat.ParserCreate()
parser.StartElementHandler = lambda name, attributes: None
parser.EndElementHandler = lambda name: None
parser.CharacterDataHandler = lambda text: None
start = time.process_time()
with open(sys.argv[1], "rb") as file:
    parser.ParseFile(file)
print(json.dumps([time.process_time() - start, 0]))
"""
SCAN = """
import json, resource, sys, time
import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.limits import Limits
start = time.process_time()
report = modelaudit.scan([sys.argv[1]], config=Config(limits=Limits(timeout=3600)))
spent = time.process_time() - start
assert not [f for f in report.findings if f.severity in ("critical", "high", "medium")]
memory = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([spent, int(memory) / 1024]))
"""


def node(depth: int, count: list[int], rng: random.Random) -> Iterator[str]:
    count[0] += 1
    pad = " " * (15 - depth)
    score, records = rng.randrange(3), rng.randrange(999)
    yield f'{pad}<Node id="{count[0]}" score="{score}" recordCount="{records}">\n'
    yield (
        f'{pad} <SimplePredicate field="x{rng.randrange(FIELDS)}" operator="lessOrEqual" '
        f'value="{rng.random() * 10!r}"/>\n'
    )
    if depth == 0:
        for label in range(3):
            records = rng.randrange(99)
            yield f'{pad} <ScoreDistribution value="{label}" recordCount="{records}.0"/>\n'
    else:
        yield from node(depth - 1, count, rng)
        yield from node(depth - 1, count, rng)
    yield f"{pad}</Node>\n"


def write(path: Path, size: int) -> None:
    """A forest of at least ``size`` bytes, 4095 nodes a tree."""
    rng = random.Random(0)
    fields = "".join(
        f'<DataField name="x{n}" optype="continuous" dataType="double"/>' for n in range(FIELDS)
    )
    schema = "".join(f'<MiningField name="x{n}"/>' for n in range(FIELDS))
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Application '
            f'name="bench" version="1"/></Header><DataDictionary>{fields}<DataField name="y" '
            'optype="categorical" dataType="string"/></DataDictionary><MiningModel '
            f'functionName="classification"><MiningSchema>{schema}<MiningField name="y" '
            'usageType="target"/></MiningSchema><Segmentation multipleModelMethod="average">\n'
        )
        number = 0
        while out.tell() < size:
            number += 1
            out.write(
                f'<Segment id="{number}"><True/><TreeModel functionName="classification">'
                f"<MiningSchema>{schema}</MiningSchema>\n{''.join(node(11, [0], rng))}"
                "</TreeModel></Segment>\n"
            )
        out.write("</Segmentation></MiningModel></PMML>\n")


def run(code: str, path: Path) -> tuple[float, float]:
    """Seconds of processor time, and megabytes."""
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, memory = json.loads(done.stdout)
    return float(seconds), float(memory)


def main() -> int:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forest.pmml"
        write(path, size * 1_000_000)
        bare, scan, memory = [], [], []
        for _ in range(ROUNDS):
            bare.append(run(BARE, path)[0])
            seconds, used = run(SCAN, path)
            scan.append(seconds)
            memory.append(used)
    ratio = min(bare) / min(scan)
    print(f"{size} MB: bare expat {min(bare):.2f} s, scan {min(scan):.2f} s of processor time")
    print(
        f"throughput {ratio:.2f} of the bare pass (at least {RATIO}),"
        f" {max(memory):.0f} MB (at most {MEMORY})"
    )
    return int(ratio < RATIO or max(memory) > MEMORY)


if __name__ == "__main__":
    sys.exit(main())
