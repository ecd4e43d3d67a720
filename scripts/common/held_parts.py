"""Which classes make an instance of another one for themselves, and what they call it for."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from scripts.common.classes import Class, Sources, find_class, lineage
from scripts.common.constants import is_name


def by_part(
    all_of: Sources, classes: Iterable[tuple[str, Class]], main: tuple[str, ...]
) -> dict[str, dict[str, bool]]:
    """By class those that make one, and whether they only call other methods of it than its main.

    That is the first of ``main`` that it has. Training does not count. A class that hands its part
    on to other code may call any.
    """
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for holder, class_ in classes:
        line = lineage(all_of, class_)
        made = {a: part for one in line for a, part in _made(all_of, one).items()}
        for attribute, part in made.items():
            called = _called(line, attribute)
            methods = {name for one in lineage(all_of, part) for name in one.methods}
            first = next((name for name in main if name in methods), "")
            of = found[f"{part.source.dotted}.{part.node.name}"]
            of[holder] = of.get(holder, True) and bool(called and first) and first not in called
    return dict(found)


def _made(all_of: Sources, class_: Class) -> dict[str, Class]:
    """``self.part = Part(...)``: the attributes, and the classes of the package."""
    found = {}
    for method in class_.methods.values():
        for node in ast.walk(method):
            match node:
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)],
                    value=ast.Call(func=ast.Name(id=name)),
                ):
                    part = find_class(all_of, class_.source.dotted, name)
                    if part is not None:
                        found[attribute] = part
    return found


def _called(line: list[Class], attribute: str) -> set[str]:
    """The methods that are called of a part; empty where something else is done with it, too."""
    called: set[str] = set()
    for function in (f for one in line for name, f in one.methods.items() if "fit" not in name):
        uses = 0
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _is_part(
                getattr(node.func, "value", None), attribute
            ):
                called.add(getattr(node.func, "attr", ""))
                uses -= 1
            uses += _is_part(node, attribute)
        if uses:
            return set()
    return called


def _is_part(node: ast.AST | None, attribute: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and is_name(node.value, "self")
        and isinstance(node.ctx, ast.Load)
    )
