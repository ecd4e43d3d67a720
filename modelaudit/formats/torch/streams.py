"""The pickles that torch writes: one in a record of a zip, five in a row in the legacy form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Anomaly, Fact, Metadata, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.events import Ending
from modelaudit.formats.pickle.opcodes import OP
from modelaudit.formats.pickle.streams import hidden
from modelaudit.formats.torch.recorder import TorchRecorder

_DIGITS: Final = -1
MOST_DIGITS: Final = 10
"""Digits of an index that are read; no pickle has so many entries."""
_MEMOIZING: Final = {
    OP["BINPUT"]: 1, OP["LONG_BINPUT"]: 4, OP["MEMOIZE"]: 0, OP["PUT"]: _DIGITS,
}  # fmt: skip
"""Opcodes that store into the memo, and the bytes of their index; a negative one means digits."""
_RECALLING: Final = {OP["BINGET"]: 1, OP["LONG_BINGET"]: 4, OP["GET"]: _DIGITS}


class TorchStream:
    """One pickle, read from ``start`` on."""

    def __init__(self, source: Source, bounds: Bounds, recorder: TorchRecorder, start: int) -> None:
        self.start = start
        self.source = source
        self.bounds = bounds
        self.recorder = recorder
        self.ending: Ending = recorder.machine.run(start)
        self.facts: list[Fact] = recorder.finish()

    @property
    def whole(self) -> bool:
        return self.ending.problem is None

    def content(self) -> Iterator[Fact]:
        """What the pickle does, and where it breaks."""
        yield from self.facts
        yield from self._protocol()
        if self.ending.problem is not None:
            where = self.source.at(self.ending.position)
            yield Unreadable("broken-stream", {"problem": self.ending.problem}, where)

    def remains(self) -> Iterator[Fact]:
        """What follows a pickle that should be the whole source."""
        position = self.ending.position
        while self.source.growing and self.source.size <= position:
            self.source.grow()
        if position >= self.source.size or not position:
            return
        found, limits = hidden(self.source, self.bounds, position)
        for stream in found:
            yield from stream.facts
            yield Anomaly("hidden-stream", {}, self.source.at(stream.start))
        yield from limits
        if self.whole:
            size = self.source.size - position
            yield Anomaly("trailing-data", {"size": size}, self.source.at(position))

    def _protocol(self) -> Iterator[Fact]:
        machine, where = self.recorder.machine, self.source.at(self.start)
        read = [opcodes.PROTOCOLS[code] for code in opcodes.PROTOCOLS if machine.seen[code]]
        needed = max([machine.protocol, *read])
        yield Metadata("pickle-protocol", str(needed), needed, where)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every text that the stream pushes, written out or taken from the memo, in order."""
        data, end = self.source.data, self.ending.position
        memo: dict[int, str] = {}
        memoized = 0
        pushed: str | None = None
        position = self.start
        while position < end:
            code = data[position]
            if code in opcodes.TEXT or code in opcodes.PYTHON2_STR:
                pushed = self.recorder.machine.text(position) or ""
                yield position, pushed
            elif code in _MEMOIZING:
                index = self._index(position, _MEMOIZING[code])
                if pushed is not None:
                    memo[memoized if index is None else index] = pushed
                memoized += 1
            else:
                pushed = None
                if code in _RECALLING:
                    index = self._index(position, _RECALLING[code])
                    if index in memo:
                        yield position, memo[index]
            position = opcodes.step(data, position)

    def _index(self, position: int, size: int) -> int | None:
        """The memo index that follows an opcode as ``size`` bytes or as digits; None for 0."""
        start = position + 1
        if size == _DIGITS:
            end = self.source.data.find(b"\n", start)
            digits = bytes(self.source.data[start:end]).strip()
            return int(digits) if digits.isdigit() and len(digits) < MOST_DIGITS else -1
        return int.from_bytes(self.source.data[start : start + size], "little") if size else None
