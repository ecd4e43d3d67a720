"""Whether passing over runs changes a fact: ``python -m benchmarks.oracle.twins --count 20000``.

Streams are generated three ways: what Python's pickler writes of random values, at protocols 4 and
5; random opcodes of all protocols; and edits of the first. Each is read once with every run passed
over and once opcode by opcode. A name or a call that one reading has and the other has not is a
miss; of streams that a pickler wrote, so is any other difference.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections import Counter
from random import Random
from typing import Final

from benchmarks.oracle.opcodes import composed
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Call, Fact, Import
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle import machine
from modelaudit.formats.pickle.inspector import inspect

MOST_DEPTH: Final = 4


class Point:
    """Made by NEWOBJ and filled by BUILD."""

    def __init__(self, rng: Random, depth: int) -> None:
        self.x = value(rng, depth + 1)
        self.tags = ["a", "b"]


class Named:
    """Reduces to a call of a name."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("modelaudit-marker",)


def value(rng: Random, depth: int = 0) -> object:  # noqa: PLR0911  one for each kind
    """A random value; containers of it are long, so that there are runs."""
    kind = rng.randrange(16 if depth < MOST_DEPTH else 8)
    if kind < 8:
        scalars: tuple[object, ...] = (
            None, rng.random() < 0.5, rng.randrange(300), -rng.randrange(1 << 40), rng.random(),
            "n" * rng.randrange(300), rng.randbytes(rng.randrange(20)), 1 << rng.randrange(200),
        )  # fmt: skip
        return scalars[kind]
    count = rng.choice((0, 1, 2, 3, 40, 1200 // (1 + depth * 20)))
    if kind == 8 and rng.random() < 0.1:
        return Named()
    if kind in (8, 9):
        return [Point(rng, depth + 1) for _ in range(min(count, 60))]
    items = [value(rng, depth + 1) for _ in range(min(count, 8))]
    filled = [items[n % len(items)] if items else None for n in range(count)]
    if kind in (10, 11):
        return filled
    if kind == 12:
        return tuple(filled[:6])
    if kind == 13:
        return {rng.randrange(1 << 20) for _ in range(count)}
    if kind == 14:
        return [[number, f"row{number}", number / 3] for number in range(count)]
    return {f"key{number}": item for number, item in enumerate(filled)}


def edited(rng: Random, data: bytes) -> bytes:
    """A stream with some bytes changed, put in or left out."""
    made = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(2, len(made) + 1)
        made[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
    return bytes(made)


def stream(rng: Random) -> tuple[str, bytes]:
    """A stream, and how it was made."""
    way = rng.choice(("pickled", "opcodes", "edited"))
    if way == "opcodes":
        return way, b"\x80\x04" + composed(rng)
    data = pickle.dumps([value(rng) for _ in range(rng.randrange(1, 30))], rng.choice((4, 5)))
    return way, edited(rng, data) if way == "edited" else data


def read(data: bytes, *, passing: bool) -> list[Fact]:
    kept = machine.RUNS_FROM, machine.SHORTEST_RUN
    machine.RUNS_FROM, machine.SHORTEST_RUN = (0, 1) if passing else (1 << 60, 1)  # type: ignore[misc]
    facts: list[Fact] = []
    try:
        for fact in inspect(Source(data, "x.pkl"), Bounds.starting_now(Limits(), 1 << 20)):
            facts.append(fact)  # noqa: PERF402  what came before a limit stays
    except Malformed:
        pass
    finally:
        machine.RUNS_FROM, machine.SHORTEST_RUN = kept  # type: ignore[misc]
    return facts


def differs(way: str, data: bytes) -> bool:
    """Whether the two readings differ in what must be the same."""
    passed, plain = read(data, passing=True), read(data, passing=False)
    if way == "pickled":
        return passed != plain
    return acting(passed) != acting(plain)


def acting(facts: list[Fact]) -> list[tuple[object, ...]]:
    """The names and the calls, and where first: how often is not known where a stream breaks."""
    names = [f for f in facts if isinstance(f, Import | Call)]
    return [(type(f), f.module, f.name, f.opcode, f.where) for f in names]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    misses = 0
    for number in range(options.start, options.start + options.count):
        way, data = stream(Random(f"{options.seed}/{number}"))
        counts[way] += 1
        if differs(way, data):
            misses += 1
            print(f"{options.seed}/{number}: {way}, {len(data)} bytes")
    print(f"{misses} of {dict(counts)} differ")
    return int(misses > 0)


if __name__ == "__main__":
    sys.exit(main())
