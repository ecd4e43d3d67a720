"""The keys of the states that BUILD gives to instances, merged where a class has the same again.

A class is written with the attributes that it had; another release of it may miss one. The state
of ``numpy.dtype`` is a tuple, whose fourth item names the fields of a structured type.
https://docs.python.org/3/library/pickle.html#object.__setstate__
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from modelaudit.core.facts import State
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.values import MOST_ITEMS, Box, Global, Value

if TYPE_CHECKING:
    from modelaudit.core.source import Source
    from modelaudit.formats.pickle.machine import Machine

SHAPES: Final = 8
"""Different sets of keys of one class that are told apart."""
MOST_TEXT: Final = 80
"""Characters of a key; one that is longer is no attribute."""
WORDS: Final = 32
"""Texts of one state that are kept."""
_DEEP: Final = 2
UNICODE: Final = frozenset(
    opcodes.OP[name] for name in ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE")
)
_FIELDS: Final = 3  # position of the names of fields in a dtype's state


Shape = tuple[int, int, tuple[str, ...]]
"""The first place, how often it came, and the words of the first."""


class States:
    """States by class and keys."""

    def __init__(self) -> None:
        self._found: dict[Global, dict[tuple[str, ...], Shape]] = {}

    def add(
        self, machine: Machine, owner: Global, state: Value, names: list[str], position: int
    ) -> None:
        """``names`` are the keys of a state that is a dict."""
        if isinstance(state, tuple):
            names = _of_tuple(machine, owner, state)
        if not names or len(names) * 2 >= MOST_ITEMS:  # keys may have been left out
            return
        keys = tuple(name for name in names if name and len(name) <= MOST_TEXT)
        shapes = self._found.setdefault(owner, {})
        known = shapes.get(keys)
        if known is not None:
            shapes[keys] = (known[0], known[1] + 1, known[2])
        elif len(shapes) < SHAPES:
            words = _words(machine, names, state) if isinstance(state, Box) else ()
            shapes[keys] = (position, 1, words)

    def facts(self, source: Source) -> Iterator[tuple[int, State]]:
        for owner, shapes in self._found.items():
            for keys, (position, count, words) in shapes.items():
                where = source.at(position)
                yield position, State(owner.module, owner.name, keys, words, count, where)


def _words(machine: Machine, names: list[str], state: Box) -> tuple[str, ...]:
    """``key=text`` for the texts that values are, or hold in lists and tuples two deep."""
    found: dict[str, None] = {}
    for name, value in zip(names, machine.contents(state)[1::2], strict=False):
        for text in _texts(machine, value, _DEEP):
            if 0 < len(text) <= MOST_TEXT and len(found) < WORDS:
                found[f"{name}={text}"] = None
    return tuple(found)


def _texts(machine: Machine, value: Value, depth: int) -> Iterator[str]:
    if isinstance(value, int):
        if machine.source.data[value] in UNICODE and (text := machine.text(value)) is not None:
            yield text
    elif depth and (isinstance(value, tuple) or (isinstance(value, Box) and value.kind == "list")):
        for item in value if isinstance(value, tuple) else machine.contents(value):
            yield from _texts(machine, item, depth - 1)


def _of_tuple(machine: Machine, owner: Global, state: tuple[Value, ...]) -> list[str]:
    """Names of fields in the state of a dtype; those of a pair of dicts, one of them for slots."""
    if owner.dotted == "numpy.dtype":
        names = state[_FIELDS] if len(state) > _FIELDS else ()
        return [machine.text(name) or "" for name in names] if isinstance(names, tuple) else []
    if len(state) != 2:
        return []
    boxes = [part for part in state if isinstance(part, Box) and part.kind == "dict"]
    return [machine.text(key) or "" for box in boxes for key in machine.contents(box)[0::2]]
