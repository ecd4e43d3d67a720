"""Reports to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from modelaudit.core.findings import Finding
from modelaudit.core.location import Location

MakeFinding = Callable[..., Finding]

FINDING = Finding(
    rule="PKL101",
    name="dangerous-call",
    category="security",
    severity="critical",
    confidence="high",
    effect=None,
    message="calls os.system('id')",
    why="Loading the file runs\n  this command.\n",
    fix="Do not load it.",
    references=("https://cwe.mitre.org/data/definitions/502.html",),
    subject="os.system",
    where=Location("m/a.pt", ("archive/data.pkl",), 0x1F),
    places=(Location("m/a.pt", ("archive/data.pkl",), 0x1F),),
    count=1,
    target=None,
    fingerprint="0123",
    title="Loading calls a function that can do harm",
    gates=True,
)


@pytest.fixture
def finding() -> MakeFinding:
    """A finding that is the usual one but for what is given."""

    def make(**changes: object) -> Finding:
        return replace(FINDING, **changes)

    return make
