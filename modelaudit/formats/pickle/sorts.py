"""What tells the arguments of one call from those of another: names and classes, not numbers."""

from __future__ import annotations

from typing import Final

from modelaudit.formats.pickle.makers import ITEMS_A_STEP, MORE, Makers
from modelaudit.formats.pickle.values import Box, Global, Result, Value

MOST_IN_ORDER: Final = 8
"""Items of a tuple whose place matters."""
_DEEP: Final = 3
"""Containers inside each other in which kinds of argument are distinguished."""

_Known = dict[tuple[int, int], object]


class Sorts:
    """Sorts of argument, by what is in them."""

    def __init__(self, makers: Makers) -> None:
        self._makers = makers

    def of(self, value: Value) -> object:
        """Equal for arguments with which a call does the same."""
        return 0 if type(value) is int else self._sort(value, _DEEP, {})

    def _sort(self, value: Value, depth: int, known: _Known) -> object:
        if type(value) is int:
            return 0
        if isinstance(value, Result):
            root = value.root if isinstance(value.root, Global) else type(value.root)
            rich = value.arguments != () or value.states or value.filled
            return ("result", root, self._makers.of(value) if rich else "")
        if not isinstance(value, tuple | Box):
            return value if isinstance(value, Global) else type(value)
        if depth == _DEEP:
            return self._inside(value, depth, known)
        place = (id(value), depth)
        if place not in known:
            known[place] = self._inside(value, depth, known) if depth else self._makers.of(value)
        return known[place]

    def _inside(self, value: tuple[Value, ...] | Box, depth: int, known: _Known) -> object:
        """The sorts of what a container has; past the limit only of a few arguments."""
        kind, items = (value.kind, value.items) if isinstance(value, Box) else ("", value)
        goes_on = self._makers.spend(1 + len(items) // ITEMS_A_STEP)
        if not goes_on and (depth < _DEEP or len(items) > MOST_IN_ORDER):
            return (kind, MORE)
        sorts = [self._sort(item, depth - 1, known) for item in items]
        if isinstance(value, Box):
            return (kind, frozenset(sorts))
        return tuple(sorts) if len(sorts) <= MOST_IN_ORDER else frozenset(sorts)
