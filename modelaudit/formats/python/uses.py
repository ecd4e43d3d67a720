"""One use of a name of another module, and what a call says of its arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

When = Literal["import", "load", "use"]
How = Literal["call", "reference", "assignment"]
Words = Callable[[ast.expr], str | None]
"""Gives the constant text of an expression; None for another one."""
UNKNOWN: Final = "**"
"""The keyword under which arguments stand whose own keywords are not known."""
_HERE: Final = "__file__"
MEMORY: Final = "<bytes>"
"""What stands for a file that only memory has, among the arguments."""
IN_MEMORY: Final = frozenset(
    {"io.BytesIO", "tempfile.TemporaryFile", "tempfile.SpooledTemporaryFile"}
)
_MOST_NODES: Final = 200


@dataclass(frozen=True, slots=True)
class Reach:
    """One use of a name of another module.

    ``how`` is what happens to it, ``within`` the function that does it. Of a call, ``arguments``
    has the constant texts among the positional arguments, empty ones for the others, and
    ``keywords`` those that are given by name. ``file`` and ``line`` are its place.
    """

    dotted: str
    how: How
    when: When
    within: str
    arguments: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]
    file: str
    line: int


def positional(node: ast.Call, words: Words) -> tuple[str, ...]:
    """The positional arguments; what an unknown sequence is unpacked into counts as two of them."""
    found: list[str] = []
    for one in node.args:
        match one:
            case ast.Starred(value=ast.Tuple(elts=parts) | ast.List(elts=parts)):
                found += [_said(part, words) for part in parts]
            case ast.Starred():
                found += ["", ""]
            case _:
                found.append(_said(one, words))
    return tuple(found)


def by_name(node: ast.Call, words: Words) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for one in node.keywords:
        match one:
            case ast.keyword(arg=str(name), value=value):
                found.append((name, _said(value, words)))
            case ast.keyword(value=ast.Dict(keys=keys, values=values)):
                pairs = zip(keys, values, strict=True)
                found += [((key and words(key)) or UNKNOWN, _said(v, words)) for key, v in pairs]
            case _:
                found.append((UNKNOWN, ""))
    return tuple(found)


def _said(node: ast.expr, words: Words) -> str:
    """A constant, or that the file's own place is in it, which is a place inside the artifact."""
    text = words(node)
    if text is not None:
        return text
    match node:
        case ast.Constant(value=bool() | None as value):
            return str(value)
    for count, part in enumerate(ast.walk(node)):
        if count > _MOST_NODES:
            break
        if isinstance(part, ast.Name) and part.id == _HERE:
            return f"{_HERE}{_below(node, words)}"
    return ""


def _below(node: ast.expr, words: Words) -> str:
    """The constant parts of a path, such as ``os.path.join(os.path.dirname(__file__), "src")``."""
    match node:
        case ast.Call(args=args):
            parts = [_below(one, words) or words(one) for one in args]
            return "".join(one if one[:1] == "/" else f"/{one}" for one in parts if one)
        case ast.BinOp(left=left, right=right):
            return _below(left, words) + (words(right) or _below(right, words))
        case _:
            return ""
