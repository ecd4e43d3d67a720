"""Whether a method calls something that it reaches from an attribute of its instance."""

from __future__ import annotations

import ast

from scripts.common.classes import Function

_FIXED = frozenset({"__dict__", "__class__", "__slots__", "__doc__", "__module__"})
"""Attributes that a state does not choose, or that hold what cannot act."""


def acts(function: Function) -> bool:
    """Whether a state decides what a call in the method calls."""
    given = [*function.args.posonlyargs, *function.args.args]
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    if not given or decorators & {"staticmethod", "classmethod"}:
        return False
    instance = given[0].arg
    carriers = _carriers(function, instance)
    return any(
        isinstance(node, ast.Call) and _brought(node.func, instance, carriers)
        for node in ast.walk(function)
    )


def _carriers(function: Function, instance: str) -> set[str]:
    """Local names for what an attribute holds, or for an item of it."""
    found: set[str] = set()
    for _ in range(2):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                pairs = [(target, node.value) for target in node.targets]
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                pairs = [(node.target, node.iter)]
            elif isinstance(node, ast.NamedExpr):
                pairs = [(node.target, node.value)]
            else:
                continue
            for target, value in pairs:
                if _brought(value, instance, found):
                    named = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
                    found |= named - {instance}
    return found


def _brought(node: ast.expr, instance: str, carriers: set[str]) -> bool:
    """Whether an expression leads to an attribute of the instance, or to what that holds."""
    last = ""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Attribute):
            last, node = node.attr, node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            node = node.func
    if not isinstance(node, ast.Name):
        return False
    return node.id in carriers or (node.id == instance and bool(last) and last not in _FIXED)
