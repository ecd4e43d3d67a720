"""Text that loading an exported program evaluates."""

from __future__ import annotations

import json

import pytest

from modelaudit.core.facts import Anomaly, Fact, Import, Unreadable
from modelaudit.core.source import Source
from modelaudit.formats.torch import expressions
from modelaudit.formats.torch.expressions import evaluated


def facts(graph: object) -> list[Fact]:
    data = json.dumps(graph).encode()
    return list(evaluated(Source(data, "model.json"), data))


def kinds(expression: str, key: str = "expr_str") -> list[str]:
    found = facts({key: [expression] if key == "guards_code" else expression})
    return [fact.kind for fact in found if isinstance(fact, Anomaly)]


@pytest.mark.parametrize(
    "expression",
    [
        "Symbol('s0', positive=True, integer=True)",
        "Mul(Integer(3), Add(Symbol('u0', integer=True), Integer(-1)))",
        "TruncToInt(Mul(Float('1.5', precision=53), ToFloat(Symbol('s0', integer=True))))",
        "2*s0 + Max(1, s1)//8",
        "LessThan(Symbol('u0', integer=True), Integer(64))",
        "(s0 > 1) & (s1 <= 2)",
    ],
)
def test_what_torch_writes(expression: str) -> None:
    assert not kinds(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "exec('1')",
        "Max('1', 2)",
        "S('1')",
        "().__class__",
        "[x for x in y]",
        "lambda: 0",
        "f'{x}'",
        "s0 +",
        "s0" * 10_000,
        "(" * 500 + ")" * 500,
    ],
)
def test_code(expression: str) -> None:
    assert kinds(expression) == ["exported-code"]


def test_unknown_class() -> None:
    assert kinds("Zeta(1)") == ["exported-function"]


def test_guards() -> None:
    assert not kinds("L['x'].size()[0] % 2 == 0", "guards_code")
    assert not kinds("L['mode'] == 'fast'", "guards_code")
    assert kinds("L['x'].__class__", "guards_code") == ["exported-code"]
    assert kinds("open('x')", "guards_code") == ["exported-code"]


def test_imports() -> None:
    factory = {"default_factory_module": "os", "default_factory_name": "system"}
    choice = json.dumps({"__enum__": True, "fqn": "housing.model:Kind", "name": "A"})
    spec = json.dumps([1, {"context": factory, "children_spec": [{"context": choice}]}])
    found = facts({"in_spec": spec, "out_spec": json.dumps([1, {"context": "null"}])})
    names = [(fact.module, fact.name) for fact in found if isinstance(fact, Import)]
    assert names == [("os", "system"), ("housing.model", "Kind")]


def test_deep_description() -> None:
    deep: object = 1
    for _ in range(expressions.DEEPEST + 2):
        deep = [deep]
    (found,) = facts({"in_spec": json.dumps(deep)})
    assert isinstance(found, Import)
    assert not found.module


def test_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "MOST", 2)
    found = facts([{"expr_str": f"s{number}"} for number in range(3)])
    assert [fact.reason for fact in found if isinstance(fact, Unreadable)] == ["limit"]
