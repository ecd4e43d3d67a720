"""Values that a pickle pushes and never uses take a bounded amount of memory."""

from __future__ import annotations

import time

import pytest

from modelaudit.core.facts import Unreadable
from modelaudit.core.limits import Bounds, Expansion, Limits
from modelaudit.core.source import Source
from modelaudit.engine import _inspect
from modelaudit.formats.pickle import machine, size

FEW = 1_000


@pytest.mark.parametrize(
    ("pushed", "limit"),
    [
        (b"N" * 3 * FEW, "values on the stack"),
        (b"]" * 3 * FEW, "values on the stack"),
        ((b"(" + b"N" * (FEW - 10)) * 3, "values on the stack"),
        (b"(" * 3 * FEW, "marks"),
    ],
    ids=["scalars", "lists", "below marks", "marks"],
)
def test_the_stack_has_a_limit(pushed: bytes, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "MOST_PUSHED", 2 * FEW)
    monkeypatch.setattr(size, "MOST_MARKS", FEW)
    monkeypatch.setattr(machine, "CHECKPOINT", 100)
    data = b"\x80\x04" + pushed + b"N."
    bounds = Bounds(Limits(), time.monotonic() + 1_000, Expansion(len(data)))
    facts = list(_inspect(Source(data, "a.pkl"), "pickle", "pickle", bounds, 0))
    limits = [fact.fields["limit"] for fact in facts if isinstance(fact, Unreadable)]
    assert limits == [limit]
