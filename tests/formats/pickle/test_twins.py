"""Generated streams, whose runs are passed over or read: the facts are the same."""

from __future__ import annotations

import pickle
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.oracle import twins


@pytest.mark.parametrize("number", range(40))
def test_both_readings_give_the_same(number: int) -> None:
    way, data = twins.stream(Random(f"twins/{number}"))
    assert not twins.differs(way, data)


PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary()
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner), st.dictionaries(st.text(max_size=9), inner), st.tuples(inner, inner)
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    value=st.lists(VALUES, min_size=1), times=st.integers(1, 300), protocol=st.sampled_from((4, 5))
)
def test_values_over_and_over(value: list[object], times: int, protocol: int) -> None:
    data = pickle.dumps([list(value) for _ in range(times)], protocol)
    assert not twins.differs("pickled", data)
