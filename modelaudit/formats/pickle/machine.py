"""The symbolic machine: runs a pickle's opcodes over values that are only described.

It does what the C unpickler does to stack, marks and memo, and instead of importing or calling it
reports to its ``Events``. A scalar on the stack is the position of its opcode and is decoded when
something asks for it, so plain data costs little. Long batches of plain data are passed over by
``runs``; what they memoize is worked out when a later GET asks for an index behind them.

Specification: Modules/_pickle.c of CPython (``load`` and the ``load_*`` functions),
https://github.com/python/cpython/blob/main/Modules/_pickle.c
"""

from __future__ import annotations

import time
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.limits import KIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes, runs
from modelaudit.formats.pickle.events import Broken, Ending, Events
from modelaudit.formats.pickle.executed import Executed
from modelaudit.formats.pickle.handlers import HANDLERS
from modelaudit.formats.pickle.memo import (
    SOLID,
    Memo,
    MemoView,
    SparseMemo,
    run_entry,
    run_span,
)
from modelaudit.formats.pickle.opaque import Opaque
from modelaudit.formats.pickle.opcodes import WIDTHS
from modelaudit.formats.pickle.size import Size
from modelaudit.formats.pickle.values import MOST_ITEMS, Box, Global, Value

RUNS_FROM: Final = 256 * KIB
"""Streams from this size on have their runs passed over; smaller ones are read opcode by opcode."""
NO_LIMIT: Final = 1 << 80
"""More than any position that a 64-bit length leads to."""
RECALLS: Final = 8
"""How often a GET may ask for an index behind a run before runs are no longer passed over."""
SHORTEST_RUN: Final = 64
"""Bytes of a batch from which passing over it costs less than reading it."""
MOST_CLASSES: Final = 4
"""Classes of a stream whose instances are passed over as plain data."""
CHECKPOINT: Final = 256 * KIB
"""Bytes between two checks of the deadline and of the size of the stack."""
SEQUENTIAL: Final = 128 * KIB
"""Bytes of opcodes without an array from which the system is asked to read ahead."""
MOST_INDEX: Final = 1 << 53
"""The highest memo index that is shown."""
_CLOSERS: Final = {"list": ord("e"), "dict": ord("u"), "set": 0x90}


class Machine:
    """One stream. ``protocol`` is what PROTO declared last, ``seen`` has 1 for each opcode read."""

    def __init__(self, source: Source, events: Events, bounds: Bounds) -> None:
        self.source = source
        self.events = events
        self.bounds = bounds
        self.protocol = 0
        self.seen = bytearray(256)
        self.stack: list[Value] = []
        self.outer: list[list[Value]] = []  # the stacks below each MARK, innermost last
        self.memo: Memo = []
        self.solid = SOLID  # memo entries from this index on may come after a run
        self.recalls = RECALLS
        self.frame_end = 0
        self.limit = NO_LIMIT  # where to stop reading although there is no STOP
        self.end = self.start = 0
        self.position = 0  # of the opcode that is being read, where one has to be named
        self.globals: dict[tuple[str, str], Global] = {}
        self.runs = self.passed = False  # whether runs are passed over, and any was
        self.classes: tuple[int, ...] = ()  # memo indices of the well-known ones
        self.opaque = Opaque()
        self._executed = Executed()
        self._expected = 0  # up to where the system reads ahead
        self._size = Size(bounds.limits.max_memory)
        self._ahead = (-1, 0, 0)  # of a frame's end: what ``_next_frame`` gives

    def run(self, start: int) -> Ending:
        """Read one stream from ``start``. Raises Malformed where a limit is reached."""
        self.runs = self.source.growing or self.source.size - start >= RUNS_FROM
        return self._read(start)

    def fork(self, other: Machine, position: int, most: int) -> Ending:
        """Read on from ``position`` with the stack and memo of another machine, which stay its own.

        As the other reading is the one that matters, this one ends after so many bytes.
        """
        self.protocol, self.globals = other.protocol, other.globals
        self.stack, self.outer = list(other.stack), [list(stack) for stack in other.outer]
        other._solidify(SOLID, 0)
        self.memo = MemoView(other.memo, SOLID)
        self.limit = position + most
        return self._read(position)

    def _read(self, start: int) -> Ending:
        self.start = self.position = self._executed.upto = start
        self.window(start)
        self.end = min(self.end, self._size.begin(start))
        try:
            self._loop(start)
        except Broken as broken:
            return Ending(self.position, str(broken))
        except (IndexError, KeyError):
            return Ending(self.position, opcodes.missing(self.source.data, self.position))
        if self.stack or self.outer:
            values = len(self.stack) + sum(map(len, self.outer))
            fields: Fields = {"values": values, "marks": len(self.outer)}
            self.events.anomaly("stack-leftover", fields, self.position)
        return Ending(self.position, None)

    # A long function on purpose: a call for each opcode would double the time of a scan.
    def _loop(self, pos: int) -> None:  # noqa: C901, PLR0912, PLR0915
        seen, handlers = self.seen, HANDLERS
        while True:
            data, end, memo, solid = self.source.data, self.end, self.memo, self.solid
            stack = self.stack
            push = stack.append
            while pos < end:
                op = data[pos]
                seen[op] = 1
                if width := WIDTHS[op]:
                    push(pos)
                    pos += width
                elif op == 0x8C:  # SHORT_BINUNICODE
                    push(pos)
                    pos += 2 + data[pos + 1]
                elif op == 0x94:  # MEMOIZE
                    memo.append(stack[-1])
                    pos += 1
                elif op == 0x68:  # BINGET
                    self.position = pos
                    index = data[pos + 1]
                    if index >= solid:
                        break
                    push(memo[index])
                    pos += 2
                elif op == 0x28:  # MARK
                    if self.runs and stack and type(stack[-1]) is Box:
                        self.position = pos
                        after = self._pass_run(pos + 1, stack[-1])
                        if after:
                            pos, solid = after, self.solid
                            continue
                    self.outer.append(stack)
                    stack = self.stack = []
                    push = stack.append
                    pos += 1
                elif op == 0x71:  # BINPUT
                    index = data[pos + 1]
                    if index != len(memo) or index >= solid:
                        break
                    memo.append(stack[-1])
                    pos += 2
                elif op in (0x85, 0x86, 0x87):  # TUPLE1, TUPLE2, TUPLE3
                    count = op - 0x84
                    if len(stack) < count:
                        break
                    stack[-count:] = [tuple(stack[-count:])]
                    pos += 1
                elif op in (0x7D, 0x5D):  # EMPTY_DICT, EMPTY_LIST
                    push(Box("dict" if op == 0x7D else "list", []))
                    pos += 1
                else:
                    break
            else:
                if pos >= self.limit:
                    self.position = pos
                    return
                pos = self._boundary(pos)
                continue
            self.position = pos
            if op == 0x2E:  # STOP
                stack.pop()
                self.position = pos + 1
                self._check_frame(pos + 1)
                return
            handler = handlers.get(op)
            if handler is None:
                raise Broken(f"the byte {op:#04x} is not an opcode")
            pos = handler(self, pos, op)

    def _check_frame(self, pos: int) -> None:
        """A frame that ends behind STOP: what follows in it is lost to whoever reads on."""
        if self.frame_end > pos:
            self.events.anomaly("frame-beyond-stop", {"size": self.frame_end - pos}, pos - 1)

    # Windows, frames and runs.

    def window(self, pos: int) -> None:
        """Set how far the loop may go before it has to check frame, data and limits."""
        reach = len(self.source.data) - (opcodes.MAX_HEADER if self.source.growing else 0)
        self.end = min(self.frame_end or reach, reach, pos + CHECKPOINT, self.limit)

    def _boundary(self, pos: int) -> int:
        """What to do at the end of a window: leave a frame, get more data, or find it truncated."""
        if self.frame_end and pos >= self.frame_end:
            if pos > self.frame_end:
                overrun = pos - self.frame_end
                self.events.anomaly("frame-overrun", {"size": overrun}, self.frame_end)
            self.frame_end = 0
        source = self.source
        while source.growing and len(source.data) - opcodes.MAX_HEADER <= pos:
            source.grow()
        end = len(source.data)
        if pos >= end:
            self.position = end
            beyond = pos - end
            claim = f": a value claims {beyond} bytes more than there are" if beyond else ""
            raise Broken(f"the data ends before STOP{claim}")
        if time.monotonic() > self.bounds.deadline:
            raise Malformed("timeout", {"seconds": round(self.bounds.limits.timeout)}, pos)
        if pos >= max(self._expected, self.opaque.end + SEQUENTIAL):
            source.expect(pos, CHECKPOINT)
            self._expected = pos + CHECKPOINT
        self._size.check(self.stack, self.outer, len(self.memo), pos)
        self.window(pos)
        return pos

    def _pass_run(self, start: int, box: Box) -> int:
        """Pass over the batch that begins at ``start`` if it is plain data; 0 if it is not."""
        may = self.protocol >= 4 and self.recalls and isinstance(self.memo, list)
        if not may or box.kind not in _CLOSERS:
            return 0
        data, frame_end, matcher = self.source.data, self.frame_end, runs.matcher(self.classes)
        pos, pieces = start, []
        while True:
            known, after, end = self._ahead
            if known != frame_end:
                after, end = self._next_frame(frame_end)
            match = matcher(data, pos, end)
            if match is None:
                return 0
            if match.end() > pos:
                pieces.append((pos, match.end()))
            pos = match.end()
            if match.lastindex is None:
                if data[pos : pos + 1] == runs.NEWOBJ and self._learn(pos):
                    return self._pass_run(start, box)
                break
            if match.start(match.lastindex) != frame_end:
                return 0
            frame_end = after
        unfit = pos - start < SHORTEST_RUN or pos >= end or data[pos] != _CLOSERS[box.kind]
        if unfit or (self.classes and self.may_execute(pos)):
            return 0
        self._passed(box, pieces)
        self.frame_end = frame_end
        self.window(pos + 1)
        return pos + 1

    def _next_frame(self, frame_end: int) -> tuple[int, int]:
        """Where the frame that follows at ``frame_end`` ends, and how far a match may go."""
        data, after = self.source.data, 0
        reach = len(data) - opcodes.MAX_HEADER
        if frame_end and data[frame_end : frame_end + 1] == b"\x95":
            after = frame_end + 9 + int.from_bytes(data[frame_end + 1 : frame_end + 9], "little")
        end = min(after or frame_end or reach, reach)
        if not self.source.growing:
            self._ahead = (frame_end, after, end)
        return after, end

    def _learn(self, pos: int) -> bool:
        """True where a match ended at NEWOBJ of a class that is well known, and now goes on."""
        index = runs.index_of_class(self.source.data, pos)
        reached = not 0 <= index < min(self.solid, len(self.memo)) or index in self.classes
        if reached or len(self.classes) >= MOST_CLASSES:
            return False
        name = self.memo[index]
        if not isinstance(name, Global) or not self.events.settled(name):
            return False
        self.classes = (*self.classes, index)
        return True

    def _passed(self, box: Box, pieces: list[tuple[int, int]]) -> None:
        """Note what was passed over: memo entries of an unknown number, items, instances."""
        self.passed = True
        for piece, stop in pieces:
            self.solid = min(self.solid, len(self.memo))
            entry = run_entry(piece, stop - piece)
            self.memo.append(entry)
            if box.runs is None:
                box.runs = []
            box.runs.append(entry)
            self._count(piece, stop, 1)

    def _count(self, start: int, stop: int, times: int) -> None:
        """Report the instances of a run that nobody read, or no more those that are read now."""
        inside = self.source.data[start:stop] if self.classes else b""
        for index in self.classes:
            name, count = self.memo[index], inside.count(runs.instance_of(index))
            if isinstance(name, Global) and count:
                self.events.repeated(name, times * count)

    def recall(self, index: int) -> Value:
        """The memo's value at an index that may come after a run. Raises IndexError."""
        if index >= self.solid:
            self.recalls -= 1
            self._solidify(index, 0)
        return self.memo[index]

    def _solidify(self, index: int, through: int) -> None:
        """Work out what runs have stored, up to an index or to the run of the entry ``through``."""
        if self.solid == SOLID or not isinstance(self.memo, list):
            return
        memo, tail = self.memo[: self.solid], self.memo[self.solid :]
        done = 0
        for entry in tail:
            if through == 0 and len(memo) > index:
                break
            done += 1
            if isinstance(entry, int) and entry < 0:
                self._replay(entry, memo)
                through = 0 if entry == through else through
            else:
                memo.append(entry)
        rest = tail[done:]
        ahead = next((i for i, e in enumerate(rest) if isinstance(e, int) and e < 0), None)
        self.solid = SOLID if ahead is None else len(memo) + ahead
        self.memo = memo + rest

    def store(self, index: int) -> None:
        """PUT at an index of the stream's choice."""
        value = self.stack[-1]
        self._solidify(SOLID, 0)
        self.classes = tuple(known for known in self.classes if known != index)
        if index > self.position:
            self.events.anomaly("memo-index", {"index": min(index, MOST_INDEX)}, self.position)
        if index < len(self.memo) and isinstance(self.memo, list):
            self.memo[index] = value
            return
        if isinstance(self.memo, list):
            self.memo = SparseMemo(self.memo)
        self.memo[index] = value

    def contents(self, box: Box, *, whole: bool = False) -> list[Value]:
        """The first items of a container, those in a run that was passed over included.

        With ``whole`` all items that are kept, those in every run included.
        """
        if not box.runs:
            return box.items
        items = list(box.items)
        for entry in box.runs if whole else box.runs[:1]:
            self._solidify(-1, entry)
            items += self._replay(entry, MemoView(self.memo, self.solid))
        return items

    def fill(self, box: Box, items: list[Value]) -> None:
        """Put items into a container; of very many, those that a library may run as code stay."""
        if box.watch is not None:
            box.watch.changed = True
        if len(items) <= MOST_ITEMS - len(box.items):
            box.items += items
            return
        box.add(items)
        if box.cut and box.kind == "dict":
            box.items += self._executed.among(self, items)

    def may_execute(self, upto: int) -> bool:
        """Whether the name of an attribute that a library runs as code was read up to there."""
        executed = self._executed
        if upto <= executed.upto:
            return executed.found
        return executed.look(self, self.seen, upto)

    def _replay(self, entry: int, memo: Memo) -> list[Value]:
        """Read a run opcode by opcode over the memo before it; its values, and ``memo`` filled."""
        start, stop = run_span(entry)
        self.bounds.check()
        self._count(start, stop, -1)
        inner = Machine(self.source, self.events, self.bounds)
        inner.memo, inner.limit = memo, stop
        inner.window(start)
        inner._loop(start)
        return inner.stack

    # What handlers and events ask of values.

    def reach(self, position: int) -> None:
        """Inflate up to ``position``, as far as there is anything."""
        while self.source.growing and len(self.source.data) < position:
            self.source.grow()

    def text(self, value: Value) -> str | None:
        """The ``str`` that a value is; None for any other value and for one that is computed."""
        scalar = self.scalar(value)
        if isinstance(value, int) and self.source.data[value] in opcodes.PYTHON2_STR:
            return scalar.decode("ascii", "replace") if isinstance(scalar, bytes) else None
        return scalar if isinstance(scalar, str) else None

    def scalar(self, value: Value) -> opcodes.Literal:
        """The scalar that a value is; ``...`` for any other value and for one that is computed."""
        if not isinstance(value, int):
            return ...
        try:
            return opcodes.literal(self.source.data, value)
        except ValueError:
            return ...
