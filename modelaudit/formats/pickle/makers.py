"""Which calls made what the arguments of another call are, at any depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import MOST_ITEMS, Box, Global, Result, Unknown, Value, Watch

MOST_VALUES: Final = 2_000
"""Values of one argument that are looked at, and values inside results in it. A result that was
looked at before is one."""
MOST_NAMES: Final = 64
"""Names of calls that are kept of one argument."""
STEPS: Final = 200_000
"""Values that are looked at for the arguments of all calls of a stream; for each byte one more."""
ITEMS_A_STEP: Final = 8
"""Items of a container that cost as much as one value that is looked into."""
MORE: Final = "\N{HORIZONTAL ELLIPSIS}"
INSIDE: Final = ">"
"""Stands before what is inside the result of another call."""
_PARTIAL: Final = frozenset({"functools.partial", "_functools.partial"})

_Waiting = list[tuple[Value, str]]


class Makers:
    """Looks into the arguments of one stream's calls; into results once, until they change."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._watch = Watch()
        self._spent = 0

    def of_each(self, arguments: Value) -> tuple[str, ...]:
        """For each argument the names of the calls in it; computed arguments count as one."""
        each = arguments if isinstance(arguments, tuple) else (arguments,)
        return tuple(self.of(value) for value in each)

    def of(self, argument: Value) -> str:
        """The names of the calls in one argument; inside the result of a call with ``INSIDE``."""
        if isinstance(argument, int | Global | Unknown):
            return ""
        if self._watch.changed:
            self._watch = Watch()
        if not isinstance(argument, Result):
            return " ".join(self._names(argument))
        names = self._known(argument)
        if names is None:
            argument.names = names = tuple(self._names(argument))
        return " ".join(names)

    def spend(self, steps: int) -> bool:
        """Count values that are going to be looked at; False where there were too many."""
        if self._spent > STEPS + self._values.position:
            return False
        self._spent += steps
        return True

    def _names(self, argument: Value) -> dict[str, None]:
        found: dict[str, None] = {}
        seen: dict[str, set[int]] = {"": set(), INSIDE: set()}
        waiting: _Waiting = [(argument, "")]
        while waiting:
            value, prefix = waiting.pop()
            if isinstance(value, int | Global | Unknown) or id(value) in seen[prefix]:
                continue
            # What is inside results must not keep the argument itself from being looked at.
            if len(seen[prefix]) >= MOST_VALUES or not self.spend(1):
                found[f"{prefix}{MORE}"] = None
                continue
            seen[prefix].add(id(value))
            if isinstance(value, Result):
                waiting += self._result(value, prefix, found)
            elif isinstance(value, Box):
                value.watch = self._watch
                if len(value.items) >= MOST_ITEMS:
                    found[f"{prefix}{MORE}"] = None
                waiting += self._items(value.items, prefix)
            elif isinstance(value, tuple):
                waiting += self._items(value, prefix)
        return found if len(found) <= MOST_NAMES else _cut(list(found))

    def _items(self, items: Sequence[Value], prefix: str) -> _Waiting:
        self.spend(len(items) // ITEMS_A_STEP)
        return [(item, prefix) for item in items]

    def _result(self, value: Result, prefix: str, found: dict[str, None]) -> _Waiting:
        """Note the name of a call, and of those inside it what is known; the rest of them."""
        names = self._known(value)
        if names is not None:
            self.spend(len(names))
            found[f"{prefix}{names[0]}"] = None
            found |= dict.fromkeys(names[1:])
            return []
        self._observe(value)
        if isinstance(value.callee, Result):
            self._observe(value.callee)
        found[f"{prefix}{_maker(value)}"] = None
        given = (value.arguments, *value.states, *(value.filled or ()))
        return [(part, INSIDE) for part in given]

    def _known(self, value: Result) -> tuple[str, ...] | None:
        return value.names if value.watch is self._watch else None

    def _observe(self, value: Result) -> None:
        if value.watch is not self._watch:
            value.watch, value.names = self._watch, None


def _cut(names: list[str]) -> dict[str, None]:
    left = (INSIDE if name.startswith(INSIDE) else "" for name in names[MOST_NAMES:])
    return dict.fromkeys((*names[:MOST_NAMES], *(f"{prefix}{MORE}" for prefix in left)))


def _maker(value: Result) -> str:
    """The name that was called, also where ``partial`` of it was."""
    made_by = value.callee
    if isinstance(made_by, Result) and isinstance(made_by.callee, Global):
        kept = made_by.state if made_by.state is not None else made_by.arguments
        if made_by.callee.dotted in _PARTIAL and isinstance(kept, tuple) and kept:
            made_by = kept[0]
    return f"{made_by.dotted}()" if isinstance(made_by, Global) and made_by.dotted else "other()"
