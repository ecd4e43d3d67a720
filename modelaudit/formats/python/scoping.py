"""Which names the statements of a module bind, and in which scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from modelaudit.formats.python.values import Scope

_REBINDS: Final = frozenset({"globals", "vars", "locals", "setattr", "exec", "__dict__"})
"""Names by which a module can change a name of its own that no statement assigns."""


def declared(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """All names that a statement anywhere in a module binds."""
    return frozenset(name for node in nodes for name in _bound(node))


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.arg(arg=name):
            yield name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case _:
            yield from captures(node)


def captures(node: ast.AST) -> Iterator[str]:
    """The names that ``except … as`` and a pattern of ``case`` bind, and type parameters."""
    match node:
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _ if type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):
            yield from (value for field, value in ast.iter_fields(node) if field == "name")


def move(node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    """Bind names from here on where ``global`` and ``nonlocal`` say."""
    for name in node.names:
        target = scope.root()
        if isinstance(node, ast.Nonlocal):
            around = scope.outer
            while around is not None and around.outer is not None:
                if name in around.names:
                    target = around
                    break
                around = around.outer
        if target is not scope:
            scope.elsewhere[name] = target


def skips_main(nodes: Sequence[ast.AST]) -> bool:
    """Whether what a module does only as a script is left out when it is imported.

    It is, unless the module could have changed its own ``__name__``.
    """
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _REBINDS:
                return False
            case ast.Attribute(attr="__name__", ctx=ast.Store()):
                return False
            case _ if "__name__" in _bound(node):
                return False
    return True


def is_main(test: ast.expr) -> bool:
    """Whether a condition holds only for a file that is run as a script."""
    match test:
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]
        ):
            return True
        case _:
            return False
