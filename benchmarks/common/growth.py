"""Does a scan cost what the structure costs? A large artifact against a small one alike."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RUNS = 7
MOST_TIME = 1.5

_SCAN = """
import resource, sys, time
import modelaudit
from modelaudit.sandbox import isolation
modelaudit.scan([sys.argv[2]])
begin = time.perf_counter()
report = modelaudit.scan([sys.argv[1]])
elapsed = time.perf_counter() - begin
assert report.complete and not report.findings, report
isolation.close()
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
try:
    with open("/proc/self/status") as status:
        own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
except OSError:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(elapsed, max(own, child) * 1024 / 1e6)
"""


@dataclass(frozen=True)
class Growth:
    """Medians: how many times as long the large one takes, and the peaks of memory in MB."""

    ratio: float
    small: float
    large: float

    @property
    def slow(self) -> bool:
        return self.ratio > MOST_TIME


def measure(small: Path, large: Path) -> Growth:
    """Each is scanned in processes of its own, in turn, after a scan that imports and compiles.

    The memory of a process that reads for another one counts as well.
    """
    runs: dict[Path, list[tuple[float, float]]] = {small: [], large: []}
    for _ in range(RUNS):
        for path, held in runs.items():
            command = [sys.executable, "-c", _SCAN, str(path), str(small)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds, peak = map(float, done.stdout.split())
            held.append((seconds, peak))
    middle = {path: tuple(map(median, zip(*held, strict=True))) for path, held in runs.items()}
    for path, (seconds, peak) in middle.items():
        print(f"{path.name}: {seconds * 1000:.1f} ms, {peak:.1f} MB at the peak")
    ratio = middle[large][0] / middle[small][0]
    print(f"{ratio:.2f} times the time (at most {MOST_TIME})")
    return Growth(ratio, middle[small][1], middle[large][1])


def compare(write: Callable[[Path, int], None], sizes: dict[str, int]) -> Growth:
    """Write a small and a large artifact, by name and size, and measure them."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, size in sizes.items():
            write(Path(scratch, name), size)
        small, large = sizes
        return measure(Path(scratch, small), Path(scratch, large))
