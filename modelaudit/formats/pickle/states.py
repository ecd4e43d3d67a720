"""The keys of the states that BUILD gives to instances, merged where a class has the same again.

A class is written with the attributes that it had; another release of it may miss one. The state
of ``numpy.dtype`` is a tuple, whose fourth item names the fields of a structured type.
https://docs.python.org/3/library/pickle.html#object.__setstate__
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from modelaudit.facts import State
from modelaudit.formats.pickle.values import MOST_ITEMS, Box, Global, Value

if TYPE_CHECKING:
    from modelaudit.formats.pickle.machine import Machine
    from modelaudit.source import Source

SHAPES: Final = 8
"""Different sets of keys of one class that are told apart."""
MOST_TEXT: Final = 80
"""Characters of a key; one that is longer is no attribute."""
_FIELDS: Final = 3  # position of the names of fields in a dtype's state


class States:
    """States by class and keys, with the first place of each and how often it came."""

    def __init__(self) -> None:
        self._found: dict[Global, dict[tuple[str, ...], tuple[int, int]]] = {}

    def add(
        self, machine: Machine, owner: Global, state: Value, words: list[str], position: int
    ) -> None:
        """``words`` are the keys of a state that is a dict."""
        if isinstance(state, tuple):
            words = _of_tuple(machine, owner, state)
        if not words or len(words) * 2 >= MOST_ITEMS:  # keys may have been left out
            return
        keys = tuple(word for word in words if word and len(word) <= MOST_TEXT)
        shapes = self._found.setdefault(owner, {})
        first, count = shapes.get(keys, (position, 0))
        if count or len(shapes) < SHAPES:
            shapes[keys] = (first, count + 1)

    def facts(self, source: Source) -> Iterator[tuple[int, State]]:
        for owner, shapes in self._found.items():
            for keys, (position, count) in shapes.items():
                fact = State(owner.module, owner.name, keys, count, source.at(position))
                yield position, fact


def _of_tuple(machine: Machine, owner: Global, state: tuple[Value, ...]) -> list[str]:
    """Names of fields in the state of a dtype; those of a pair of dicts, one of them for slots."""
    if owner.dotted == "numpy.dtype":
        names = state[_FIELDS] if len(state) > _FIELDS else ()
        return [machine.text(name) or "" for name in names] if isinstance(names, tuple) else []
    if len(state) != 2:
        return []
    boxes = [part for part in state if isinstance(part, Box) and part.kind == "dict"]
    return [machine.text(key) or "" for box in boxes for key in machine.contents(box)[0::2]]
