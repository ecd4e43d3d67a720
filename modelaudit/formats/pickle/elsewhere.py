"""What loaders that do not know the framing of an array call where they read its bytes as opcodes.

``pickle.load`` knows no framing, and joblib before 1.2 no padding. Random numbers are opcodes now
and then, so only calls of a name are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from modelaudit.core.facts import Anomaly, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.calls import Calls
from modelaudit.formats.pickle.memo import Memo, SparseMemo
from modelaudit.formats.pickle.opcodes import NAMES
from modelaudit.formats.pickle.values import Box, Result, Value

FAR: Final = 16 * MIB
"""Bytes after an array's beginning that are inflated to be read as opcodes."""
FORKED: Final = 16 * MIB
"""Bytes that one such reading goes over."""
BUDGET: Final = 8_000_000
"""Bytes read and values copied by all such readings of a stream."""
MOST: Final = 100
"""Calls of such readings that are kept."""
_CALLING: Final = frozenset({"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ", "INST"})
_CALLS: Final = frozenset(opcodes.OP[name] for name in _CALLING)
_NAME: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


class State(Protocol):
    """The machine whose stack and memo such a reading begins with."""

    stack: list[Value]
    outer: list[list[Value]]
    memo: Memo


class _Call(msgspec.Struct, frozen=True):
    module: str
    name: str
    inside: bool
    loader: str
    where: Location


class Kept:
    """What a reading may change in values that another reading shares, to be put back."""

    def __init__(self, state: State) -> None:
        values: list[Value] = [value for stack in (*state.outer, state.stack) for value in stack]
        memo = state.memo
        if isinstance(memo, SparseMemo):
            values += memo.entries.values()
        elif isinstance(memo, list):
            values += memo
        self._boxes = [(value, len(value.items)) for value in values if isinstance(value, Box)]
        self._made = [(value, value.state) for value in values if isinstance(value, Result)]

    def restore(self) -> None:
        for box, length in self._boxes:
            del box.items[length:]
            if box.watch is not None:
                box.watch.changed = True
        for made, state in self._made:
            made.state = state
            made.change()


class Elsewhere:
    """The calls that other loaders of one stream make."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self._source = source
        self._bounds = bounds
        self._left = BUDGET
        self._calls: dict[tuple[str, str, bool, str], _Call] = {}
        self._expected: set[tuple[str, str]] = set()
        self._exhausted: list[Location] = []

    def may_act(self, state: State, position: int) -> bool:
        """True where an opcode that calls something can be reached from ``position``."""
        if self._left <= 0:
            self._exhausted = self._exhausted or [self._source.at(position)]
            return False
        self._bounds.check()
        if not self._reaches_call(position):
            return False
        self._left -= len(state.stack) + sum(map(len, state.outer)) + len(state.memo)
        return True

    def _reaches_call(self, position: int) -> bool:
        source = self._source
        end = position + FAR if source.growing else source.size
        while position < end:
            while source.growing and source.size <= position + opcodes.MAX_HEADER:
                source.grow()
            if position >= source.size:
                return False
            code = source.data[position]
            if code in _CALLS:
                return True
            if code not in NAMES or NAMES[code] == "STOP":
                return False
            self._left -= 1
            if self._left <= 0:
                self._exhausted = self._exhausted or [source.at(position)]
                return False
            position = self._after(position, end)
        return False

    def _after(self, position: int, end: int) -> int:
        """The position after an opcode; ``end`` where it goes on for longer."""
        lines = opcodes.LINES_OF.get(self._source.data[position], 0)
        for _ in range(lines):
            while True:
                found = self._source.data.find(b"\n", position + 1, end)
                if found >= 0 or not self._source.growing or self._source.size >= end:
                    break
                self._source.grow()
            if found < 0:
                return end
            position = found
        return position + 1 if lines else opcodes.step(self._source.data, position)

    def note(self, calls: Calls, end: int, loader: str, read: int) -> None:
        """Keep the calls of names; ``end`` is the offset where the bytes of the array end.

        ``read`` are the bytes that the reading went over.
        """
        self._left -= read
        if read >= FORKED:
            self._exhausted = self._exhausted or [self._source.at()]
        for call in calls.facts():
            named = _NAME.fullmatch(call.module) and _NAME.fullmatch(call.name)
            if call.opcode not in _CALLING or not named:
                continue
            inside = (call.where.offset or 0) < end
            key = (call.module, call.name, inside, loader)
            if len(self._calls) >= MOST and key not in self._calls:
                self._exhausted = self._exhausted or [call.where]
                continue
            self._calls.setdefault(key, _Call(*key, call.where))

    def expect(self, calls: Calls) -> None:
        """Calls that the loader makes which knows the framing."""
        self._expected |= {(call.module, call.name) for call in calls.facts()}

    def facts(self) -> Iterator[Anomaly | Unreadable]:
        for call in self._calls.values():
            if call.inside or (call.module, call.name) not in self._expected:
                yield Anomaly(
                    "array-as-opcodes",
                    {
                        "loader": call.loader,
                        "module": call.module,
                        "name": call.name,
                        "inside": int(call.inside),
                    },
                    call.where,
                )
        for where in self._exhausted:
            yield Unreadable(
                "limit", {"limit": "what arrays read as opcodes may cost", "most": BUDGET}, where
            )
