"""Artifacts that a stream carries as values: whole files in bytes, and encoded ones in text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import partial
from typing import Final, Protocol

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields
from modelaudit.core.facts import Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Buffer, Inflated, Source, Window
from modelaudit.formats.pickle import embedded, indirection, opcodes
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Result, Value, dotted

ENCODED: Final = "_codecs.encode"
"""Makes bytes of text before protocol 3."""


class Stream(Values, Protocol):
    """The machine that reads the stream: from ``start``, up to ``position`` now."""

    start: int
    position: int
    seen: bytearray
    """1 for each opcode that was read one by one"""

    def reach(self, position: int) -> None:
        """Inflate up to ``position``, as far as there is anything."""


class Carried:
    """What was found so far, and which call gets it."""

    def __init__(self, machine: Stream, bounds: Bounds) -> None:
        self._machine = machine
        self._bounds = bounds
        self._most = bounds.limits.max_embedded
        self._found: dict[int, embedded.Found] = {}
        self._handed: dict[int, str] = {}

    def value(self, position: int) -> Unreadable | None:
        """Look into a byte string or a long text; the limit where it is too long."""
        source, length = self._machine.source, self._payload(position)[1]
        head = self._begin(position, embedded.HEAD)
        if length > embedded.HEAD and not embedded.may_be(head):
            return None
        found = embedded.look(self._begin(position, self._most))
        if found is not None and found.encoding and length > self._most:
            fields: Fields = {"limit": "max-embedded", "most": self._most}
            return Unreadable("limit", fields, source.at(position))
        if found is not None:
            self._found[position] = found
        return None

    def _begin(self, position: int, most: int) -> bytes:
        """The first bytes of a value; of a text, those of its code points."""
        start, length = self._payload(position)
        stop = start + min(length, most)
        self._machine.reach(stop)
        source = self._machine.source
        raw = source.data[start:stop]
        if source.data[position] in opcodes.TEXT & opcodes.COUNTED.keys():
            return _code_points(raw.decode("utf-8", "replace"))
        return raw

    def found(self, position: int) -> bool:
        """Whether the value at a position is an artifact."""
        return position in self._found

    def arguments(self, callee: Value, arguments: Value) -> None:
        """Short text is looked into only where a call takes it; long text and bytes always are."""
        for item in arguments if isinstance(arguments, tuple) else ():
            if not isinstance(item, int):
                continue
            found = self._text(item) if item not in self._found else None
            if found is not None:
                self._found[item] = found
            if item in self._found:
                self._handed.setdefault(item, dotted(callee))

    def _text(self, position: int) -> embedded.Found | None:
        """The artifact that a text is; protocol 2 has bytes as text of the same code points."""
        text = self._machine.text(position)
        return embedded.look(_code_points(text)) if text else None

    def artifact(self, callee: Value, arguments: Value) -> str:
        """``bytes of this file`` where a loader gets bytes of the pickle, which are inspected."""
        given = arguments if isinstance(arguments, tuple) else ()
        index = indirection.loads_argument(callee)
        if index is None or len(given) <= index:
            return ""
        source = given[index]
        while isinstance(source, Result) and dotted(source) in (ENCODED, "_io.BytesIO"):
            kept = source.arguments if source.state is None else source.state
            if not isinstance(kept, tuple) or not kept or not self._is_read_so(source, kept):
                return ""
            source = kept[0]
        return "bytes of this file" if isinstance(source, int) and source in self._found else ""

    def _is_read_so(self, call: Result, kept: tuple[Value, ...]) -> bool:
        """Whether the bytes that text becomes are those that were looked into."""
        if dotted(call) != ENCODED:
            return True
        return len(kept) > 1 and self._machine.text(kept[1]) in ("latin1", "latin-1")

    def facts(self) -> Iterator[tuple[int, Embedded]]:
        """Each artifact with its position."""
        for position, found in list(self._carried_text()):
            self._found.setdefault(position, found)
        for position, found in self._found.items():
            yield position, self._embedded(found, position)

    def _payload(self, position: int) -> tuple[int, int]:
        data = self._machine.source.data
        if data[position] in opcodes.COUNTED:
            return opcodes.payload(data, position)
        return position + 2, data.find(b"\n", position) - position - 3  # without its quotes

    def _carried_text(self) -> Iterator[tuple[int, embedded.Found]]:
        """Encoded artifacts in short text, which the machine does not look into as it passes."""
        covered = [sum(self._payload(position)) for position in self._found]
        starts = [self._payload(position)[0] for position in self._found]
        end = min(self._machine.position, self._machine.source.size)
        data = self._machine.source.data
        # What is passed over as a run has no such text in it.
        with_long = bool(self._machine.seen[opcodes.OP["BINUNICODE"]])
        for start, stop in self._machine.opaque.around(self._machine.start, end):
            for position, found in embedded.search(data, start, stop, with_long=with_long):
                if not any(a <= position < b for a, b in zip(starts, covered, strict=True)):
                    yield position, found

    def _embedded(self, found: embedded.Found, position: int) -> Embedded:
        inner = self._inner(found, position)
        handed = self._handed.get(position, "")
        where = self._machine.source.at(position)
        return Embedded(found.format, found.encoding, handed, "value", where, inner)

    def _inner(self, found: embedded.Found, position: int) -> Source:
        """The bytes of an artifact: those that were looked at, or all of a longer value."""
        source = self._machine.source
        member = f"value@{source.offset(position):#x}"
        start, length = self._payload(position)
        is_text = source.data[position] in opcodes.TEXT
        most = opcodes.MOST_LITERAL if is_text else len(found.data)
        if found.encoding or length <= most or source.data[position] not in opcodes.COUNTED:
            return source.inner(found.data, member)
        if is_text:
            begin = partial(_Text, source.data, start, start + length)
            return Inflated(begin, length, source, self._bounds, member)
        members = (*source.members, member)
        return Window(source.data, start, length, source.path, members, self._bounds.limits)


def _code_points(text: str) -> bytes:
    """The bytes that protocol 2 writes as a text."""
    return text.encode("latin-1", "replace")


class _Text:
    """The bytes of the code points of a text in UTF-8, decoded as far as they are asked for."""

    problem = ""

    def __init__(self, data: Buffer, start: int, end: int) -> None:
        self._data = data
        self._position = start
        self._end = end
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self, count: int, /) -> bytes:
        text = ""
        while self._position < self._end and not text:
            end = min(self._position + count, self._end)
            text = self._decoder.decode(bytes(self._data[self._position : end]))
            self._position = end
        return text.encode("latin-1", "replace")
