"""How long modelaudit takes for dense pickles, beside what else reads them.

One run times, for each shape of ``benchmarks.common.shapes``: a scan in this process, loading the
same bytes with ``pickle.loads``, exhausting ``pickletools.genops``, and a scan by picklescan in its
own environment. Times are those of the processor, and rounds are interleaved, so that what else the
machine does meets all of them; what is compared are ratios of medians. Peak memory is measured in
fresh processes, and the cost of the whole command on one small file as user and system time.

    python -m benchmarks.speed.pickle [--rounds N] [--entries N]

The last lines hold the measured values against the reach that the project has set itself. A miss
is printed and fails nothing: the machine decides too much of it.
"""

from __future__ import annotations

import argparse
import gc
import math
import pickle
import pickletools
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import modelaudit
from benchmarks.common import environment, shapes

OURS, LOADS, GENOPS, PEER = "modelaudit", "pickle.loads", "genops", "picklescan"
COMMAND_ROUNDS = 9


@dataclass(frozen=True)
class Row:
    """What was measured on one shape: medians in CPU seconds, memory in MB."""

    shape: str
    size: int
    seconds: dict[str, float]
    memory: float

    def times(self, other: str) -> float:
        """How many times as long as ``other`` modelaudit takes."""
        return self.seconds[OURS] / self.seconds[other]


def timed(run: Callable[[], object]) -> float:
    """CPU seconds that ``run`` takes; what it returns is freed after the clock has stopped."""
    gc.collect()
    start = time.process_time()
    result = run()
    seconds = time.process_time() - start
    del result
    return seconds


def exhaust(data: bytes) -> None:
    for _ in pickletools.genops(data):
        pass


def scan(path: Path) -> object:
    report = modelaudit.scan([path], jobs=1)
    if not report.complete:
        raise RuntimeError(f"modelaudit could not read {path.name} to its end")
    return report


def measure(name: str, path: Path, peer: environment.Peer, rounds: int, empty: float) -> Row:
    """All contestants on one file, in turn."""
    data = path.read_bytes()
    scan(path)
    peer.seconds(path)
    taken: dict[str, list[float]] = {OURS: [], LOADS: [], GENOPS: [], PEER: []}
    for _ in range(rounds):
        taken[OURS].append(timed(lambda: scan(path)))
        taken[LOADS].append(timed(lambda: pickle.loads(data)))
        taken[GENOPS].append(timed(lambda: exhaust(data)))
        taken[PEER].append(peer.seconds(path))
    seconds = {who: median(values) for who, values in taken.items()}
    return Row(name, len(data), seconds, environment.peak_memory(path) - empty)


def commands(directory: Path, peer: Path, own: Path) -> tuple[float, float]:
    """CPU seconds of our command and of the peer's on one small file."""
    small = directory / "small.pkl"
    small.write_bytes(pickle.dumps({"weights": [0.5, 1.5], "name": "small"}))
    mine = environment.cpu_seconds([own / "modelaudit", "scan", small], COMMAND_ROUNDS)
    theirs = environment.cpu_seconds([peer / "picklescan", "-p", small], COMMAND_ROUNDS)
    return mine, theirs


def table(rows: list[Row]) -> None:
    head = f"{'shape':<26}{'MB':>6}{OURS:>12}{LOADS:>14}{GENOPS:>9}{PEER:>12}"
    print(f"{head}{'x loads':>9}{'x genops':>10}{'faster':>9}{'memory':>10}")
    for row in rows:
        cells = "".join(
            f"{row.seconds[who] * 1000:>{width - 3}.0f} ms"
            for who, width in ((OURS, 12), (LOADS, 14), (GENOPS, 9), (PEER, 12))
        )
        ratios = f"{row.times(LOADS):>9.2f}{row.times(GENOPS):>10.3f}{1 / row.times(PEER):>8.1f}x"
        memory = f"{row.memory:>7.0f} MB"
        print(f"{row.shape:<26}{row.size / 1e6:>6.1f}{cells}{ratios}{memory}")


def verdict(label: str, value: str, reached: bool) -> None:
    print(f"  {'pass' if reached else 'miss'}  {label:<58}{value}")


def reach(rows: list[Row], mine: float, theirs: float) -> None:
    """The values that the project set itself, and what was measured."""
    mean = math.exp(sum(math.log(row.times(LOADS)) for row in rows) / len(rows))
    slowest = min(rows, key=lambda row: 1 / row.times(PEER))
    largest = max(rows, key=lambda row: row.memory)
    faster = 1 / slowest.times(PEER)
    print("\nreach")
    verdict("at least 5 times faster than picklescan on each shape",
            f"{faster:.1f} ({slowest.shape})", faster >= 5)  # fmt: skip
    verdict("at most 1.0 times pickle.loads, geometric mean", f"{mean:.2f}", mean <= 1.0)
    verdict("less than 100 MB above an empty process on each shape",
            f"{largest.memory:.0f} MB ({largest.shape})", largest.memory < 100)  # fmt: skip
    ratio = mine / theirs
    measured = f"{ratio:.2f} ({mine * 1000:.0f} ms to {theirs * 1000:.0f} ms)"
    verdict("at most 1.5 times the CPU of its command, small file", measured, ratio <= 1.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--entries", type=int, default=shapes.ENTRIES)
    options = parser.parse_args()
    theirs, own = environment.prepare()
    python = platform.python_version()
    print(f"Python {python}, {environment.PICKLESCAN}, medians of {options.rounds} rounds\n")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        files = shapes.write(directory, options.entries)
        empty = environment.peak_memory(None)
        with environment.Peer(theirs) as peer:
            rows = [measure(shape, path, peer, options.rounds, empty)
                    for shape, path in files.items()]  # fmt: skip
        table(rows)
        reach(rows, *commands(directory, theirs, own))


if __name__ == "__main__":
    main()
