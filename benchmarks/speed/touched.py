"""How many bytes of a model a scan reads: of one that is mostly weights, at most one in a hundred.

    python -m benchmarks.speed.touched [--size MB] [--only NAME]

Each model is written anew, taken out of the page cache and scanned by the command; what is in the
cache then was read, by whichever process and call, or read ahead by the system. So this is an upper
bound. Linux only, and the directory for temporary files must not be in memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common import pagecache, weights

MB = 1_000_000
MOST = 0.01
"""Of the bytes of a model."""


def touched(path: Path) -> tuple[int, int]:
    """Bytes that a scan of a model reads, and all that it has."""
    files = list(weights.files(path))
    for file in files:
        pagecache.drop(file)
    if stuck := sum(map(pagecache.resident, files)):
        raise RuntimeError(f"{stuck} bytes stay in the page cache: is {path.parent} in memory?")
    command = [sys.executable, "-m", "modelaudit", "scan", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent, check=False)
    if done.returncode:  # what was not read to its end is a finding too
        raise RuntimeError(done.stdout + done.stderr)
    return sum(map(pagecache.resident, files)), sum(file.stat().st_size for file in files)


@contextmanager
def written(name: str, size: int) -> Iterator[Path]:
    """A model of some bytes, alone in a directory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        weights.WRITERS[name](path, size)
        yield path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--only", choices=weights.WRITERS)
    options = parser.parse_args()
    worst = 0.0
    for name in [options.only] if options.only else weights.WRITERS:
        with written(name, options.size * MB) as path:
            read, size = touched(path)
        worst = max(worst, read / size)
        print(f"{name:<22}{size / MB:>8.1f} MB{read / MB:>9.2f} MB read{read / size:>9.3%}")
    print(f"at most {MOST:.0%}")
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
