"""A limit that the pickle reader reaches is said."""

from __future__ import annotations

import pytest

from fixtures.recipes import asm
from fixtures.recipes.joblibs import array
from modelaudit.core.facts import Anomaly, Fact, Metadata, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle import elsewhere, recorder
from modelaudit.formats.pickle.inspector import inspect
from modelaudit.formats.pickle.streams import CANDIDATES, SEARCHED

HARMLESS = asm.stream(asm.NONE)
DECOY = b"\x80\x04cx\x00"
"""Looks like the beginning of a pickle."""


def facts(data: bytes) -> list[Fact]:
    return list(inspect(Source(data, "model.pkl"), Bounds.starting_now(Limits(), 1 << 20)))


def limits(found: list[Fact]) -> list[str]:
    return [
        str(fact.fields["limit"])
        for fact in found
        if isinstance(fact, Unreadable) and fact.reason == "limit"
    ]


def test_a_pickle_behind_many_beginnings() -> None:
    tried = "places where a hidden pickle is tried"
    data = HARMLESS + b"\x00" + DECOY * CANDIDATES
    assert limits(facts(data)) == []
    assert limits(facts(data + asm.stream(asm.system()))) == [tried]


def test_a_pickle_far_behind_another() -> None:
    data = HARMLESS + bytes(SEARCHED + 10)
    assert limits(facts(data)) == ["bytes searched for a hidden pickle"]
    assert limits(facts(HARMLESS + bytes(1000))) == []


def test_an_array_that_is_long_as_opcodes(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (elsewhere, recorder):
        monkeypatch.setattr(module, "FORKED", 2000)
    raw = (asm.calls("mylib", "first") + asm.POP).ljust(4000, b"N")
    found = facts(array(asm.proto(4), raw, aligned=False) + asm.STOP)
    assert limits(found) == ["what arrays read as opcodes may cost"]


def test_an_array_with_an_operand_that_is_longer_than_the_file() -> None:
    raw = asm.calls("mylib", "first") + b"\x8e" + (1 << 60).to_bytes(8, "little")
    raw = raw.ljust(-(-len(raw) // 8) * 8, b"N")
    found = facts(array(asm.proto(4), raw, aligned=False) + asm.STOP)
    assert limits(found) == []


def test_an_array_whose_first_opcode_is_long() -> None:
    """What follows a long value is read too, since ``pickle.load`` would."""
    value = asm.binbytes8(bytes(elsewhere.FAR + 100))
    raw = value + asm.POP + asm.system() + asm.STOP
    raw = raw.ljust(-(-len(raw) // 8) * 8, b"N")
    found = facts(array(asm.proto(4), raw, aligned=False) + asm.STOP)
    names = [f.fields["name"] for f in found if isinstance(f, Anomaly) and "name" in f.fields]
    assert names == ["system"] or limits(found)


def test_many_calls_in_arrays() -> None:
    calls = b"".join(asm.calls("mylib", f"f{n}") + asm.POP for n in range(elsewhere.MOST + 1))
    raw = calls.ljust(-(-len(calls) // 8) * 8, b"N")
    found = facts(array(asm.proto(4), raw, aligned=False) + asm.STOP)
    assert limits(found) == ["what arrays read as opcodes may cost"]


def test_many_persistent_ids() -> None:
    found = facts(asm.proto(4) + asm.persid("a") * 20 + asm.STOP)
    asked = [fact for fact in found if isinstance(fact, Metadata) and fact.key == "persistent-ids"]
    assert [fact.number for fact in asked] == [20]
