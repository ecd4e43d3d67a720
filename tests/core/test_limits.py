"""Time that is up ends the reading of an artifact."""

from __future__ import annotations

import pytest

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds, Limits


def test_reading_ends_at_the_deadline() -> None:
    bounds = Bounds.starting_now(Limits(timeout=60))
    bounds.check()
    assert 59 < bounds.left <= 60
    with pytest.raises(Malformed) as late:
        Bounds.starting_now(Limits(timeout=-0.5)).check()
    assert (late.value.reason, late.value.fields) == ("timeout", {"seconds": "-0.5"})
