"""Containers that change otherwise than by the opcodes that fill them.

A method that is called on one changes it, and so does an instance that keeps one: filling a
``UserDict`` fills the dict that its state brought. Picklers do neither. What such a container has
is not known any more, so it counts as one of which items were left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.formats.pickle.values import Box, Global, Result, Value, dotted, rich

_CHANGE: Final = frozenset(
    {
        *("dict.pop", "dict.setdefault", "dict.update", "list.append", "list.extend"),
        *("list.insert", "list.pop", "list.sort", "set.add", "set.discard", "set.update"),
    }
)
"""Methods of builtin containers that change what they are called on."""
_SHUFFLE: Final = ".shuffle"
_DEEP: Final = 4
"""Values inside each other in which a container is looked for."""


def called(callee: Value, arguments: Value) -> None:
    """What a call does to the containers that it is given."""
    if not isinstance(callee, Global | Result):
        return
    name = dotted(callee).removeprefix("builtins.")
    if isinstance(callee, Result) or name in _CHANGE or name.endswith(_SHUFFLE):
        bound = callee.arguments if isinstance(callee, Result) else ()
        _change((bound, arguments))


def filled(target: Value) -> None:
    """What opcodes that fill an instance, or give it more, do to the containers that it keeps."""
    if isinstance(target, Result) and (target.states or target.arguments != ()):
        _change((target.arguments, *target.states))


def _change(values: tuple[Value, ...]) -> None:
    for box in _boxes(values, _DEEP):
        box.cut = True


def _boxes(values: tuple[Value, ...] | list[Value], depth: int) -> Iterator[Box]:
    for value in rich(list(values)):
        if isinstance(value, Box):
            yield value
        if not depth:
            continue
        if isinstance(value, Result):
            yield from _boxes((value.arguments, *value.states), depth - 1)
        elif isinstance(value, Box):
            yield from _boxes(value.items, depth - 1)
        elif isinstance(value, tuple):
            yield from _boxes(value, depth - 1)
