"""The calls of one stream: the first few of a kind with their arguments, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from modelaudit.core.facts import Call
from modelaudit.formats.pickle import indirection, opcodes
from modelaudit.formats.pickle.makers import Makers
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.render import render_arguments
from modelaudit.formats.pickle.sorts import Sorts
from modelaudit.formats.pickle.values import (
    UNKNOWN,
    Global,
    Persistent,
    Result,
    Value,
    class_of,
)

SAMPLES: Final = 16
"""Calls of one callable by one opcode that are shown with their arguments."""
MOST_ARGUMENTS: Final = 8
"""Constant arguments of a call that are kept; the functions that rules ask about take fewer."""
MOST_CONSTANT: Final = 80
"""Characters of a constant that are kept."""
CONSTANT: Final = "constant"
OTHER: Final = "other"

_MAKING: Final = frozenset({"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ", "INST"})
_DESCRIBING: Final = frozenset({"numpy.dtype", "types.CodeType"})
"""Calls whose every result is kept, since what follows depends on its arguments."""
_DESCRIBED_BY_NAME: Final = (
    *("NumpyArrayWrapper", "NDArrayWrapper", "_convert_to_stringdtype_kwargs", "_reconstructor"),
)
"""The same, by how the name ends."""


CODE_MAKERS: Final = frozenset({"types.CodeType", "dill._dill._create_code", "marshal.loads"})
"""The callables that make code objects out of the file."""


class Tally(msgspec.Struct):
    """Calls of one callable by one opcode."""

    followed: bool
    count: int = 0
    samples: list[Call] = msgspec.field(default_factory=list)
    sorts: set[object] = msgspec.field(default_factory=set)
    """What kinds of argument the samples have: calls with others are samples too."""


class Calls:
    """Tallies by callee, opcode, the call that it goes through, and whether it resolves a name."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.makers = Makers(values)
        self.sorts = Sorts(self.makers)
        self.tallies: dict[tuple[Value, str, str, bool], Tally] = {}

    def __bool__(self) -> bool:
        return bool(self.tallies)

    def again(self, callee: Value, opcode: str, arguments: Value) -> bool:
        """Count a call like others of which there are samples enough; False for any other."""
        if type(callee) is not Global:
            return False
        tally = self.tallies.get((callee, opcode, "", False))
        if tally is None or tally.count < SAMPLES or tally.followed:
            return False
        if opcode in _MAKING and (self.sorts.of(arguments), "") not in tally.sorts:
            return False
        tally.count += 1
        return True

    def tally(self, callee: Value, opcode: str) -> Tally | None:
        """The plain calls of a name so far."""
        # Anything but a name may be costly to hash.
        return self.tallies.get((callee, opcode, "", False)) if isinstance(callee, Global) else None

    def record(
        self,
        callee: Value,
        opcode: str,
        arguments: Value,
        position: int,
        *,
        target: bool = False,
        resolves: str = "",
        via: str = "",
    ) -> bool:
        """Note one call; False where it is only counted."""
        key = (callee if isinstance(callee, Global) else UNKNOWN, opcode, via, bool(resolves))
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = Tally(_is_followed(callee))
        tally.count += 1
        if opcode in _MAKING:
            sort = (self.sorts.of(arguments), resolves)
            if tally.count > SAMPLES and sort in tally.sorts:
                return False
            tally.sorts.add(sort)
        elif tally.count > SAMPLES:
            return False
        named = class_of(callee)
        origins, constants = self._arguments(arguments)
        tally.samples.append(
            Call(
                module=named.module if isinstance(named, Global) else "",
                name=named.name if isinstance(named, Global) else "",
                opcode=opcode,
                callee=_kind_of(callee),
                target=target,
                arguments=render_arguments(self.values, arguments),
                # The stream does not spell out what another call is going to call it with.
                given=-1 if via and arguments == () else self._given(arguments),
                resolves=resolves,
                via=via,
                count=1,
                where=self.values.source.at(position),
                origins=origins,
                constants=constants,
                makers=self.makers.of_each(arguments),
            )
        )
        return True

    def facts(self) -> Iterator[Call]:
        """The samples; the last of a tally has the count of those that were only counted too."""
        for tally in self.tallies.values():
            if tally.samples and tally.count > len(tally.samples):
                last = tally.samples[-1]
                tally.samples[-1] = replace(last, count=1 + tally.count - len(tally.samples))
            yield from tally.samples

    def times(self) -> Counter[Global]:
        """How often each name is called."""
        called: Counter[Global] = Counter()
        for (name, opcode, _, _), tally in self.tallies.items():
            if isinstance(name, Global) and opcode in _MAKING:
                called[name] += tally.count
        return called

    def _given(self, arguments: Value) -> int:
        """How many arguments a call gets; -1 where that is computed."""
        if isinstance(arguments, tuple):
            return -1 if UNKNOWN in arguments[-1:] else len(arguments)
        return 0 if self.values.scalar(arguments) == () else -1

    def _arguments(self, arguments: Value) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Origin and constant of each of the first arguments."""
        if not isinstance(arguments, tuple):
            return ((), ()) if self.values.scalar(arguments) == () else ((OTHER,), ("",))
        last = max((i for i, v in enumerate(arguments) if type(v) is not int), default=-1)
        first = arguments[: max(MOST_ARGUMENTS, last + 1)]
        origins = tuple(_origin_of(value) for value in first)
        return origins, tuple(self._constant(value) for value in first)

    def _constant(self, value: Value) -> str:
        """The first characters of a constant; empty for any other argument."""
        if not isinstance(value, int):
            return ""
        try:
            constant = opcodes.literal(self.values.source.data, value, MOST_CONSTANT)
        except ValueError:
            return ""
        if isinstance(constant, bytes):
            return constant.decode("latin-1")
        return "" if constant is ... else str(constant)[:MOST_CONSTANT]


def _origin_of(value: Value) -> str:
    """``constant``, the name that an argument is, or the call that returns it as ``name()``."""
    if isinstance(value, int):
        return CONSTANT
    if isinstance(value, Global):
        return value.dotted or OTHER
    made_by = value.callee if isinstance(value, Result) else None
    return f"{made_by.dotted}()" if isinstance(made_by, Global) else OTHER


def _is_followed(callee: Value) -> bool:
    """True for calls whose every result matters."""
    if not isinstance(callee, Global):
        return True
    known = callee.dotted in indirection.NAMES or callee.dotted in _DESCRIBING
    return known or callee.name.endswith(_DESCRIBED_BY_NAME)


def _kind_of(callee: Value) -> str:
    if isinstance(callee, Global):
        return "global"
    return "result" if isinstance(callee, Result | Persistent) else "value"
