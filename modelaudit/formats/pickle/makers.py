"""Which calls made what the arguments of another call are, at any depth."""

from __future__ import annotations

from typing import Final

from modelaudit.formats.pickle.values import MOST_ITEMS, Box, Global, Result, Unknown, Value

MOST_VALUES: Final = 2_000
"""Values of one argument that are looked at, and values inside results in it."""
MORE: Final = "\N{HORIZONTAL ELLIPSIS}"
_PARTIAL: Final = frozenset({"functools.partial", "_functools.partial"})
INSIDE: Final = ">"
"""Stands before what is inside the result of another call."""


def makers(arguments: Value) -> tuple[str, ...]:
    """For each argument the names of the calls in it; arguments that are computed count as one."""
    each = arguments if isinstance(arguments, tuple) else (arguments,)
    return tuple(made_of(value) for value in each)


def made_of(argument: Value) -> str:
    """The names of the calls in one argument; inside the result of a call with ``INSIDE``."""
    if isinstance(argument, int | Global):
        return ""
    found: dict[str, None] = {}
    seen: dict[str, set[int]] = {"": set(), INSIDE: set()}
    waiting: list[tuple[Value, str]] = [(argument, "")]
    while waiting:
        value, prefix = waiting.pop()
        if isinstance(value, int | Global | Unknown) or id(value) in seen[prefix]:
            continue
        # What is inside results must not keep the argument itself from being looked at.
        if len(seen[prefix]) >= MOST_VALUES:
            found[f"{prefix}{MORE}"] = None
            continue
        seen[prefix].add(id(value))
        if isinstance(value, Result):
            found[f"{prefix}{_maker(value)}"] = None
            given = (value.arguments, *value.states, *(value.filled or ()))
            waiting += [(part, INSIDE) for part in given]
        elif isinstance(value, Box):
            if len(value.items) >= MOST_ITEMS:
                found[f"{prefix}{MORE}"] = None
            waiting += [(item, prefix) for item in value.items]
        elif isinstance(value, tuple):
            waiting += [(item, prefix) for item in value]
    return " ".join(found)


def _maker(value: Result) -> str:
    """The name that was called, also where ``partial`` of it was."""
    made_by = value.callee
    if isinstance(made_by, Result) and isinstance(made_by.callee, Global):
        kept = made_by.state if made_by.state is not None else made_by.arguments
        if made_by.callee.dotted in _PARTIAL and isinstance(kept, tuple) and kept:
            made_by = kept[0]
    return f"{made_by.dotted}()" if isinstance(made_by, Global) and made_by.dotted else "other()"
