"""What few bytes ask for is bounded: by the deadline, and by how much is looked at."""

from __future__ import annotations

import time

import pytest

from modelaudit.core.facts import Fact, Unreadable
from modelaudit.core.limits import Bounds, Expansion, Limits
from modelaudit.core.source import Source
from modelaudit.engine import _inspect
from modelaudit.knowledge import distributions, pickle_globals

CHAIN = b"cfunctools\npartial\nq\x000cos\nsystem\nq\x01" + b"0h\x00(h\x01NtRq\x01" * 100 + b"."
"""Calls that are given the results of one another: each is described by all before it."""


def facts(data: bytes, deadline: float) -> list[Fact]:
    source = Source(data, "a.pkl")
    bounds = Bounds(Limits(), deadline, Expansion(len(data)))
    return list(_inspect(source, "pickle", "pickle", bounds, 0))


@pytest.mark.parametrize("data", [CHAIN, b"cmodule\nname\n)R."])
def test_a_call_looks_at_the_clock(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only every few megabytes: these have less."""
    deadline = time.monotonic() + 1_000
    assert not [fact for fact in facts(data, deadline) if isinstance(fact, Unreadable)]
    seen: list[int | None] = []

    def check(_: Bounds, position: int | None = None) -> None:
        seen.append(position)

    monkeypatch.setattr(Bounds, "check", check)
    facts(data, deadline)
    assert len([position for position in seen if position is not None]) >= data.count(b"R")


def test_a_name_of_many_parts_is_looked_up_by_its_first() -> None:
    """Each look-up of a part costs as much as the name is long."""
    name = "a." * 100_000 + "b"
    assert pickle_globals.rate(name, "n")["tier"] == "unreviewed"
    assert (
        pickle_globals.rate(f"os.{name}", "n")["tier"] == pickle_globals.rate("os.a", "n")["tier"]
    )
    assert distributions.distribution_of(f"sklearn.{name}") == "scikit-learn"
    assert max(pickle_globals._deepest(), distributions._deepest()) < 20
