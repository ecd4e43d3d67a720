"""Texts that a template puts together, and the names that it gives them.

A look-up by such a text takes an attribute whose name the template does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jinja2 import nodes

_MAKING: Final = frozenset(
    {
        "join", "format", "format_map", "replace", "encode", "decode", "translate", "title",
        "swapcase", "capitalize", "center", "ljust", "rjust", "zfill", "expandtabs",
    }
)  # fmt: skip
"""Methods of texts, and filters, that make another one."""
_PLAIN: Final = frozenset(
    {
        "length", "count", "int", "float", "abs", "round", "first", "last", "list", "trim", "safe",
        "string", "lower", "upper", "default", "d", "items", "dictsort", "reverse", "selectattr",
        "rejectattr", "select", "reject", "map", "sort", "unique", "sum", "min", "max", "tojson",
    }
)  # fmt: skip
"""Filters that give what they are given, a part of it, or a number."""


_GIVING: Final = (
    nodes.Assign, nodes.AssignBlock, nodes.For, nodes.With, nodes.Call, nodes.Pair, nodes.Keyword
)  # fmt: skip


def is_made(node: nodes.Node, named: frozenset[str]) -> bool:
    """Whether a text is put together, out of parts or of a name of ``named``."""
    made, parts = False, list[nodes.Node]()
    match node:
        case nodes.Concat():
            made = True
        case nodes.Add(left=left, right=right):
            made = not (_is_number(left) or _is_number(right))
        case nodes.Mod(left=left):
            made = isinstance(left, nodes.Const) and isinstance(left.value, str)
        case nodes.Name(name=name) | nodes.NSRef(attr=name):
            made = name in named
        case nodes.Getattr(node=inner, attr=name):
            made, parts = name in named, [inner]
        case nodes.Getitem(node=inner, arg=key):
            made = isinstance(key, nodes.Const) and key.value in named
            parts = [inner]
        case nodes.Filter(name=name):
            made, parts = name not in _PLAIN, list(node.iter_child_nodes())
        case nodes.Call(node=nodes.Getattr(node=inner, attr=name)):
            made, parts = name in _MAKING, [inner]
        case nodes.Call(node=nodes.Name(name="range")) | nodes.Sub() | nodes.Compare():
            pass
        case _:
            parts = list(node.iter_child_nodes())
    return made or any(is_made(part, named) for part in parts)


def _is_number(node: nodes.Node) -> bool:
    match node:
        case nodes.Const(value=value):
            return isinstance(value, int | float)
        case nodes.Filter(name=name):
            return name in ("length", "count", "int")
        case nodes.Getattr(node=nodes.Name(name="loop")) | nodes.Sub() | nodes.Neg():
            return True
        case nodes.Add(left=left, right=right) | nodes.Mul(left=left, right=right):
            return _is_number(left) or _is_number(right)
        case _:
            return False


def made_names(tree: nodes.Template) -> frozenset[str]:
    """Names of variables, and keys of dictionaries, that some statement gives such a text."""
    pairs = list(_given(tree))
    named = frozenset[str]()
    while True:
        more = named | {name for name, value in pairs if value is None or is_made(value, named)}
        if more == named:
            return named
        named = more


def _given(tree: nodes.Template) -> Iterator[tuple[str, nodes.Node | None]]:
    """What each name is given; None for the text of a block."""
    macros = {one.name: one for one in tree.find_all(nodes.Macro)}
    for node in tree.find_all(_GIVING):
        match node:
            case nodes.Assign(target=target, node=value):
                yield from ((name, value) for name in _names(target))
            case nodes.AssignBlock(target=target):
                yield from ((name, None) for name in _names(target))
            case nodes.For(target=target, iter=value):
                yield from ((name, value) for name in _names(target))
            case nodes.With(targets=targets, values=values):
                for target, value in zip(targets, values, strict=False):
                    yield from ((name, value) for name in _names(target))
            case nodes.Call(node=nodes.Name(name=called), args=args, kwargs=kwargs):
                macro = macros.get(called)
                for name in [one.name for one in macro.args] if macro is not None else ():
                    yield from ((name, value) for value in (*args, *(one.value for one in kwargs)))
            case nodes.Pair(key=nodes.Const(value=str(name)), value=value):
                yield name, value
            case nodes.Keyword(key=name, value=value):
                yield name, value
            case _:
                pass


def _names(target: nodes.Node) -> Iterator[str]:
    match target:
        case nodes.Name(name=name):
            yield name
        case nodes.NSRef(attr=name):
            yield name
        case _:
            yield from (one.name for one in target.find_all(nodes.Name))
