"""Damage fixtures of all formats, and read them: ``python -m benchmarks.fuzz --count 20000``.

A defect is a reader that raises, dies, takes ``check.SECONDS`` or ``check.GROWTH`` more memory, or
a rule that fails; with one the exit code is 1, and its bytes are kept. The same ``--seed`` and
number give the same bytes, so a long run goes in pieces: ``--start`` is the number of the first.
``--format`` stays with one format.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks.fuzz.check import SECONDS, Defect, Reader, made
from benchmarks.fuzz.corpus import seeds
from modelaudit.core.limits import GIB
from modelaudit.sandbox.child import bound_memory

PIECE = 500
"""Artifacts that one process reads."""
_FORK = get_context("fork")


@dataclass(slots=True)
class Tally:
    formats: Counter[str] = field(default_factory=Counter)
    defects: list[Defect] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)

    def add(self, other: Tally) -> None:
        self.formats += other.formats
        self.defects += other.defects
        self.slowest = max(self.slowest, other.slowest)


def _read(options: argparse.Namespace, numbers: range, answer: Connection) -> None:
    """In a process of its own: whatever does not look at the clock is ended by it."""
    bound_memory(4 * GIB)
    reader, tally = Reader(), Tally()
    for number in numbers:
        signal.setitimer(signal.ITIMER_REAL, 4 * SECONDS)
        damaged = made(options.seed, number, options.format)
        tally.formats[damaged.seed.format] += 1
        tally.defects += reader.defects(number, damaged)
    signal.setitimer(signal.ITIMER_REAL, 0)
    tally.slowest = reader.slowest
    reader.close()
    answer.send(tally)


def _started(options: argparse.Namespace, numbers: range) -> tuple[Connection, BaseProcess]:
    receiving, sending = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_read, args=(options, numbers, sending))
    process.start()
    sending.close()
    return receiving, process


def _ended(options: argparse.Namespace, numbers: range, end: Connection, of: BaseProcess) -> Tally:
    """What a process found. Of one that died, each artifact is read again by itself."""
    try:
        tally = end.recv()
        assert isinstance(tally, Tally)
    except EOFError:
        of.join()
        tally = Tally()
        if len(numbers) > 1:
            for number in numbers:
                one = range(number, number + 1)
                tally.add(_ended(options, one, *_started(options, one)))
            return tally
        damaged = made(options.seed, numbers[0], options.format)
        seed = damaged.seed
        problem = f"the process ended with {of.exitcode}"
        name = seed.files[damaged.at][0]
        tally.defects.append(Defect(numbers[0], seed.format, name, problem, damaged.data))
    of.join()
    end.close()
    return tally


def _tallies(options: argparse.Namespace) -> Iterator[Tally]:
    end = options.start + options.count
    pieces = iter(range(n, min(n + PIECE, end)) for n in range(options.start, end, PIECE))
    running: dict[Connection, tuple[range, BaseProcess]] = {}
    while True:
        while len(running) < options.jobs and (piece := next(pieces, None)) is not None:
            receiving, process = _started(options, piece)
            running[receiving] = piece, process
        if not running:
            return
        for ready in wait(list(running)):
            assert isinstance(ready, Connection)
            piece, process = running.pop(ready)
            yield _ended(options, piece, ready, process)


def _save(defects: list[Defect], place: Path) -> None:
    for defect in defects:
        place.mkdir(parents=True, exist_ok=True)
        file = place / f"{defect.number}-{Path(defect.name).name}"
        file.write_bytes(defect.data)
        line = {"number": defect.number, "format": defect.format, "problem": defect.problem}
        with (place / "defects.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--format", default="", choices=["", *seeds()], metavar="FORMAT")
    parser.add_argument("--defects", default="build/fuzz", help="where what fails is kept")
    return parser.parse_args()


def main() -> int:
    options = _options()
    total, began = Tally(), time.monotonic()
    for tally in _tallies(options):
        _save(tally.defects, Path(options.defects))
        total.add(tally)
        if sys.stderr.isatty():
            count = total.formats.total()
            print(f"\r{count} files, {len(total.defects)} defects", end="", file=sys.stderr)
    seconds, count = time.monotonic() - began, total.formats.total()
    print(
        f"seed {options.seed}, start {options.start}: {count} files of {len(total.formats)}"
        f" formats, {len(total.defects)} defects; the slowest, {total.slowest[1]}, took"
        f" {total.slowest[0]:.1f} s of CPU; {seconds:.0f} s, {count / seconds:.0f} a second"
    )
    for problem, number in Counter(one.problem for one in total.defects).most_common(20):
        print(f"  {number:6} {problem[:200]}")
    return 1 if total.defects else 0


if __name__ == "__main__":
    sys.exit(main())
