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

_MEMOIZING: Final = {OP["BINPUT"]: 1, OP["LONG_BINPUT"]: 4, OP["MEMOIZE"]: 0}
"""Opcodes that store into the memo, and the bytes of their index."""
_RECALLING: Final = {OP["BINGET"]: 1, OP["LONG_BINGET"]: 4}


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

    def tell(self) -> Iterator[Fact]:
        """What it does, and what breaks it."""
        yield from self.facts
        yield from self._protocol()
        if self.ending.problem is not None:
            position = self.ending.position
            yield Unreadable("broken-stream", self.ending.problem, self.source.at(position))

    def remains(self) -> Iterator[Fact]:
        """What stands after a pickle that should be all there is."""
        position = self.ending.position
        while self.source.growing and self.source.size <= position:
            self.source.grow()
        if position >= self.source.size or not position:
            return
        for stream in hidden(self.source, self.bounds, position):
            yield from stream.facts
            where = self.source.at(stream.start)
            yield Anomaly("hidden-stream", "a pickle begins after the end of another", where)
        if self.whole:
            detail = f"{self.source.size - position} bytes follow the pickle"
            yield Anomaly("trailing-data", detail, self.source.at(position))

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
        last: str | None = None
        position = self.start
        while position < end:
            code = data[position]
            if code in opcodes.TEXT or code in opcodes.PYTHON2_STR:
                last = self.recorder.machine.text(position) or ""
                yield position, last
            elif code in _MEMOIZING:
                size = _MEMOIZING[code]
                index = int.from_bytes(data[position + 1 : position + 1 + size], "little")
                if last is not None:
                    memo[index if size else memoized] = last
                memoized += 1
            elif code in _RECALLING:
                size = _RECALLING[code]
                index = int.from_bytes(data[position + 1 : position + 1 + size], "little")
                if index in memo:
                    yield position, memo[index]
                last = None
            else:
                last = None
            position = opcodes.step(data, position)
