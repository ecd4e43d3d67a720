"""Compose files, scan them, load them: ``python -m benchmarks.oracle --seed 11 --count 20000``.

A miss is a file that acted under a loader and that a scan does not gate; with one the exit code
is 1. A long run goes in pieces: ``--start`` is the number of the first file, and the same seed and
number give the same file. ``--mutations`` edits the hostile fixtures instead.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import msgspec

from benchmarks.oracle.grammar import Composed, Known, compose
from benchmarks.oracle.judge import HERE, ONE_THREAD, SAMPLED, Loader, Tally, judge
from benchmarks.oracle.mutate import mutated

ROOT = HERE.parents[1]
SAFE = ROOT / "rules/tables/pickle_safe.json"
PIECE = 256
"""Files that a worker takes at once."""


def probed(python: str, path: Path) -> Known:
    """What the environment of the loaders has, kept beside it: looking takes minutes."""
    if not path.exists():
        reviewed = json.loads(SAFE.read_text())["names"]
        done = subprocess.run(
            [python, str(HERE / "probe.py")],
            input=json.dumps(reviewed).encode(),
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            check=True,
        )
        path.write_bytes(done.stdout)
    found = json.loads(path.read_text())
    odd = [entry[:5] for entry in found["odd"] if not entry[5] and "()" not in entry[3]]
    special = [
        (*entry[:5], entry[6])
        for entry in found["special"]
        if not entry[5] and "()" not in entry[3] and entry[3] not in (entry[2], f"__{entry[2]}__")
    ]
    names = {"aliases": found["aliases"], "holders": found["holders"]}
    return msgspec.convert({**names, "odd": odd, "special": special}, Known)


@cache
def _known(python: str, path: str) -> Known:
    return probed(python, Path(path))


@cache
def _loader(python: str) -> Loader:
    return Loader(python)


def _composed(options: argparse.Namespace, start: int, count: int) -> Tally:
    make: Callable[[int], Composed] = partial(mutated, options.seed)
    if not options.mutations:
        make = partial(compose, _known(options.python, options.probed), options.seed)
    files = [(number, make(number)) for number in range(start, start + count)]
    return judge(files, _loader(options.python), small=not options.whole)


def _run(options: argparse.Namespace) -> Iterator[Tally]:
    end = options.start + options.count
    with ProcessPoolExecutor(options.jobs) as pool:
        waiting = [
            pool.submit(_composed, options, start, min(PIECE, end - start))
            for start in range(options.start, end, PIECE)
        ]
        for future in waiting:
            yield future.result()


def _save(tally: Tally, path: Path) -> None:
    with path.open("a", encoding="utf-8") as out:
        for number, composed, letters, least in tally.misses:
            line = {
                "number": number, "kind": composed.kind, "suffix": composed.suffix,
                "loaders": letters, "least": least.hex(), "data": composed.data.hex(),
            }  # fmt: skip
            out.write(json.dumps(line) + "\n")


def kept() -> Path:
    """Where the probe's answer is kept, for this probe and these reviewed names."""
    reviewed = json.dumps(json.loads(SAFE.read_text())["names"]).encode()
    read = reviewed + (HERE / "probe.py").read_bytes()
    return ROOT / f".venv-oracle/probed-{zlib.crc32(read):08x}.json"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--python", default=str(ROOT / ".venv-oracle/bin/python"))
    parser.add_argument("--probed", default=str(kept()))
    parser.add_argument("--misses", default="oracle-misses.jsonl", help="where misses are kept")
    parser.add_argument("--mutations", action="store_true", help="edits of the hostile fixtures")
    parser.add_argument("--whole", action="store_true", help="leave misses as they were composed")
    return parser.parse_args()


def main() -> int:
    options = _options()
    if not options.mutations:
        _known(options.python, options.probed)
    total, began = Tally(), time.monotonic()
    for tally in _run(options):
        _save(tally, Path(options.misses))
        total.add(tally)
        if sys.stderr.isatty():
            print(f"\r{total.generated} files, {len(total.misses)} misses", end="", file=sys.stderr)
    seconds = time.monotonic() - began
    ran = ", ".join(f"{letter} {count}" for letter, count in sorted(total.ran.items()))
    print(
        f"seed {options.seed}, start {options.start}: {total.generated} files, {total.gated} gated,"
        f" {total.loaded} loaded (all that pass, and one in {SAMPLED} of those that gate),"
        f" {total.acted} of {total.sampled} that gate acted ({ran}), {len(total.misses)} misses;"
        f" {seconds:.0f} s, {total.generated / seconds:.0f} a second"
    )
    kinds = Counter(composed.kind.partition("/")[0] for _, composed, _, _ in total.misses)
    for kind, count in kinds.most_common():
        print(f"  {count:6} {kind}")
    return 1 if total.misses else 0


if __name__ == "__main__":
    sys.exit(main())
