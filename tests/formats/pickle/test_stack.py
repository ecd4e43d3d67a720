"""Values that a pickle pushes and never uses take a bounded amount of memory."""

from __future__ import annotations

import time

import pytest

from modelaudit.core.facts import Unreadable
from modelaudit.core.limits import Bounds, Expansion, Limits
from modelaudit.core.source import Source
from modelaudit.engine import _inspect
from modelaudit.formats.pickle import machine, size

FEW = 4_000


@pytest.mark.parametrize(
    ("pushed", "limit"),
    [
        (b"K\x01" * 3 * FEW, "max-memory"),
        (b"]" * 3 * FEW, "max-memory"),
        ((b"(" + b"K\x01" * (FEW - 10)) * 3, "max-memory"),
        (b"N" + b"\x85" * 3 * FEW, "max-memory"),
        (b"](" + b"]K\x01a" * 3 * FEW + b"e", "max-memory"),
        (b"]q\x00" + b"\x85\x85\x85\x85\x94" * FEW, "max-memory"),
        (b"(" * 3 * FEW, "marks"),
    ],
    ids=["scalars", "lists", "below marks", "tuples", "lists in a list", "memo", "marks"],
)
def test_values_have_a_limit(pushed: bytes, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "MOST_MARKS", FEW)
    for name in ("EARLY", "OFTEN", "SELDOM"):
        monkeypatch.setattr(size, name, 100)
    monkeypatch.setattr(machine, "CHECKPOINT", 100)
    monkeypatch.setattr(size, "MOST_BEFORE", 0)
    data = b"\x80\x02" + pushed + b"N."
    bounds = Bounds(Limits(max_memory=80 * FEW), time.monotonic() + 1_000, Expansion(len(data)))
    facts = list(_inspect(Source(data, "a.pkl"), "pickle", "pickle", bounds, 0))
    limits = [fact.fields["limit"] for fact in facts if isinstance(fact, Unreadable)]
    assert limits == [limit]
