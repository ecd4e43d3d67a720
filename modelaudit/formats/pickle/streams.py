"""The streams of a file: one after another, and hidden behind other data."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Fact, Unreadable
from modelaudit.core.late import late
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.discovery.identify import HEAD
from modelaudit.formats.pickle.events import Ending
from modelaudit.formats.pickle.opcodes import NAMES
from modelaudit.formats.pickle.recorder import Recorder
from modelaudit.formats.pickle.values import Global

_START: Final = late(
    rb"\x80[\x00-\x05][\x95(\])}ccKM\x8c]|[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n"
    rb"|\x8c.[A-Za-z_][\w.]*\x94?\x8c.[A-Za-z_]"
    rb"|X[\x01-\x40]\x00{3}[A-Za-z_][\w.]*(?:\x94|q.)?X[\x01-\x40]\x00{3}[A-Za-z_]",
    re.DOTALL,
)
"""Where a pickle may begin in the middle of other data."""
CANDIDATES: Final = 64
"""Places in other data where a stream is tried."""
MOST_INERT: Final = 8
"""Streams at the beginning of unmarked bytes of which one has to call something."""
UNCLAIMED: Final = MIB
"""Bytes of a file that is no model by its name or beginning, which are searched for a pickle."""
_BINARY: Final = late(rb"\x80[\x02-\x05](?:\x95.{6}\0\0[(\])}cKM\x8c]|[(\])}cKM\x8c])", re.DOTALL)
SEARCHED: Final = 64 * MIB
"""Bytes of other data that are searched for a stream."""


class Stream:
    """One stream that was read from ``start`` on."""

    def __init__(self, source: Source, bounds: Bounds, start: int) -> None:
        self.start = start
        self.recorder = Recorder(source, bounds)
        self.failure: Malformed | None = None  # a limit, which leaves what was found before it
        try:
            self.ending = self.recorder.machine.run(start)
        except Malformed as failure:
            self.failure = failure
            self.ending = Ending(self.recorder.machine.position, None)
        self.facts: list[Fact] = self.recorder.finish()

    @property
    def whole(self) -> bool:
        return self.ending.problem is None and self.failure is None

    @property
    def resolves(self) -> bool:
        """True where loading the stream resolves a name, even if it breaks later."""
        return bool(self.recorder.imports)

    @property
    def acts(self) -> bool:
        """True where loading the stream resolves a name, or calls one before it breaks.

        Or may, behind a limit. Loading ends at the first name that no module can have: among
        random bytes there are lines that name something, and numbers of copyreg's registry.
        """
        if self.failure is not None:
            return True
        real = takewhile(_may_exist, (name for name, _, _ in self.recorder.imports))
        called = self.recorder.calls.times()
        return any(self.whole or called[name] for name in real)


def _may_exist(name: Global) -> bool:
    """Whether some module may have the name: none that is installed has blanks in its own."""
    return bool(name.module) and name.spelled.isprintable() and " " not in name.spelled


def unmarked(source: Source, bounds: Bounds) -> bool:
    """True for a pickle that calls something and does not begin as picklers write it.

    Or for one behind it: torch.save wrote five in a row, of which the first is a number.
    """
    head = source.read(0, HEAD)
    if not head or head[0] not in NAMES:
        return _is_behind(source, bounds)
    position = 0
    for _ in range(MOST_INERT):
        stream = Stream(source, bounds, position)  # which breaks early in anything else
        if stream.acts:
            return True
        position = stream.ending.position
        if not stream.whole:
            return _is_behind(source, bounds)
        if position >= source.size:
            return False
    return True  # nothing else has so many streams, and more may follow


def _is_behind(source: Source, bounds: Bounds) -> bool:
    """Whether a binary pickle that calls something lies among the first bytes of other data."""
    data = source.read(0, UNCLAIMED)
    position = 0
    for _ in range(CANDIDATES):
        match = _BINARY().search(data, position)
        if match is None:
            return False
        position = match.start() + 1
        stream = Stream(source, bounds, match.start())
        if stream.acts:
            return True
    return False


def successor(source: Source, bounds: Bounds, position: int) -> Stream | None:
    """The stream that begins right at ``position``, if one does."""
    while source.growing and source.size <= position:
        source.grow()
    if position >= source.size:
        return None
    stream = Stream(source, bounds, position)
    return stream if stream.resolves or stream.whole else None


def hidden(source: Source, bounds: Bounds, position: int) -> tuple[list[Stream], list[Fact]]:
    """Streams that begin somewhere after ``position``, behind other data; limits that were met."""
    while source.growing and source.size < position + SEARCHED:
        source.grow()
    begin, found = position, list[Stream]()
    end = min(source.size, position + SEARCHED)
    source.expect(position, end - position)
    for _ in range(CANDIDATES):
        match = _START().search(source.data, position, end)
        if match is None:
            return found, _unsearched(source, begin, end)
        stream = Stream(source, bounds, match.start())
        if stream.acts or (stream.whole and source.data[match.start()] == 0x80):
            found.append(stream)
            position = max(stream.ending.position, match.start() + 1)
        else:
            position = match.start() + 1
    if _START().search(source.data, position, end) is None:
        return found, _unsearched(source, begin, end)
    fields: Fields = {"limit": "places where a hidden pickle is tried", "most": CANDIDATES}
    return found, [Unreadable("limit", fields, source.at(position))]


def _unsearched(source: Source, begin: int, end: int) -> list[Fact]:
    if not source.growing and end >= source.size:
        return []
    fields: Fields = {"limit": "bytes searched for a hidden pickle", "most": SEARCHED}
    return [Unreadable("limit", fields, source.at(max(begin, end)))]
