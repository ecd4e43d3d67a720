"""Constant texts in Python source, put together as far as that takes no running."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

MOST_TEXT: Final = 1000
"""Characters of one text that are kept."""
MOST_DEPTH: Final = 20
"""Expressions inside each other: deeper than anyone writes a constant."""


def text(node: ast.expr, named: Callable[[str], str | None], depth: int = 0) -> str | None:
    """The text that an expression is; None for one that is no constant.

    ``named`` gives the constant text of a name, and None for another name.
    """
    if depth > MOST_DEPTH:
        return None
    found = _text(node, named, depth + 1)
    return found if found is None else found[:MOST_TEXT]


def _text(node: ast.expr, named: Callable[[str], str | None], depth: int) -> str | None:
    found: str | None = None
    match node:
        case ast.Constant(value=str(value)):
            found = value
        case ast.Constant(value=bytes(raw)):
            found = raw.decode("latin-1")
        case ast.Name(id=name):
            found = named(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            found = _joined([text(left, named, depth), text(right, named, depth)])
        case ast.JoinedStr(values=values):
            found = _joined([text(value, named, depth) for value in values])
        case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
            found = text(inner, named, depth)
        case ast.Call(func=ast.Attribute(value=inner, attr="join"), args=[many]):
            between = text(inner, named, depth)
            if between is not None and isinstance(many, ast.List | ast.Tuple):
                found = _joined([text(one, named, depth) for one in many.elts], between)
        case ast.Subscript(value=inner, slice=ast.Slice(lower=None, upper=None, step=step)):
            whole = text(inner, named, depth)
            match step:
                case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)) if whole:
                    found = whole[::-1]
    return found


def _joined(parts: list[str | None], between: str = "") -> str | None:
    known = [part for part in parts if part is not None]
    return between.join(known) if len(known) == len(parts) else None
