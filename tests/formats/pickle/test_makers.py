"""Which calls are in the arguments of a call: all of them, wherever they are."""

from __future__ import annotations

import time

import pytest

from fixtures.recipes import asm
from modelaudit.core.facts import Call, Fact
from modelaudit.core.limits import Bounds, Expansion, Limits
from modelaudit.core.source import Source
from modelaudit.engine import _inspect
from modelaudit.formats.pickle import makers


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
