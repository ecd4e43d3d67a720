"""What a target costs: CPU time of `modelaudit scan` on one file, with and without one.

    python benchmarks/bench_targets.py [FILE]

Runs alternate, so that a busy machine slows both alike; the medians and their difference are told.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "fixtures" / "real" / "pickle" / "pipeline.joblib"
TARGETS = ("scikit-learn==1.3.2", "numpy==1.26.0", "pandas==2.0.3", "python==3.12")
ROUNDS = 7


def cpu(*arguments: str) -> float:
    """Milliseconds of CPU time of one scan."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "modelaudit", "scan", "--exit-zero", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> int:
    file = sys.argv[1] if len(sys.argv) > 1 else str(FILE)
    plain: list[float] = []
    given: dict[str, list[float]] = {target: [] for target in TARGETS}
    for _ in range(ROUNDS):
        plain.append(cpu(file))
        for target, times in given.items():
            times.append(cpu("--target", target, file))
    base = statistics.median(plain)
    print(f"no target             {base:7.1f} ms")
    for target, times in given.items():
        middle = statistics.median(times)
        print(f"{target:22}{middle:7.1f} ms  {middle - base:+6.1f} ms  ×{middle / base:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
