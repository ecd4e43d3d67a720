"""What calls and states say as data: origins and constants of arguments, texts of attributes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import modelaudit
from fixtures.recipes import asm
from modelaudit.core.facts import Call, Fact, State, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle.inspector import inspect
from modelaudit.formats.pickle.states import MOST_TEXT


def facts(data: bytes) -> list[Fact]:
    return list(inspect(Source(data, "x.pkl"), Bounds.starting_now(Limits(), 1 << 20)))


def call(data: bytes, name: str) -> Call:
    return next(f for f in facts(data) if isinstance(f, Call) and f.name == name)


def state(*states: bytes, module: str = "lib") -> State:
    """The state of class ``C``, whose instances get these."""
    made = asm.stack_global(module, "C") + asm.EMPTY_TUPLE + asm.NEWOBJ
    data = asm.stream(asm.list_(*(made + one + asm.BUILD for one in states)))
    return next(f for f in facts(data) if isinstance(f, State))


@pytest.mark.parametrize(
    ("argument", "origin", "constant"),
    [
        (asm.text("id"), "constant", "id"),
        (asm.binint1(7), "constant", "7"),
        (asm.short_binbytes(b"\xff"), "constant", "\xff"),
        (asm.text("x" * 100), "constant", "x" * 80),
        (asm.stack_global("os", "path"), "os.path", ""),
        (asm.calls("builtins", "slice", asm.binint1(1)), "builtins.slice()", ""),
        (asm.list_(asm.binint1(1)), "other", ""),
    ],
)
def test_an_argument_has_its_origin(argument: bytes, origin: str, constant: str) -> None:
    found = call(asm.stream(asm.calls("lib", "make", argument)), "make")
    assert found.origins == (origin,)
    assert found.constants == (constant,)


def test_a_call_without_arguments_has_no_origins() -> None:
    assert call(asm.stream(asm.calls("lib", "make")), "make").origins == ()


def test_arguments_that_are_computed_are_other() -> None:
    callee, arguments = asm.stack_global("lib", "make"), asm.calls("lib", "arguments")
    assert call(asm.stream(callee + arguments + asm.REDUCE), "make").origins == ("other",)


def test_texts_of_all_instances_with_the_same_keys_are_kept() -> None:
    found = state(*(asm.dict_(asm.text("a"), asm.text(word)) for word in ("x", "y", "x")))
    assert (found.count, found.texts) == (3, {"a": ("x", "y")})


def test_short_texts_in_lists_and_tuples_are_kept() -> None:
    nested = asm.list_(asm.tuple_(asm.text("rest"), asm.text("drop")), asm.text("x" * 81))
    assert state(asm.dict_(asm.text("steps"), nested)).texts == {"steps": ("rest", "drop")}


def test_bytes_and_long_texts_are_texts() -> None:
    found = state(
        asm.dict_(asm.text("a"), asm.short_binbytes(b"raw")),
        asm.dict_(asm.text("a"), asm.binunicode("x" * (MOST_TEXT + 1))),
    )
    assert found.texts["a"][0] == "raw"
    assert len(found.texts["a"][1]) == MOST_TEXT
    assert found.texts["a"][1].endswith("…")


def test_what_calls_return_is_an_object() -> None:
    found = state(asm.dict_(asm.text("a"), asm.calls("lib", "make")))
    assert (found.texts, found.objects) == ({}, {"a": ("lib.make",)})


def test_what_holds_an_instance_is_counted() -> None:
    inner = asm.calls("lib", "Part") + asm.dict_(asm.text("b"), asm.binint1(1)) + asm.BUILD
    outer = asm.calls("lib", "Whole") + asm.dict_(asm.text("a"), inner) + asm.BUILD
    states = (f for f in facts(asm.stream(asm.list_(outer, inner))) if isinstance(f, State))
    found = {one.name: one for one in states}
    assert (found["Part"].count, found["Part"].held) == (2, {"lib.Whole": 1})
    assert found["Whole"].held == {}


def test_a_state_of_very_many_keys_is_not_whole() -> None:
    pairs = (part for n in range(200) for part in (asm.text(f"k{n}"), asm.binint1(1)))
    assert not state(asm.dict_(*pairs)).whole
    assert state(asm.dict_(asm.text("a"), asm.binint1(1))).whole


MODULE = "scipy.stats._continuous_distns"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("_parse_arg_template", asm.text("import os")),
        ("_parse_arg_template", asm.short_binbytes(b"import os")),
        ("_parse_arg_template", asm.calls("_codecs", "encode", asm.text("import os"))),
        ("_parse_arg_template", asm.stack_global("lib", "code")),
        ("formula", asm.text("y ~ eval('1')")),
        ("formula", asm.binunicode("y ~ " + "x + " * MOST_TEXT + "eval('1')")),
    ],
)
def test_text_that_a_class_runs_is_found_in_any_instance(
    tmp_path: Path, key: str, value: bytes
) -> None:
    made = asm.stack_global(MODULE, "gamma_gen") + asm.EMPTY_TUPLE + asm.NEWOBJ
    harmless = asm.dict_(asm.text("formula"), asm.text("y ~ x"))
    harmful = asm.dict_(asm.text(key), value)
    path = tmp_path / "model.pkl"
    parts = [made + one + asm.BUILD for one in (*[harmless] * 10, harmful)]
    path.write_bytes(asm.stream(asm.list_(*parts)))
    assert "PKL118" in {finding.rule for finding in modelaudit.scan([path]).findings}


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"<!DOCTYPE html>", "a web page or XML"),
        (b"\n <html>", "a web page or XML"),
        (b'{"error": 404}', "JSON"),
        (b"~ no model here\n", "text"),
        (b"\xfe\x00", "other binary data (byte fe)"),
        (b"", "an empty file"),
    ],
)
def test_what_is_not_a_pickle_is_named(data: bytes, content: str) -> None:
    found = [fact for fact in facts(data) if isinstance(fact, Unreadable)]
    assert [(fact.reason, fact.fields) for fact in found] == [
        ("not-a-pickle", {"content": content})
    ]


def test_a_pickle_that_is_cut_is_broken() -> None:
    found = [f for f in facts(pickle.dumps(["a" * 20])[:-5]) if isinstance(f, Unreadable)]
    assert [fact.reason for fact in found] == ["broken-stream"]


def test_an_object_of_the_loader_by_its_text_is_passed_on() -> None:
    found = facts(asm.proto(4) + asm.persid("") + b"Q" + asm.TUPLE1 + asm.STOP)
    assert not [fact for fact in found if isinstance(fact, Unreadable)]
