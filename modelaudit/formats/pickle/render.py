"""A bounded, readable rendering of what the stack holds: the arguments that a finding shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.values import Box, Global, Persistent, Result, Value

if TYPE_CHECKING:
    from modelaudit.formats.pickle.machine import Machine

MOST_DEPTH: Final = 4
MOST_ITEMS: Final = 6
MOST_TEXT: Final = 80
MOST_CHARACTERS: Final = 240


def render(machine: Machine, value: Value) -> str:
    """At most ``MOST_CHARACTERS`` of Python-like text; the text is hostile and not escaped."""
    return _cut(_render(machine, value, MOST_DEPTH), MOST_CHARACTERS)


def render_arguments(machine: Machine, arguments: Value) -> str:
    """The same of a call's argument tuple, without its parentheses."""
    if isinstance(arguments, tuple):
        return _cut(_items(machine, list(arguments), MOST_DEPTH), MOST_CHARACTERS)
    if machine.scalar(arguments) == ():
        return ""
    return "*" + render(machine, arguments)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _render(machine: Machine, value: Value, depth: int) -> str:  # noqa: PLR0911  one a type
    if isinstance(value, int):
        return _scalar(machine, value)
    if depth == 0:
        return "…"
    if isinstance(value, tuple):
        inner = _items(machine, list(value), depth - 1)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Global):
        return value.dotted or "<a name that the stream does not tell>"
    if isinstance(value, Result):
        return _result(machine, value, depth - 1)
    if isinstance(value, Box):
        return _box(machine, value, depth - 1)
    if isinstance(value, Persistent):
        return f"<persistent {_render(machine, value.ident, depth - 1)}>"
    return "…"


def _result(machine: Machine, value: Result, depth: int) -> str:
    callee = _render(machine, value.callee, depth)
    if isinstance(value.arguments, tuple):
        return f"{callee}({_items(machine, list(value.arguments), depth)})"
    return f"{callee}(…)"


def _scalar(machine: Machine, position: int) -> str:
    try:
        value = opcodes.literal(machine.source.data, position, MOST_TEXT + 1)
    except ValueError:
        return "<undecodable>"
    if isinstance(value, str | bytes):
        return repr(value[:MOST_TEXT]) + ("…" if len(value) > MOST_TEXT else "")
    return _cut(repr(value), MOST_TEXT)


def _items(machine: Machine, items: list[Value], depth: int) -> str:
    shown = [_render(machine, item, depth) for item in items[:MOST_ITEMS]]
    return ", ".join(shown + (["…"] if len(items) > MOST_ITEMS else []))


def _box(machine: Machine, box: Box, depth: int) -> str:
    items = machine.contents(box) if depth else []
    if box.kind != "dict":
        inner = _items(machine, items, depth)
        return f"[{inner}]" if box.kind == "list" else f"{box.kind}([{inner}])"
    pairs = zip(items[0 : 2 * MOST_ITEMS : 2], items[1 : 2 * MOST_ITEMS : 2], strict=False)
    shown = [f"{_render(machine, k, depth)}: {_render(machine, v, depth)}" for k, v in pairs]
    return "{" + ", ".join(shown + (["…"] if len(items) > 2 * MOST_ITEMS else [])) + "}"
