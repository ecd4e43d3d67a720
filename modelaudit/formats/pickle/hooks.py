"""Methods that loading looks up on an instance, where an earlier state may have put anything.

BUILD asks the instance itself for ``__setstate__``, APPENDS for ``extend`` or ``append``, ADDITEMS
for ``add`` or ``update``; the Python unpickler asks what NEWOBJ makes an instance of for
``__new__``, and a state that is no dict for ``items``. Special methods that an operator needs
(``__setitem__``, ``__call__``) are looked up on the class, so a state has no part in them.
https://github.com/python/cpython/blob/main/Lib/pickle.py (``load_build`` and its neighbours)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from modelaudit.core.limits import Bounds
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Box, Global, Persistent, Result, Unknown, Value, dotted

LOOKED_UP: Final = {
    "BUILD": ("__setstate__",),
    "APPEND": ("append", "extend"),
    "APPENDS": ("extend", "append"),
    "ADDITEMS": ("add", "update"),
    "NEWOBJ": ("__new__",),
    "NEWOBJ_EX": ("__new__",),
}
"""Names that an opcode looks up on its target."""
SETATTR: Final = Global("builtins", "setattr", "builtins.setattr")
"""What BUILD does with the part of a state for slots."""
WHOLE: Final = frozenset({"extend", "update"})
"""Methods that get all items at once."""
_DEEP: Final = 6
"""Values inside each other in which a state is looked for."""

_NEVER_CALLED: Final = frozenset(
    {
        *("_codecs.encode", "numpy.dtype"),
        *("numpy._core.multiarray.scalar", "numpy.core.multiarray.scalar"),
        *("numpy._core.multiarray._reconstruct", "numpy.core.multiarray._reconstruct"),
        "numpy.core._internal._reconstruct",
    }
)
"""Makers of bytes, numbers and arrays, which nobody can call."""

_PATCHED = Global | Persistent | Unknown
Callable = Global | Result | Persistent | Unknown


class Hooks:
    """What the states of instances, and of names, have under the names that loading looks up."""

    def __init__(self, values: Values, bounds: Bounds) -> None:
        self.values = values
        self.bounds = bounds
        self.patched: dict[Value, list[Value]] = {}  # states of what is no instance

    def patch(self, target: Value, state: Value) -> None:
        """Note what anything but an instance is given."""
        if isinstance(target, _PATCHED):
            self.patched.setdefault(target, []).append(state)

    def has_none(self, target: Value) -> bool:
        """True of a name or a plain instance without states, which is what most targets are."""
        if self.patched:
            return False
        if type(target) is Result:
            return target.first is None and type(target.arguments) is int
        return type(target) is Global

    def of(self, target: Value, names: Sequence[str]) -> list[Callable]:
        """The values that may be found on ``target`` under one of the names."""
        if self.has_none(target):
            return []
        if not isinstance(target, Result):
            states = self.patched.get(target, []) if isinstance(target, _PATCHED) else []
        else:
            states = list(self._states(target, _DEEP))
        if not states:
            return []
        self.bounds.check()
        found = (value for state in states for value in self._under(state, names, _DEEP))
        return list({id(value): value for value in found}.values())

    def classes(self, state: Value) -> list[Callable]:
        """What a state makes the class of an instance: that for slots, which sets attributes."""
        if isinstance(state, tuple) and len(state) == 2:
            return list(self._under(state[1], ("__class__",), _DEEP))
        return list(self._under(state, ("__class__",), _DEEP)) if isinstance(state, Result) else []

    def _states(self, value: Value, depth: int) -> Iterator[Value]:
        """The states of an instance, and of those that the call which returned it was given."""
        if isinstance(value, Global):
            yield from self.patched.get(value, ())
        elif isinstance(value, Result):
            yield from value.states
            if depth:
                yield from self._states(value.callee, depth - 1)
                yield from self._states(value.arguments, depth - 1)
        elif depth and isinstance(value, tuple | Box):
            for item in self._rich(value):
                yield from self._states(item, depth - 1)

    def _under(self, state: Value, names: Sequence[str], depth: int) -> Iterator[Callable]:
        """The callables that a state has under one of the names, wherever it has them."""
        if depth == 0 or isinstance(state, int):
            return
        if isinstance(state, Box) and state.kind == "dict":
            items = self.values.contents(state, whole=True)
            for key, value in zip(items[0::2], items[1::2], strict=False):
                yield from self._pair(key, value, names, depth)
        elif isinstance(state, tuple | Box):
            if isinstance(state, tuple) and len(state) == 2:
                yield from self._pair(state[0], state[1], names, depth)
            for item in self._rich(state):
                if isinstance(item, tuple | Box | Result):
                    yield from self._under(item, names, depth - 1)
        elif isinstance(state, Result):
            for part in (*(state.filled or ()), state.arguments):
                yield from self._under(part, names, depth - 1)

    def _pair(
        self, key: Value, value: Value, names: Sequence[str], depth: int
    ) -> Iterator[Callable]:
        text = self.values.text(key)
        if text == "__dict__":
            yield from self._under(value, names, depth - 1)
        elif (
            isinstance(value, Callable)
            and (text in names or isinstance(key, Result | Persistent | Unknown))
            and not (isinstance(value, Result) and dotted(value.callee) in _NEVER_CALLED)
        ):
            yield value

    def _rich(self, value: tuple[Value, ...] | Box) -> list[Value]:
        items = self.values.contents(value, whole=True) if isinstance(value, Box) else value
        return [item for item in items if not isinstance(item, int)]


def behind(callee: Value, arguments: Value) -> Value:
    """What NEWOBJ gives to ``__new__``: the class comes first."""
    return (callee, *arguments) if isinstance(arguments, tuple) else (callee,)
