"""What importing binds, modules that lie here and names of those that do not, and what it omits."""

from __future__ import annotations

import ast
from collections.abc import Callable

from modelaudit.formats.python.values import Local, Named, Scope

Module = Callable[[str], Scope | None]
"""Imports a module that lies here and gives its scope; None for another one."""


def bind(node: ast.Import | ast.ImportFrom, scope: Scope, module: Module) -> None:
    """Bind the names of one statement. Raises Malformed where importing reaches a limit."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            _module(alias, scope, module)
    else:
        _names(node, scope, module)


def _module(alias: ast.alias, scope: Scope, module: Module) -> None:
    top = alias.name.partition(".")[0]
    whole = module(alias.name)
    here = whole if alias.asname else module(top)
    bound = alias.asname or top
    missing = Named(alias.name if alias.asname else top)
    scope.bind(bound, [missing if here is None else Local(here)])


def _names(node: ast.ImportFrom, scope: Scope, module: Module) -> None:
    name = _absolute(node, scope)
    here = module(name) if name else None
    for alias in node.names:
        bound = alias.asname or alias.name
        if alias.name == "*":
            scope.imported += [] if here else [name]
            for other, values in (here.names if here else {}).items():
                scope.bind(other, values)
        elif here is not None and alias.name in here.names:
            scope.bind(bound, here.names[alias.name])
        elif here is not None or node.level:
            beside = module(f"{name}.{alias.name}" if name else alias.name)
            scope.bind(bound, [Local(beside)] if beside else [])
        else:
            scope.bind(bound, [Named(f"{name}.{alias.name}")])


def _absolute(node: ast.ImportFrom, scope: Scope) -> str:
    """The module that a statement names, counted from the package for a relative one."""
    name = node.module or ""
    if not node.level:
        return name
    package = scope.home().rpartition(".")[0]
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1] if node.level > 1 else parts
    return ".".join([*kept, *([name] if name else [])])
