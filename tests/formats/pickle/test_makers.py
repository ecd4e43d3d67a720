"""Which calls are in the arguments of a call: all of them, at a cost that grows with the file."""

from __future__ import annotations

import time

import pytest

from fixtures.recipes import asm
from modelaudit.core.facts import Call, Fact, Unreadable
from modelaudit.core.limits import Bounds, Expansion, Limits
from modelaudit.core.source import Source
from modelaudit.engine import _inspect
from modelaudit.formats.pickle import makers

CALLED = asm.stack_global("a", "f")


def facts(body: bytes) -> list[Fact]:
    bounds = Bounds(Limits(), time.monotonic() + 1_000, Expansion(len(body)))
    return list(_inspect(Source(asm.stream(body), "a.pkl"), "pickle", "pickle", bounds, 0))


def calls(body: bytes, name: str) -> list[tuple[str, ...]]:
    found = [fact for fact in facts(body) if isinstance(fact, Call)]
    return [call.makers for call in found if call.name == name]


def called(name: str, *arguments: bytes) -> bytes:
    return asm.calls("a", name, *arguments)


def test_a_result_is_noted_wherever_it_is_reached() -> None:
    given = called("x") + asm.MEMOIZE
    body = called("f", asm.list_(given, called("g", asm.binget(0))))
    assert calls(body, "f") == [("a.g() >a.x() a.x()",)]


def test_what_is_inside_results_leaves_room_for_the_argument() -> None:
    many = asm.list_(*[asm.list_()] * (makers.MOST_VALUES + 100))
    given = asm.list_(called("x"), called("g", many))
    assert calls(called("f", given), "f") == [(f"a.g() >{makers.MORE} a.x()",)]


def test_what_changes_is_looked_at_again() -> None:
    held = asm.list_() + asm.MEMOIZE
    before = called("f", called("g", held)) + asm.POP
    after = called("f", called("g", asm.binget(0) + called("x") + asm.APPEND))
    assert calls(before + after, "f") == [("a.g()",), ("a.g() >a.x()",)]


@pytest.mark.parametrize("state", [asm.BUILD, asm.APPEND])
def test_a_state_is_a_change(state: bytes) -> None:
    held = called("g") + asm.MEMOIZE
    before = called("f", called("h", held)) + asm.POP
    after = called("f", called("h", asm.binget(0) + called("x") + state))
    assert calls(before + after, "f") == [("a.h() >a.g()",), ("a.h() >a.g() >a.x()",)]


def test_many_names_are_cut() -> None:
    nested = asm.NONE
    for number in range(makers.MOST_NAMES + 10):
        nested = called(f"f{number}", nested)
    (made,) = calls(called("f", nested), "f")[0]
    assert len(made.split(" ")) == makers.MOST_NAMES + 1
    assert made.endswith(f">{makers.MORE}")


COUNT = 3_000
NESTED = CALLED * COUNT + asm.NONE + (asm.TUPLE1 + asm.REDUCE) * COUNT
WIDE = asm.list_(*[asm.list_()] * COUNT) + asm.MEMOIZE
GROWS = asm.list_() + asm.MEMOIZE
SHAPES = {
    "results of one another": NESTED,
    "one list for many": WIDE + called("f", asm.binget(0)) * COUNT,
    "a list that grows": GROWS + (asm.binget(0) + called("f", asm.binget(0)) + asm.APPEND) * COUNT,
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_calls_cost_what_the_file_is_long(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[makers.Makers] = []
    plain = makers.Makers.__init__

    def init(self: makers.Makers, *args: object) -> None:
        made.append(self)
        plain(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(makers.Makers, "__init__", init)
    assert not [fact for fact in facts(body) if isinstance(fact, Unreadable)]
    assert sum(one._spent for one in made) < 2 * (makers.STEPS + len(body)) + 100 * COUNT


def test_shared_tuples_are_told_apart_once() -> None:
    """Each of 256 is 256 others: every path through them would be 16 million."""
    body = asm.list_() + asm.MEMOIZE
    for level in range(3):
        body += asm.POP + asm.tuple_(*[asm.binget(level)] * 256) + asm.MEMOIZE
    start = time.process_time()
    assert calls(body + asm.POP + called("f", asm.binget(3)), "f")
    assert time.process_time() - start < 5
