"""A bounded, readable rendering of values: the arguments that a finding shows."""

from __future__ import annotations

from typing import Final

from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Box, Global, Persistent, Result, Value

MOST_DEPTH: Final = 4
MOST_ITEMS: Final = 6
MOST_TEXT: Final = 80
MOST_CHARACTERS: Final = 240


def render(values: Values, value: Value) -> str:
    """At most ``MOST_CHARACTERS`` of Python-like text; the text is hostile and not escaped."""
    return _cut(_render(values, value, MOST_DEPTH), MOST_CHARACTERS)


def render_arguments(values: Values, arguments: Value) -> str:
    """The same of a call's argument tuple, without its parentheses."""
    if isinstance(arguments, tuple):
        return _cut(_items(values, list(arguments), MOST_DEPTH), MOST_CHARACTERS)
    if values.scalar(arguments) == ():
        return ""
    return "*" + render(values, arguments)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _render(values: Values, value: Value, depth: int) -> str:  # noqa: PLR0911  one a type
    if isinstance(value, int):
        return _scalar(values, value)
    if depth == 0:
        return "…"
    if isinstance(value, tuple):
        inner = _items(values, list(value), depth - 1)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Global):
        return value.dotted or "<computed name>"
    if isinstance(value, Result):
        return _result(values, value, depth - 1)
    if isinstance(value, Box):
        return _box(values, value, depth - 1)
    if isinstance(value, Persistent):
        return f"<persistent {_render(values, value.ident, depth - 1)}>"
    return "…"


def _result(values: Values, value: Result, depth: int) -> str:
    callee = _render(values, value.callee, depth)
    if isinstance(value.arguments, tuple):
        return f"{callee}({_items(values, list(value.arguments), depth)})"
    return f"{callee}(…)"


def _scalar(values: Values, position: int) -> str:
    try:
        value = opcodes.literal(values.source.data, position, MOST_TEXT + 1)
    except ValueError:
        return "<undecodable>"
    if isinstance(value, str | bytes):
        return repr(value[:MOST_TEXT]) + ("…" if len(value) > MOST_TEXT else "")
    return "…" if value is ... else _cut(repr(value), MOST_TEXT)


def _items(values: Values, items: list[Value], depth: int) -> str:
    shown = [_render(values, item, depth) for item in items[:MOST_ITEMS]]
    return ", ".join(shown + (["…"] if len(items) > MOST_ITEMS else []))


def _box(values: Values, box: Box, depth: int) -> str:
    items = values.contents(box) if depth else []
    if box.kind != "dict":
        inner = _items(values, items, depth)
        return f"[{inner}]" if box.kind == "list" else f"{box.kind}([{inner}])"
    pairs = zip(items[0 : 2 * MOST_ITEMS : 2], items[1 : 2 * MOST_ITEMS : 2], strict=False)
    shown = [f"{_render(values, k, depth)}: {_render(values, v, depth)}" for k, v in pairs]
    return "{" + ", ".join(shown + (["…"] if len(items) > 2 * MOST_ITEMS else [])) + "}"
