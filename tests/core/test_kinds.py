"""The vocabulary is closed: a kind is registered, is yielded somewhere, and has its fields."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from modelaudit.core import kinds
from modelaudit.core.facts import Anomaly, Fact, Metadata, Unreadable
from modelaudit.core.limits import Limits
from modelaudit.discovery.discover import discover
from modelaudit.engine import inspect_artifact

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "modelaudit"
REGISTRY = PACKAGE / "core" / "kinds"
CALLS: dict[str, Callable[[], Mapping[str, Any]]] = {
    "Anomaly": kinds.anomalies,
    "Unreadable": kinds.reasons,
    "Malformed": kinds.reasons,
    "Metadata": kinds.metadata,
}
ASKED: dict[str, tuple[str, Callable[[], Mapping[str, object]]]] = {
    "Anomaly": ("kind", kinds.anomalies),
    "Unreadable": ("reason", kinds.reasons),
    "Metadata": ("key", kinds.metadata),
}
"""By kind of fact, the field that the registry closes."""


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if REGISTRY not in path.parents]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in CALLS and node.args:
            yield node.func.id, node


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_what_readers_yield_is_registered(path: Path) -> None:
    for name, call in calls(ast.parse(path.read_text())):
        first = call.args[0]
        if not isinstance(first, ast.Constant):
            assert not isinstance(first, ast.JoinedStr | ast.BinOp), f"{path}:{call.lineno}"
            continue
        known = CALLS[name]()
        assert isinstance(first.value, str), f"{path}:{call.lineno}"
        assert first.value in known, f"{path}:{call.lineno}: {first.value} is not registered"
        if name != "Metadata" and isinstance(call.args[1], ast.Dict):
            given = {key.value for key in call.args[1].keys if isinstance(key, ast.Constant)}
            assert given == set(known[first.value].fields), f"{path}:{call.lineno}"


def test_what_is_registered_is_yielded() -> None:
    texts = [p.read_text() for p in PACKAGE.rglob("*.py") if REGISTRY not in p.parents]
    spelled = {
        node.value
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    listed = {*kinds.anomalies(), *kinds.reasons(), *kinds.metadata()}
    assert sorted(listed - spelled) == []


def test_no_name_is_registered_twice() -> None:
    for registry in ("ANOMALIES", "REASONS", "METADATA"):
        names = [n for family in kinds.families() for n in getattr(family, registry)]
        assert sorted({name for name in names if names.count(name) > 1}) == []


RULES = sorted((ROOT / "rules").glob("*/[A-Z]*.yaml"))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_what_rules_ask_for_is_registered(path: Path) -> None:
    text = path.read_text()
    about = re.search(r"^for: (\w+)$", text, re.MULTILINE)
    if about is None or about[1] not in ASKED:
        return
    field, listed_kinds = ASKED[about[1]]
    names = re.findall(rf"\bfact\.{field}\s*[!=]=\s*[\"']([^\"']+)[\"']", text)
    for listed in re.findall(rf"\bfact\.{field}\s+in\s+\[([^\]]*)\]", text):
        names += re.findall(r"[\"']([^\"']+)[\"']", listed)
    assert sorted(set(names) - set(listed_kinds())) == []


def facts() -> Iterator[Fact]:
    for found in discover([str(ROOT / "fixtures")]):
        inspection = inspect_artifact(found, Limits())
        if inspection is not None:
            yield from inspection.facts


def test_facts_of_all_fixtures_have_the_fields_of_their_kind() -> None:
    wrong: set[str] = set()
    for fact in facts():
        if isinstance(fact, Metadata):
            key = kinds.metadata().get(fact.key)
            if key is None or (key.value == "number") != (fact.number >= 0):
                wrong.add(f"metadata {fact.key}: {fact.value!r} {fact.number}")
        elif isinstance(fact, Anomaly | Unreadable):
            name = fact.kind if isinstance(fact, Anomaly) else fact.reason
            known = (kinds.anomalies() if isinstance(fact, Anomaly) else kinds.reasons()).get(name)
            if known is None or set(fact.fields) != known.fields:
                wrong.add(f"{name}: {fact.fields}")
    assert sorted(wrong) == []
