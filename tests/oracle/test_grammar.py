"""What the grammar composes gates: a part of ``make fuzz-oracle`` that loads nothing.

``HOSTILE`` are the parts of the grammar whose every file acts and gates, whatever it lies in.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import modelaudit
from benchmarks.oracle.gate import gates
from benchmarks.oracle.grammar import Composed, Known, compose
from benchmarks.oracle.resolved import compare

HOSTILE = frozenset(
    {
        "call", "getter", "attrgetter", "methodcaller", "operator.call", "exitstack", "partial",
        "reduce", "type",
    }
)  # fmt: skip
FILES = 300
SEED = 7


def hostile() -> Iterator[tuple[int, Composed]]:
    for number in count():
        composed = compose(Known(), SEED, number)
        # print is reviewed: of plain data it makes a line of text.
        if composed.kind.partition("/")[0] in HOSTILE and "/builtins.print/" not in composed.kind:
            yield number, composed


def test_a_file_is_composed_the_same_each_time() -> None:
    assert [compose(Known(), SEED, n) for n in range(50)] == [
        compose(Known(), SEED, n) for n in range(50)
    ]


def test_every_hostile_file_gates() -> None:
    passed = []
    for (number, composed), _ in zip(hostile(), range(FILES), strict=False):
        if not gates(composed.data, f"model{composed.suffix}"):
            passed.append(f"{number}: {composed.kind}")
    assert not passed


def test_what_is_said_to_gate_gates_in_a_scan() -> None:
    for number in range(100):
        composed = compose(Known(), SEED, number)
        name = f"model{composed.suffix}"
        assert gates(composed.data, name) == modelaudit.scan_bytes(composed.data, name).gates


def test_a_scan_names_what_unpicklers_resolve() -> None:
    tally, misses = compare(SEED, 0, 1000, mutations=False)
    assert not misses
    assert tally["with names"] > 500
