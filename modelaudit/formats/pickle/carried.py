"""Artifacts that a stream carries as values: whole files in bytes, and encoded ones in text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Embedded, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.formats.pickle import embedded, indirection, opcodes
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import UNKNOWN, Result, Value, dotted

ENCODED: Final = "_codecs.encode"
"""Makes bytes of text before protocol 3."""


class Stream(Values, Protocol):
    """The machine that reads the stream: from ``start``, up to ``position`` now."""

    start: int
    position: int


class Carried:
    """What was found so far, and which call gets it."""

    def __init__(self, machine: Stream, bounds: Bounds) -> None:
        self._machine = machine
        self._most = bounds.limits.max_embedded
        self._found: dict[int, embedded.Found] = {}
        self._handed: dict[int, str] = {}
        self._cut: dict[int, Unreadable] = {}

    def value(self, position: int) -> Unreadable | None:
        """Look into a byte string or a long text; the limit where it is too long."""
        source = self._machine.source
        start, length = self._payload(position)
        found = embedded.look(source.data[start : start + min(length, self._most)])
        if found is not None and length > self._most:
            return self._limit(position)
        if found is not None:
            self._found[position] = found
        return None

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
        found = embedded.look(text.encode("latin-1", "replace")) if text else None
        data = self._machine.source.data
        if found is None or data[position] not in opcodes.COUNTED:
            return found
        if self._payload(position)[1] > self._most:
            self._cut[position] = self._limit(position)
            return None
        whole = opcodes.literal(data, position, self._most)
        if not isinstance(whole, str):
            return found
        return embedded.look(whole.encode("latin-1", "replace"))

    def artifact(self, callee: Value, arguments: Value) -> str:
        """``bytes of this file`` where a loader gets bytes of the pickle, which are inspected."""
        given = arguments if isinstance(arguments, tuple) else ()
        index = indirection.loads_argument(callee)
        if index is None or len(given) <= index:
            return ""
        source = given[index]
        while isinstance(source, Result) and dotted(source) in (ENCODED, "_io.BytesIO"):
            kept = source.arguments if source.state is None else source.state
            source = kept[0] if isinstance(kept, tuple) and kept else UNKNOWN
        return "bytes of this file" if isinstance(source, int) and source in self._found else ""

    def facts(self) -> Iterator[tuple[int, Embedded | Unreadable]]:
        """Each artifact, or the limit that it is beyond, with its position."""
        yield from self._cut.items()
        for position, found in list(self._carried_text()):
            self._found.setdefault(position, found)
        for position, found in self._found.items():
            yield position, self._embedded(found, position)

    def _limit(self, position: int) -> Unreadable:
        fields: Fields = {"limit": "max-embedded", "most": self._most}
        return Unreadable("limit", fields, self._machine.source.at(position))

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
        for position, found in embedded.search(self._machine.source.data, self._machine.start, end):
            if not any(a <= position < b for a, b in zip(starts, covered, strict=True)):
                yield position, found

    def _embedded(self, found: embedded.Found, position: int) -> Embedded:
        inner = self._machine.source.inner(
            found.data, f"value@{self._machine.source.offset(position):#x}"
        )
        handed = self._handed.get(position, "")
        where = self._machine.source.at(position)
        return Embedded(found.format, found.encoding, handed, "value", where, inner)
