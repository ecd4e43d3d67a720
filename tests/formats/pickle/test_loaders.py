"""What loading calls although no opcode says so, and where the two unpicklers differ."""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest

import modelaudit
from fixtures.recipes import asm
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Call, Fact, Import, State, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle import machine, size
from modelaudit.formats.pickle.inspector import inspect
from modelaudit.formats.pickle.streams import unmarked

ACT = asm.stack_global("lib", "act")
MAKE = asm.stack_global("lib", "C") + asm.EMPTY_TUPLE + asm.NEWOBJ


def facts(data: bytes) -> list[Fact]:
    return list(inspect(Source(data, "x.pkl"), Bounds.starting_now(Limits(), 1 << 20)))


def calls(data: bytes, name: str = "act") -> list[Call]:
    return [f for f in facts(data) if isinstance(f, Call) and f.name == name]


def given(name: str) -> bytes:
    """A state that puts a function under a name."""
    return asm.dict_(asm.text(name), ACT)


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (given("__setstate__"), asm.text("x") + asm.BUILD),
        (asm.tuple_(asm.NONE, given("__setstate__")), asm.text("x") + asm.BUILD),
        (
            asm.tuple_(asm.NONE, asm.dict_(asm.text("__dict__"), given("__setstate__"))),
            asm.text("x") + asm.BUILD,
        ),
        (given("extend"), asm.MARK + asm.text("x") + asm.APPENDS),
        (given("append"), asm.text("x") + asm.APPEND),
        (given("add"), asm.MARK + asm.text("x") + asm.ADDITEMS),
        (given("update"), asm.MARK + asm.text("x") + asm.ADDITEMS),
        (given("__new__"), asm.EMPTY_TUPLE + asm.NEWOBJ),
    ],
)
def test_what_a_state_put_there_is_called(state: bytes, then: bytes) -> None:
    found = calls(asm.stream(MAKE + state + asm.BUILD + then))
    assert [call.opcode for call in found] == ["REDUCE"]
    assert found[0].via


def test_a_state_may_be_a_dict_that_is_filled_later() -> None:
    ordered = asm.calls("collections", "OrderedDict")
    state = ordered + asm.text("__setstate__") + ACT + asm.SETITEM
    assert calls(asm.stream(MAKE + state + asm.BUILD + asm.NONE + asm.BUILD))


def test_a_key_that_is_computed_may_be_any() -> None:
    key = asm.calls("lib", "word")
    state = asm.dict_(key, ACT)
    assert calls(asm.stream(MAKE + state + asm.BUILD + asm.NONE + asm.BUILD))


def test_what_nothing_looks_up_is_not_called() -> None:
    assert not calls(asm.stream(MAKE + given("__setstate__") + asm.BUILD))
    assert not calls(asm.stream(MAKE + given("other") + asm.BUILD + asm.NONE + asm.BUILD))


@pytest.mark.parametrize("arguments", [asm.list_(asm.text("x")), asm.dict_(asm.text("x"), b"N")])
def test_arguments_may_be_any_iterable(arguments: bytes) -> None:
    found = calls(asm.stream(ACT + arguments + asm.REDUCE))
    assert [call.constants for call in found] == [("x",)]


@pytest.mark.parametrize(
    "value",
    [
        *(asm.int_(b"5\0x"), asm.int_(b"\0x"), asm.long_(b"5L\0x"), asm.float_(b"1.5\0x")),
        *(asm.int_("0x" + "f" * 9000), asm.int_("9" * 9000), asm.long_("9" * 9000 + "L")),
        *(asm.int_("0b1"), asm.int_("1_0"), asm.int_("017"), asm.int_(" 5 ")),
        asm.NONE + asm.put("1\0x") + asm.POP + asm.get("1\0y"),
        asm.NONE + asm.put("0" * 5000 + "1") + asm.POP + asm.get("1"),
        asm.NONE + asm.put("9" * 5000) + asm.POP + asm.get("9" * 5000),
        asm.list_(asm.NONE) + asm.MARK + asm.binint1(0) + asm.NONE + asm.SETITEMS,
        asm.bytearray8(b"x") + asm.binint1(1) + asm.APPEND,
    ],
)
def test_what_one_loader_reads_is_read(value: bytes) -> None:
    data = asm.proto(4) + asm.call(ACT, value) + asm.POP + asm.system() + asm.STOP
    found = facts(data)
    assert [f.name for f in found if isinstance(f, Call)] == ["act", "system"]
    assert not any(isinstance(f, Unreadable) for f in found)


def test_a_call_with_other_kinds_of_argument_is_not_only_counted() -> None:
    rebuild = ("torch._tensor", "_rebuild_from_type_v2")
    plain = asm.stack_global("lib", "plain")
    many = [asm.calls(*rebuild, plain) for _ in range(40)]
    data = asm.stream(asm.list_(*many, asm.calls(*rebuild, ACT)))
    assert len(calls(data)) == 1
    assert sum(call.count for call in calls(data, "_rebuild_from_type_v2")) == 41


def test_an_item_beyond_the_limit_counts_if_it_is_no_scalar() -> None:
    many = asm.MARK + asm.binint1(0) * 400 + ACT + asm.TUPLE
    found = calls(asm.stream(asm.stack_global("lib", "make") + many + asm.REDUCE), "make")
    assert "lib.act" in found[0].origins


@pytest.mark.parametrize("keys", [10, 200, 3000])
def test_an_attribute_that_is_run_is_found_after_any_number(keys: int) -> None:
    pairs = [asm.text(f"k{n}") + asm.NONE for n in range(keys)]
    last = asm.text("_parse_arg_template") + asm.text("import os")
    made = asm.stack_global("scipy.stats.x", "C") + asm.EMPTY_TUPLE + asm.NEWOBJ
    states = [f for f in facts(asm.stream(made + asm.dict_(*pairs, last) + asm.BUILD))
              if isinstance(f, State)]  # fmt: skip
    assert "_parse_arg_template" in states[0].keys


def test_an_attribute_that_is_run_is_found_in_any_instance() -> None:
    made = asm.stack_global("scipy.stats.x", "C") + asm.EMPTY_TUPLE + asm.NEWOBJ
    plain = made + asm.dict_(asm.text("formula"), asm.text("a")) + asm.BUILD
    last = made + asm.dict_(asm.text("formula"), asm.text("b")) + asm.BUILD
    found = facts(asm.stream(asm.list_(*[plain] * 500, last)))
    assert [f.texts for f in found if isinstance(f, State)] == [{"formula": ("a", "b")}]


def test_a_class_is_learned_until_its_index_is_stored_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "RUNS_FROM", 0)
    monkeypatch.setattr(machine, "SHORTEST_RUN", 1)
    name = asm.stack_global("lib", "C") + asm.binput(0)
    one = asm.binget(0) + asm.EMPTY_TUPLE + asm.NEWOBJ + asm.EMPTY_DICT
    one += asm.MARK + asm.text("a").replace(b"X\1\0\0\0", b"\x8c\1") + asm.NONE + b"ub"
    batch = asm.EMPTY_LIST + asm.MARK + one * 300 + asm.APPENDS
    again = batch + asm.POP + ACT + asm.binput(0) + asm.POP + batch
    data = asm.stream(name + asm.POP + batch + asm.POP + again)
    assert sum(call.count for call in calls(data) if call.opcode == "NEWOBJ") == 300


def test_what_was_found_before_a_limit_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EARLY", "OFTEN", "SELDOM"):
        monkeypatch.setattr(size, name, 64)
    monkeypatch.setattr(machine, "CHECKPOINT", 64)
    data = asm.proto(4) + asm.system() + asm.NONE * 5000 + asm.STOP
    found: list[Fact] = []
    bounds = Bounds.starting_now(Limits(max_memory=10_000), 1 << 20)
    with pytest.raises(Malformed):
        found.extend(inspect(Source(data, "x.pkl"), bounds))
    assert any(isinstance(f, Call) for f in found)


def test_an_unmarked_pickle_may_begin_with_any_amount_of_text() -> None:
    def look(data: bytes) -> bool:
        return unmarked(Source(data, "x.dat"), Bounds.starting_now(Limits(), 1 << 20))

    head = asm.text("a" * 100_000) + asm.POP
    assert look(head + asm.system() + asm.STOP)
    assert look(asm.unicode_("a" * 100_000) + asm.POP + asm.system())
    assert not look(head + asm.STOP)
    assert not look(b"Some text, which is not a pickle\ncat\ndog\n" * 1000)


def test_honest_objects_of_every_shape_have_no_limit() -> None:
    many = [OrderedDict({f"k{n}": n, "list": list(range(n % 300))}) for n in range(10_000)]
    found = facts(pickle.dumps(many, 2))
    assert not any(isinstance(f, Unreadable) for f in found)
    assert sum(f.count for f in found if isinstance(f, Call) and f.opcode == "REDUCE") == 10_000


def test_an_unmarked_pickle_in_an_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.dat", asm.text("a" * 9000) + asm.POP + asm.system() + asm.STOP)
    assert "PKL101" in {finding.rule for finding in modelaudit.scan([path]).findings}


@pytest.mark.parametrize(
    "found", [b"\x80\x02)\x84\x01\x02\x03\x04", b"ce\nfO\n", b"c\x07E\xd5\nx\n)R"]
)
def test_noise_is_no_pickle_that_is_hidden(found: bytes) -> None:
    """Names that nothing calls, and numbers of copyreg's registry, are in random bytes too."""
    noise = b"\xf5\x07\xe1" * 40
    assert not [fact for fact in facts(noise + found + noise) if isinstance(fact, Import)]


def test_a_call_behind_noise_is_found() -> None:
    noise = b"\xf5\x07\xe1" * 40
    assert calls(noise + b"cos\nsystem\n(S'id'\ntR" + noise, "system")
