"""The attributes that an instance gets when it is loaded, although its state may lack them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from scripts.common.classes import Class


def restored(class_: Class) -> set[str]:
    """Attributes that ``__setstate__`` sets, or puts into the state where they are not in it.

    What it sets under another condition it may only have turned into something else.
    """
    method = class_.methods.get("__setstate__")
    return _set_by(method.body) if method is not None else set()


def restored_by(class_: Class, methods: Iterable[str]) -> set[str]:
    """Everything that the package's own methods set that its way of loading calls."""
    return {
        node.attr
        for name in methods
        if name in class_.methods
        for node in ast.walk(class_.methods[name])
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _set_by(body: list[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.If):
            lacking = any(isinstance(node, ast.NotIn) for node in ast.walk(statement.test))
            found |= _set_by(statement.body) if lacking else set()
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                found |= _texts(ast.walk(node.slice))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setdefault":
                found |= _texts(node.args[:1])
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
                # state.get("_handle", state.get("handle")): made of another one where it lacks
                other = any(not isinstance(n, ast.Constant) for n in node.args[1:])
                found |= _texts(node.args[:1]) if other else set()
    return found


def _texts(nodes: Iterable[ast.AST]) -> set[str]:
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {value for value in values if isinstance(value, str)}
