"""A long value of a compressed stream is looked into, and then passed over without being kept."""

from __future__ import annotations

import zlib
from functools import partial

import pytest

from modelaudit.core.facts import Call, Unreadable
from modelaudit.core.limits import MIB, Bounds, Limits
from modelaudit.core.source import Inflated, Source
from modelaudit.formats.archives.decoders import Decoder, Zlib
from modelaudit.formats.pickle.inspector import inspect

LIMITS = Limits(max_embedded=MIB, max_ratio=10**9)
CALL = b"\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R."


def stream(data: bytes) -> Inflated:
    packed = Source(zlib.compress(data), "m.pkl.z")
    begin = partial(Decoder, packed, 0, None, lambda: Zlib(15), follow=False)
    return Inflated(begin, packed.size, packed, Bounds.starting_now(LIMITS, 1 << 20))


@pytest.mark.parametrize("opcode", [b"\x8e", b"\x96", b"\x8d"])
def test_what_follows_a_long_value_is_read(opcode: bytes) -> None:
    size = 40 * MIB
    head = b"\x80\x05" + opcode + size.to_bytes(8, "little")
    source = stream(head + b"a" * size + CALL)
    calls = [
        fact
        for fact in inspect(source, Bounds.starting_now(LIMITS, 1 << 20))
        if isinstance(fact, Call) and fact.name == "system"
    ]
    assert [fact.where.offset for fact in calls] == [len(head) + size + CALL.index(b"R")]
    assert source.size < size / 2


def test_a_long_value_that_ends_early_is_damage() -> None:
    source = stream(b"\x80\x05\x8e" + (40 * MIB).to_bytes(8, "little") + b"a" * 20 * MIB)
    facts = inspect(source, Bounds.starting_now(LIMITS, 1 << 20))
    assert [fact.reason for fact in facts if isinstance(fact, Unreadable)] == ["broken-stream"]


def test_what_was_passed_over_can_be_read_again() -> None:
    source = stream(b"a" * 40 * MIB + b"end")
    source.skip(0, 40 * MIB)
    assert source.again() is not source
    assert source.again().read(0, 2) == b"aa"
    whole = stream(b"short")
    assert whole.whole() == b"short"
    assert whole.again() is whole
