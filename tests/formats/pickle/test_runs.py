"""Passing over runs changes the speed and nothing else: both readings give the same facts."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator

import pytest

from modelaudit.core.facts import Fact
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle import machine, runs
from modelaudit.formats.pickle.inspector import inspect


class Point:
    """A class whose instances are made by NEWOBJ and BUILD."""

    def __init__(self, x: object) -> None:
        self.x = x
        self.label = "p"
        self.tags: list[str] = ["a", "b"]


class Payload:
    def __reduce__(self) -> tuple[object, ...]:
        return print, ("modelaudit-marker",)


def facts(data: bytes) -> list[Fact]:
    return list(inspect(Source(data, "x.pkl"), Bounds.starting_now(Limits(), 1 << 20)))


def both(monkeypatch: pytest.MonkeyPatch, data: bytes) -> tuple[list[Fact], list[Fact]]:
    """The facts with runs passed over from the first byte on, and with every opcode read."""
    monkeypatch.setattr(machine, "RUNS_FROM", 0)
    monkeypatch.setattr(machine, "SHORTEST_RUN", 1)
    passed = facts(data)
    monkeypatch.setattr(machine, "RUNS_FROM", 1 << 60)
    return passed, facts(data)


def shapes() -> Iterator[tuple[str, object]]:
    source = random.Random(0)
    yield "dict", {f"key{number}": number * 1000 for number in range(5000)}
    yield "floats", [source.random() for _ in range(5000)]
    yield "lists", [[number, str(number), None] for number in range(3000)]
    yield "pairs", [(number, -number) for number in range(3000)]
    yield "tuples", [(number, 1, 2, 3, 4) for number in range(3000)]
    yield "dicts", [{"id": number, "ok": True, "x": number / 3} for number in range(3000)]
    yield "singles", [[[number]] for number in range(500)] + [{number: {}} for number in range(500)]
    yield "sets", [{number, number + 1, -1} for number in range(2000)]
    yield "mixed", [{}, [], (), "é" * 40, 1 << 70, b"bytes", {"a": [{"b": (1, [2])}]}] * 500
    yield "long text", ["x" * 300, "y" * 255, "z" * 64, "w" * 63] * 500
    shared = ["a", "b"]
    yield "shared", [shared, *([shared, shared] for _ in range(500))]
    yield "objects", [Point(number) for number in range(1500)]
    yield "trees", [Point([Point(number), Point([Point(1)])]) for number in range(500)]
    yield "payload at the end", [*({"id": n} for n in range(3000)), Payload()]
    yield "payload inside", [*([n, n] for n in range(2000)), {"p": Payload()}, *range(2000)]
    yield "payload in an object", [*(Point(n) for n in range(800)), Point(Payload())]


@pytest.mark.parametrize("protocol", [2, 4, 5])
@pytest.mark.parametrize(("name", "value"), list(shapes()), ids=[name for name, _ in shapes()])
def test_same_facts(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, protocol: int
) -> None:
    passed, read = both(monkeypatch, pickle.dumps(value, protocol))
    assert passed == read


def test_runs_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison above means something only if there are runs."""
    monkeypatch.setattr(machine, "RUNS_FROM", 0)
    data = pickle.dumps([{"id": number} for number in range(3000)])
    lines = Machines.over(data, monkeypatch)
    assert lines < 3000


class Machines:
    """Counts the MARKs that a machine reads itself."""

    @staticmethod
    def over(data: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
        count = 0
        original = machine.Machine._pass_run

        def counted(self: machine.Machine, start: int, box: object) -> int:
            nonlocal count
            count += 1
            return original(self, start, box)  # type: ignore[arg-type]

        monkeypatch.setattr(machine.Machine, "_pass_run", counted)
        facts(data)
        return count


FRAMELESS = b"\x80\x04"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "append to a memoized name",
            b"cmylib\nthing\n\x940](h\x00K\x01e" + b"]h\x00K\x01a" * 9 + b".",
        ),
        ("setitem on a memoized name", b"cmylib\nthing\n\x940](" + b"}h\x00K\x01s" * 9 + b"e."),
        (
            "bare setitem on a memoized name",
            b"cmylib\nthing\n\x940](" + b"h\x00K\x01K\x02s" * 9 + b"e.",
        ),
        ("bare append to a memoized name", b"cmylib\nthing\n\x940](" + b"h\x00K\x01a" * 9 + b"e."),
        ("call in a batch", b"cmylib\nthing\n\x940](" + b"K\x01" * 99 + b"h\x00)Re."),
        (
            "instances of another name",
            b"cmylib\nA\n\x940cmylib\nB\n\x940]("
            + b"h\x00)\x81}K\x01K\x02sb" * 9
            + b"h\x01)\x81e.",
        ),
        ("an unset index", b"](" + b"K\x01" * 99 + b"j\xff\xff\x00\x00e."),
        ("an odd dict", b"}(" + b"K\x01" * 99 + b"u."),
        ("the wrong closer", b"](" + b"K\x01" * 99 + b"u."),
        (
            "a name stored by the batch",
            b"](" + b"\x8c\x02os\x94" * 3 + b"e\x8c\x06systemh\x000h\x01\x8c\x06system\x93.",
        ),
        ("a redefined index", b"](" + b"\x8c\x01a\x94" * 9 + b"ecmylib\nthing\nq\x010h\x01)R."),
    ],
)
def test_same_facts_of_hand_made_streams(
    monkeypatch: pytest.MonkeyPatch, name: str, data: bytes
) -> None:
    passed, read = both(monkeypatch, FRAMELESS + data)
    assert [f for f in passed if type(f).__name__ in ("Import", "Call")] == [
        f for f in read if type(f).__name__ in ("Import", "Call")
    ]


def test_frame_inside_a_payload_is_no_boundary(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame that ends in the middle of a string is reported, however it is read."""
    body = b"](" + b"K\x01" * 50 + b"\x8c\x20" + b"\x95" + bytes(8) + b"x" * 23 + b"e."
    data = FRAMELESS + b"\x95" + (2 + 100 + 2 + 4).to_bytes(8, "little") + body
    passed, read = both(monkeypatch, data)
    assert passed == read
    assert any(getattr(fact, "kind", "") == "frame-overrun" for fact in passed)


def test_every_short_length_is_matched() -> None:
    match = runs.matcher()
    for length in range(256):
        text = b"\x8c" + bytes([length]) + b"e" * length
        found = match(text + b"e", 0, len(text) + 1)
        assert found is not None
        assert found.end() == len(text)


def test_real_pickler_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of 64 KiB begin in the middle of batches and of nested containers."""
    data = pickle.dumps([{"name": f"row{number}", "v": [number] * 3} for number in range(20_000)])
    assert data.count(b"\x95") > 10
    passed, read = both(monkeypatch, data)
    assert passed == read
