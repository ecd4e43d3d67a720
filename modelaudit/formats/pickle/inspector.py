"""Pickle, and joblib's use of it: every stream of a file, and what lies between them.

A file may contain several pickles one after another, data before and after them, and a stream that
breaks after its payload has run. Loaders differ in how much of that they read, so all of it is.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.discovery.identify import HEAD
from modelaudit.formats.pickle import opcodes, python2
from modelaudit.formats.pickle.streams import Stream, hidden, successor

MOST_STREAMS: Final = 1000
"""Pickles of one file that are read one by one."""
_TEXTS: Final = ((b"<", "a web page or XML"), (b"{", "JSON"), (b"[", "JSON"))
"""Other content that is often saved under the name of a pickle, by its first byte."""
_PRINTABLE: Final = frozenset({*b"\t\n\r", *range(0x20, 0x7F), *range(0x80, 0x100)})
"""Bytes of text in UTF-8 and the encodings of one byte."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """What the file is, and the facts of all its streams."""
    yield from inspect_from(source, bounds, 0)


def inspect_from(source: Source, bounds: Bounds, start: int) -> Iterator[Fact]:
    """The facts of all streams from ``start`` on, each stream's own before those about the file."""
    streams = list(_consecutive(source, bounds, start))
    last = streams[-1]
    found: list[Stream] = []
    limits: list[Fact] = []
    if _ends_early(last):
        found, limits = hidden(source, bounds, last.ending.position)
    for stream in streams:
        if "frame-overrun" in stream.recorder.occurred:
            inside, more = hidden(source, bounds, stream.start + 1)
            found += [inner for inner in inside if inner.acts]
            limits += more
    if not start:
        yield _identity(source, streams)
    for stream in streams:
        yield from stream.facts
    yield from _protocols(streams, bounds)
    if len(streams) > 1:
        yield Anomaly("several-streams", {"count": len(streams)}, source.at(streams[1].start))
    for stream in found:
        yield from stream.facts
        yield Anomaly("hidden-stream", {}, source.at(stream.start))
    yield from limits
    for stream in (*streams, *found):
        if stream.failure is not None:
            raise stream.failure
    yield from _remains(source, streams, found)


def _consecutive(source: Source, bounds: Bounds, start: int) -> Iterator[Stream]:
    stream: Stream | None = Stream(source, bounds, start)
    for _ in range(MOST_STREAMS):
        if stream is None:
            return
        yield stream
        whole = stream.whole
        stream = successor(source, bounds, stream.ending.position) if whole else None


def _protocols(streams: list[Stream], bounds: Bounds) -> Iterator[Fact]:
    """Protocols and framing of all streams, each fact once."""
    said: set[tuple[str, ...]] = set()
    for fact in (fact for stream in streams for fact in _protocol(stream, bounds)):
        words = (
            (fact.key, fact.value) if isinstance(fact, Metadata) else (fact.kind, str(fact.fields))
        )
        if words not in said:
            said.add(words)
            yield fact


def _ends_early(last: Stream) -> bool:
    return last.failure is None and last.ending.position < last.recorder.source.size


def _identity(source: Source, streams: list[Stream]) -> Identity:
    framing = next((s.recorder.framing for s in streams if s.recorder.framing), "")
    return Identity("joblib" if framing else "pickle", framing, source.at())


def _protocol(stream: Stream, bounds: Bounds) -> Iterator[Metadata | Anomaly]:
    """The protocol and the texts that loading needs: an older or newer Python differs in them."""
    machine, where = stream.recorder.machine, stream.recorder.source.at(stream.start)
    read = [code for code in opcodes.PROTOCOLS if machine.seen[code]]
    effective = max((opcodes.PROTOCOLS[code] for code in read), default=0)
    # A run is passed over only if its opcodes are not newer than the declared protocol.
    effective = max(effective, min(machine.protocol, 4)) if machine.passed else effective
    declared = machine.protocol
    needed = max(effective, declared)
    yield Metadata("pickle-protocol", str(needed), needed, where)
    yield Metadata("pickle-protocol-declared", str(declared), declared, where)
    if effective > declared >= 2:
        used: Fields = {"declared": declared, "used": effective}
        yield Anomaly("protocol-lower-than-opcodes", used, where)
    framing = stream.recorder.framing
    if not framing and (at := python2.not_ascii(machine, bounds)) is not None:
        yield Metadata("python2-text", "bytes", -1, stream.recorder.source.at(at))
    if framing:
        yield Metadata("joblib-framing", framing, -1, where)


def _remains(source: Source, streams: list[Stream], found: list[Stream]) -> Iterator[Fact]:
    last = streams[-1]
    ending = last.ending
    if ending.problem is not None:
        if ending.position:
            problem: Fields = {"problem": ending.problem}
            yield Unreadable("broken-stream", problem, source.at(ending.position))
            return
        yield Unreadable("not-a-pickle", {"content": _content(source)}, source.at(0))
        if found:
            yield Anomaly("leading-data", {"size": found[0].start}, source.at(0))
    elif ending.position < source.size and len(streams) >= MOST_STREAMS:
        fields: Fields = {"limit": "pickles of one file", "most": MOST_STREAMS}
        yield Unreadable("limit", fields, source.at(ending.position))
    elif ending.position < source.size:
        rest: Fields = {"size": source.size - ending.position}
        yield Anomaly("trailing-data", rest, source.at(ending.position))


def _content(source: Source) -> str:
    """What a file that does not begin with an opcode seems to be."""
    if not source.size:
        return "an empty file"
    head = source.read(0, HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
    for start, content in _TEXTS:
        if head.startswith(start):
            return content
    is_text = head and all(byte in _PRINTABLE for byte in head)
    return "text" if is_text else f"other binary data (byte {source.read(0, 1).hex()})"
